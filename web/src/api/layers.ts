/* layers: the tile sets of the server that can be taken along, as GET /api/layers lists them. */
export interface Layer {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly madeMs: number;
  readonly bounds: readonly [number, number, number, number] | null;
}

export function layersFromJson(json: unknown): Layer[] | null {
  if (typeof json !== 'object' || json === null || !('layers' in json)) return null;
  if (!Array.isArray(json.layers)) return null;
  const layers: Layer[] = [];
  for (const item of json.layers) {
    if (typeof item !== 'object' || item === null) continue;
    const get = (name: string): unknown => Reflect.get(item, name);
    const bytes = get('bytes');
    if (typeof get('pack') !== 'string' || typeof bytes !== 'number') continue;
    const box: unknown = get('bounds');
    const numbers = Array.isArray(box) ? box.map(Number) : [];
    const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = numbers;
    layers.push({
      name: String(get('name')),
      version: String(get('version')),
      bytes,
      madeMs: Date.parse(String(get('made_at'))) || 0,
      bounds:
        numbers.every(Number.isFinite) && numbers.length === 4 ? [west, south, east, north] : null,
    });
  }
  return layers;
}

/*
 * town-tiles: the town's tiles under a name of their own, town://NAME/Z/X/Y, so that they come from
 * the pack on this device when the server cannot be asked, or when the pack has them anyway.
 */
import { addProtocol } from 'maplibre-gl';

export interface TownTileSource {
  /** The TileJSON of a tile set, from the server or as it was last known. */
  readonly about: (name: string) => Promise<Record<string, unknown> | null>;
  /** null: not on this device; 'none': the town has no such tile. */
  readonly pack: (
    name: string,
    z: number,
    x: number,
    y: number,
  ) => Promise<Uint8Array<ArrayBuffer> | 'none' | null>;
  /** Whether the pack on this device is the edition with this version. */
  readonly isNewest: (name: string, version: string) => boolean;
}

const SCHEME = 'town';
const TILE = /^town:\/\/([\w.-]+)\/(\d+)\/(\d+)\/(\d+)(?:\?v=(\w*))?$/;
const ABOUT = /^town:\/\/([\w.-]+)$/;
const EMPTY = new ArrayBuffer(0);

/** Sources of a style that name a TileJSON of the server are read through here. */
export function townSources<S extends Record<string, unknown>>(sources: S): S {
  const through = (source: unknown): unknown => {
    if (typeof source !== 'object' || source === null || !('url' in source)) return source;
    const name = /^\/tiles\/([\w.-]+)\.json$/.exec(String(source.url))?.[1];
    return name === undefined ? source : { ...source, url: `${SCHEME}://${name}` };
  };
  return Object.fromEntries(
    Object.entries(sources).map(([id, source]) => [id, through(source)]),
  ) as S;
}

async function fromServer(path: string, signal: AbortSignal): Promise<ArrayBuffer | null> {
  try {
    const answer = await fetch(path, { signal });
    if (answer.status === 204 || answer.status === 404) return EMPTY;
    return answer.ok ? await answer.arrayBuffer() : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

let current: TownTileSource | null = null;

/** Once for the page; a second map uses the same. */
export function townTilesStart(source: TownTileSource): void {
  const first = current === null;
  current = source;
  if (!first) return;
  addProtocol(SCHEME, async ({ url }, control) => {
    const about = ABOUT.exec(url)?.[1];
    if (about !== undefined) return { data: await aboutData(about) };
    const [, name = '', z = '', x = '', y = '', version = ''] = TILE.exec(url) ?? [];
    return {
      data: await tileData(name, [Number(z), Number(x), Number(y)], version, control.signal),
    };
  });
}

async function aboutData(name: string): Promise<Record<string, unknown>> {
  const json = await current?.about(name);
  if (json === undefined || json === null) throw new Error('the town’s tiles are not known here');
  const [template] = Array.isArray(json.tiles) ? json.tiles.map(String) : [];
  const version = /[?&]v=(\w+)/.exec(template ?? '')?.[1];
  const tiles = `${SCHEME}://${name}/{z}/{x}/{y}${version === undefined ? '' : `?v=${version}`}`;
  return { ...json, tiles: [tiles] };
}

async function tileData(
  name: string,
  [z, x, y]: readonly [number, number, number],
  version: string,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const path = `/tiles/${name}/${z}/${x}/${y}.mvt${version === '' ? '' : `?v=${version}`}`;
  const packed = async (): Promise<ArrayBuffer | null> => {
    const tile = await current?.pack(name, z, x, y).catch(() => null);
    return tile === 'none' ? EMPTY : (tile?.buffer ?? null);
  };
  const here = current?.isNewest(name, version) === true ? await packed() : null;
  const data = here ?? (await fromServer(path, signal)) ?? (await packed());
  if (data === null) throw new Error('this part of the town is not on this device');
  return data;
}

/* inside: a point that surely lies in a polygon, for a pin on a building. Plain arithmetic on degrees. */

export type Ring = readonly (readonly number[])[];

export function ringArea(ring: Ring): number {
  let twice = 0;
  for (let i = 0; i < ring.length; i++) {
    const [ax = 0, ay = 0] = ring[i] ?? [];
    const [bx = 0, by = 0] = ring[(i + 1) % ring.length] ?? [];
    twice += ax * by - bx * ay;
  }
  return twice / 2;
}

/** Even and odd crossings to the east; holes are rings like any other. */
export function isInside(rings: readonly Ring[], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i++) {
      const [ax = 0, ay = 0] = ring[i] ?? [];
      const [bx = 0, by = 0] = ring[(i + 1) % ring.length] ?? [];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

function centroid(ring: Ring): [number, number] {
  const area = ringArea(ring);
  const [ox = 0, oy = 0] = ring[0] ?? [];
  let x = 0;
  let y = 0;
  for (let i = 0; i < ring.length; i++) {
    const [px = 0, py = 0] = ring[i] ?? [];
    const [qx = 0, qy = 0] = ring[(i + 1) % ring.length] ?? [];
    const [ax, ay, bx, by] = [px - ox, py - oy, qx - ox, qy - oy];
    const cross = ax * by - bx * ay;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return area === 0 ? [ox, oy] : [ox + x / (6 * area), oy + y / (6 * area)];
}

/** The centroid where it lies inside; else the middle of the widest stretch at its latitude. */
export function pointInside(rings: readonly Ring[]): [number, number] {
  const [outer = []] = rings;
  const [cx, cy] = centroid(outer);
  if (isInside(rings, cx, cy)) return [cx, cy];
  const crossings: number[] = [];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i++) {
      const [ax = 0, ay = 0] = ring[i] ?? [];
      const [bx = 0, by = 0] = ring[(i + 1) % ring.length] ?? [];
      if (ay > cy !== by > cy) crossings.push(((bx - ax) * (cy - ay)) / (by - ay) + ax);
    }
  }
  crossings.sort((a, b) => a - b);
  let best: [number, number] = [cx, cy];
  let widest = -1;
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const [west = 0, east = 0] = crossings.slice(i, i + 2);
    if (east - west > widest) {
      widest = east - west;
      best = [(west + east) / 2, cy];
    }
  }
  return best;
}

/** The tile that holds a place at a zoom level, in the web map's scheme; or the one that holds what lies
 * `beside` it to the south-east, in widths of a tile. */
export function tileAt(
  lon: number,
  lat: number,
  z: number,
  beside = 0,
): { x: number; y: number; z: number } {
  const n = 2 ** z;
  const sin = Math.sin((lat * Math.PI) / 180);
  const x = Math.floor(((lon + 180) / 360) * n + beside);
  const y = Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * n + beside);
  return { x: Math.min(n - 1, Math.max(0, x)), y: Math.min(n - 1, Math.max(0, y)), z };
}

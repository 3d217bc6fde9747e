/*
 * shape: lines, areas and drawn strokes between corners on the map and the differences on the wire.
 *
 * Units   Degrees on the map; on the wire integers of 1e-7 degree: a corner is the difference to
 *         the one before it, the first to the anchor, which lies on the line or in the area.
 * Limits  Those of MOST_…: far more than a finger draws, far less than an operation may hold.
 */
import { isInside, pointInside, ringArea } from '../map/inside';

export interface Spot {
  readonly lon: number;
  readonly lat: number;
}

export type ShapeName = 'point' | 'line' | 'area';

export const MOST_CORNERS = 100;
export const MOST_STROKES = 30;
export const MOST_STROKE_POINTS = 150;
export const LEAST_CORNERS: Readonly<Record<ShapeName, number>> = { point: 0, line: 2, area: 3 };

const E7 = 1e7;
const METRES_PER_DEGREE = 111_320;

export interface WirePath {
  readonly lonE7: number;
  readonly latE7: number;
  readonly path: readonly number[];
}

export function wireFromSpots(anchor: Spot, spots: readonly Spot[]): WirePath {
  const lonE7 = Math.round(anchor.lon * E7);
  const latE7 = Math.round(anchor.lat * E7);
  const path: number[] = [];
  let [x, y] = [lonE7, latE7];
  for (const { lon, lat } of spots) {
    const [nextX, nextY] = [Math.round(lon * E7), Math.round(lat * E7)];
    path.push(nextX - x, nextY - y);
    [x, y] = [nextX, nextY];
  }
  return { lonE7, latE7, path };
}

export function spotsFromWire({ lonE7, latE7, path }: WirePath): Spot[] {
  const spots: Spot[] = [];
  let [x, y] = [lonE7, latE7];
  for (let i = 0; i + 1 < path.length; i += 2) {
    x += path[i] ?? 0;
    y += path[i + 1] ?? 0;
    spots.push({ lon: x / E7, lat: y / E7 });
  }
  return spots;
}

const pair = ({ lon, lat }: Spot): [number, number] => [lon, lat];

export function metresBetween(a: Spot, b: Spot): number {
  const east = METRES_PER_DEGREE * Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot((a.lon - b.lon) * east, (a.lat - b.lat) * METRES_PER_DEGREE);
}

export function lengthMetres(spots: readonly Spot[]): number {
  let sum = 0;
  for (let i = 1; i < spots.length; i++) {
    const [a, b] = [spots[i - 1], spots[i]];
    if (a !== undefined && b !== undefined) sum += metresBetween(a, b);
  }
  return sum;
}

export function areaSquareMetres(spots: readonly Spot[]): number {
  const [first] = spots;
  if (first === undefined) return 0;
  const east = METRES_PER_DEGREE * Math.cos((first.lat * Math.PI) / 180);
  const ring = spots.map(({ lon, lat }) => [
    (lon - first.lon) * east,
    (lat - first.lat) * METRES_PER_DEGREE,
  ]);
  return Math.abs(ringArea(ring));
}

/** The place that stands for a shape: half way along a line, surely inside an area. */
export function anchorOf(shape: ShapeName, spots: readonly Spot[]): Spot | null {
  const [first] = spots;
  if (first === undefined || spots.length < LEAST_CORNERS[shape]) return null;
  if (shape === 'area') {
    const [lon, lat] = pointInside([spots.map(pair)]);
    return { lon, lat };
  }
  let left = lengthMetres(spots) / 2;
  for (let i = 1; i < spots.length; i++) {
    const [a, b] = [spots[i - 1] ?? first, spots[i] ?? first];
    const step = metresBetween(a, b);
    if (left <= step && step > 0) {
      const t = left / step;
      return { lon: a.lon + t * (b.lon - a.lon), lat: a.lat + t * (b.lat - a.lat) };
    }
    left -= step;
  }
  return first;
}

function side(a: Spot, b: Spot, c: Spot): number {
  return Math.sign((b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon));
}

function cross(a: Spot, b: Spot, c: Spot, d: Spot): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** An area whose edges cross has no inside that people would agree on. */
export function crossesItself(spots: readonly Spot[]): boolean {
  const n = spots.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const [a, b] = [spots[i], spots[(i + 1) % n]];
      const [c, d] = [spots[j], spots[(j + 1) % n]];
      if (a && b && c && d && cross(a, b, c, d)) return true;
    }
  }
  return false;
}

export function isInShape(spots: readonly Spot[], spot: Spot): boolean {
  return isInside([spots.map(pair)], spot.lon, spot.lat);
}

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

function farFrom(p: Pixel, a: Pixel, b: Pixel): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const square = dx * dx + dy * dy;
  const t =
    square === 0 ? 0 : Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / square));
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/** Douglas and Peucker: which points are kept so that none lies farther than `tolerance` from the line. */
export function keptPoints(points: readonly Pixel[], tolerance: number): number[] {
  const keep = new Set<number>();
  if (points.length > 0) keep.add(0).add(points.length - 1);
  const stretches: [number, number][] = [[0, points.length - 1]];
  for (;;) {
    const [from, to] = stretches.pop() ?? [0, -1];
    if (to < 0) break;
    let [far, index] = [tolerance, -1];
    for (let i = from + 1; i < to; i++) {
      const [p, a, b] = [points[i], points[from], points[to]];
      if (!p || !a || !b) continue;
      const d = farFrom(p, a, b);
      if (d > far) [far, index] = [d, i];
    }
    if (index < 0) continue;
    keep.add(index);
    stretches.push([from, index], [index, to]);
  }
  return [...keep].sort((a, b) => a - b);
}

/** The same, with as much tolerance as it takes to keep at most `most` points. */
export function keptAtMost(points: readonly Pixel[], tolerance: number, most: number): number[] {
  for (let t = tolerance; ; t *= 1.5) {
    const kept = keptPoints(points, t);
    if (kept.length <= most) return kept;
  }
}

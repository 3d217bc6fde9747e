/*
 * shape: what is asked of lines, areas and drawn strokes. Plain arithmetic on degrees and pixels.
 *
 * Limits  Those of MOST_…: far more than a finger draws, far less than an operation may hold.
 */

import { isInside, pointInside, ringArea } from '../map/inside';
import type { Shape } from '../sync/words';

/** Longitude and latitude in degrees. */
export type LonLat = readonly [number, number];

export const MOST_CORNERS = 100;
export const MOST_STROKES = 30;
export const MOST_STROKE_POINTS = 150;
export const LEAST_CORNERS: Readonly<Record<Shape, number>> = { point: 0, line: 2, area: 3 };

const METRES_PER_DEGREE = 111_320;

export function metresBetween(a: LonLat, b: LonLat): number {
  const east = METRES_PER_DEGREE * Math.cos((((a[1] + b[1]) / 2) * Math.PI) / 180);
  return Math.hypot((a[0] - b[0]) * east, (a[1] - b[1]) * METRES_PER_DEGREE);
}

export function lengthMetres(spots: readonly LonLat[]): number {
  let sum = 0;
  for (let i = 1; i < spots.length; i++) {
    const [a, b] = [spots[i - 1], spots[i]];
    if (a !== undefined && b !== undefined) sum += metresBetween(a, b);
  }
  return sum;
}

export function areaSquareMetres(spots: readonly LonLat[]): number {
  const [first] = spots;
  if (first === undefined) return 0;
  const east = METRES_PER_DEGREE * Math.cos((first[1] * Math.PI) / 180);
  const ring = spots.map(([lon, lat]) => [
    (lon - first[0]) * east,
    (lat - first[1]) * METRES_PER_DEGREE,
  ]);
  return Math.abs(ringArea(ring));
}

/** The place that stands for a shape: half way along a line, surely inside an area. */
export function anchorOf(shape: Shape, spots: readonly LonLat[]): LonLat | null {
  const [first] = spots;
  if (first === undefined || spots.length < LEAST_CORNERS[shape]) return null;
  if (shape === 'area') return pointInside([spots]);
  let left = lengthMetres(spots) / 2;
  for (let i = 1; i < spots.length; i++) {
    const [a, b] = [spots[i - 1] ?? first, spots[i] ?? first];
    const step = metresBetween(a, b);
    if (left <= step && step > 0) {
      const t = left / step;
      return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    }
    left -= step;
  }
  return first;
}

function side(a: LonLat, b: LonLat, c: LonLat): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function cross(a: LonLat, b: LonLat, c: LonLat, d: LonLat): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** An area whose edges cross has no inside that people would agree on. */
export function crossesItself(spots: readonly LonLat[]): boolean {
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

export function isInShape(spots: readonly LonLat[], spot: LonLat): boolean {
  return isInside([spots], spot[0], spot[1]);
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

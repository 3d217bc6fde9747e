/*
 * changed: which comment tiles show something of a comment that has changed.
 */
import { tileAt } from './inside';

export interface ChangedPlace {
  readonly lon: number;
  readonly lat: number;
  /** West, south, east, north of its line or area; null: a point. */
  readonly bbox: readonly [number, number, number, number] | null;
}

export interface TileName {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** From this level on tiles have lines and areas; below, counts alone. */
const SHAPES_FROM_ZOOM = 14;
/** Tiles show that much of what lies beyond their border, in parts of their width. */
const BUFFER = 1 / 64;
/** More than these are asked for as a whole. */
const MANY = 400;

/** Null: so many that all may as well be asked for. */
export function tilesOfChanges(
  places: readonly ChangedPlace[],
  maxZoom: number,
): TileName[] | null {
  const tiles = new Map<string, TileName>();
  const add = (tile: TileName): void => void tiles.set(`${tile.z}/${tile.x}/${tile.y}`, tile);
  for (const { lon, lat, bbox } of places) {
    for (let z = 0; z <= maxZoom; z++) {
      add(tileAt(lon, lat, z));
      if (bbox === null || z < SHAPES_FROM_ZOOM) continue;
      const [west, south, east, north] = bbox;
      const from = tileAt(west, north, z, -BUFFER);
      const to = tileAt(east, south, z, BUFFER);
      if ((to.x - from.x + 1) * (to.y - from.y + 1) > MANY) return null;
      for (let x = from.x; x <= to.x; x++) for (let y = from.y; y <= to.y; y++) add({ x, y, z });
    }
    if (tiles.size > MANY) return null;
  }
  return [...tiles.values()];
}

import { describe, expect, it } from 'vitest';
import { tilesOfChanges } from './changed';

const names = (tiles: ReturnType<typeof tilesOfChanges>, z: number): string[] =>
  (tiles ?? [])
    .filter((tile) => tile.z === z)
    .map(({ x, y }) => `${x}/${y}`)
    .sort();

// The tile 16/58143/25699 reaches from 139.3890380859375 to 139.39453125 east.
const EAST = 139.39453125;
const LAT = 36.147;

describe('the tiles that a change touches', () => {
  it('of a point are its own, one at each zoom', () => {
    const tiles = tilesOfChanges([{ lon: 139.39, lat: LAT, bbox: null }], 16);
    expect(tiles).toHaveLength(17);
    expect(names(tiles, 16)).toHaveLength(1);
  });

  it('of a line are all that it crosses, from the zoom on that shows lines', () => {
    const bbox = [139.3895, LAT, EAST + 0.012, LAT] as const;
    const tiles = tilesOfChanges([{ lon: 139.39, lat: LAT, bbox }], 16);
    const [row] = names(tiles, 16).map((name) => name.split('/')[1]);
    expect(names(tiles, 16)).toEqual([58143, 58144, 58145, 58146].map((x) => `${x}/${row}`));
    expect(names(tiles, 14).length).toBeGreaterThan(1);
    expect(names(tiles, 13)).toHaveLength(1);
  });

  it('have a buffer: a line that ends just before the next tile is seen there, too', () => {
    const near = [139.39, LAT, EAST - 0.00005, LAT] as const;
    const far = [139.39, LAT, EAST - 0.001, LAT] as const;
    expect(names(tilesOfChanges([{ lon: 139.39, lat: LAT, bbox: near }], 16), 16)).toHaveLength(2);
    expect(names(tilesOfChanges([{ lon: 139.39, lat: LAT, bbox: far }], 16), 16)).toHaveLength(1);
  });

  it('are all of them where they are too many to be named', () => {
    const bbox = [139, 36, 139.5, 36.5] as const;
    expect(tilesOfChanges([{ lon: 139.2, lat: 36.2, bbox }], 16)).toBeNull();
  });
});

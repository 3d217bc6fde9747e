import { describe, expect, it } from 'vitest';
import { isInside, pointInside, ringArea, tileAt } from './inside';

const square = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
  [0, 0],
];
const hole = [
  [1, 1],
  [3, 1],
  [3, 3],
  [1, 3],
  [1, 1],
];
// A house around a yard that opens to the east: its centroid lies in the yard.
const horseshoe = [
  [0, 0],
  [10, 0],
  [10, 1],
  [1, 1],
  [1, 9],
  [10, 9],
  [10, 10],
  [0, 10],
  [0, 0],
];

describe('a point inside', () => {
  it('is the centroid of a plain house', () => {
    expect(pointInside([square])).toEqual([2, 2]);
  });

  it.each([
    ['a courtyard', [square, hole]],
    ['a horseshoe', [horseshoe]],
  ])('lies in the walls of a house with %s', (_name, rings) => {
    const [x, y] = pointInside(rings);
    expect(isInside(rings, x, y)).toBe(true);
  });

  it('does not fall into the yard', () => {
    expect(isInside([square, hole], 2, 2)).toBe(false);
    expect(isInside([square, hole], 0.5, 2)).toBe(true);
  });

  it('is somewhere on a house without area', () => {
    expect(
      pointInside([
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
      ]),
    ).toEqual([1, 2]);
  });

  it('knows an area and its sense', () => {
    expect(ringArea(square)).toBe(16);
    expect(ringArea([...square].reverse())).toBe(-16);
  });
});

describe('the tile of a place', () => {
  // The first is the worked example of the OpenStreetMap wiki's page on tile names.
  it.each([
    [139.7006793, 35.6590699, 18, 232_798, 103_246],
    [-105.0, 40.0, 7, 26, 48],
    [0, 0, 1, 1, 1],
    [-180, 85.06, 3, 0, 0],
  ])('%d, %d at %i', (lon, lat, z, x, y) => {
    expect(tileAt(lon, lat, z)).toEqual({ x, y, z });
  });
});

import { describe, expect, it } from 'vitest';
import { isInside, type Ring } from '../map/inside';
import {
  AGAIN_M,
  GARDEN_M,
  guardSpot,
  type House,
  isDwelling,
  nearestStreet,
  type Spot,
  type Street,
  type Surroundings,
} from './home';

const LON = 139.388;
const LAT = 36.147;
const NORTH = 111_320;
const EAST = NORTH * Math.cos((LAT * Math.PI) / 180);
/** A place so many metres east and north of the crossing. */
const at = (east: number, north: number): Spot => ({
  lon: LON + east / EAST,
  lat: LAT + north / NORTH,
});
const box = (west: number, south: number, east: number, north: number): Ring =>
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ].map(([x = 0, y = 0]) => [at(x, y).lon, at(x, y).lat]);
const metres = (a: Spot, b: Spot): number =>
  Math.hypot((a.lon - b.lon) * EAST, (a.lat - b.lat) * NORTH);

const house = (use: string, ring: Ring, name = ''): House => ({ use, name, polygons: [[ring]] });
/** A street of 6 m from west to east along north = 0, as an area. */
const STREET: Street = { polygons: [[box(-100, -3, 100, 3)]], lines: [], widthM: 0 };
/** The same as a middle line. */
const LINE: Street = {
  polygons: [],
  lines: [
    [
      [at(-100, 0).lon, at(-100, 0).lat],
      [at(100, 0).lon, at(100, 0).lat],
    ],
  ],
  widthM: 6,
};
const HOME = house('住宅', box(0, 8, 10, 18));
const SCHOOL = house('文教厚生施設', box(40, 8, 80, 30));
const TOWN: Surroundings = { houses: [HOME, SCHOOL], streets: [STREET] };

describe('a pin of a minor', () => {
  it('in a house is moved onto the street in front of it', () => {
    const judged = guardSpot(at(5, 12), TOWN, []);
    expect(judged.kind).toBe('moved');
    if (judged.kind !== 'moved') return;
    expect(judged.why).toBe('house');
    expect(isInside([box(-100, -3, 100, 3)], judged.to.lon, judged.to.lat)).toBe(true);
    expect(metres(judged.to, at(5, 2))).toBeLessThan(0.05);
  });

  it('in the garden is moved too', () => {
    const judged = guardSpot(at(-4, 14), TOWN, []);
    expect(judged).toMatchObject({ kind: 'moved', why: 'garden' });
  });

  it('on the street in front of the house stays', () => {
    expect(guardSpot(at(5, 2.5), TOWN, [])).toEqual({ kind: 'free' });
    expect(guardSpot(at(5, 2.5), { houses: [HOME], streets: [LINE] }, [])).toEqual({
      kind: 'free',
    });
  });

  it('stays at a school, and in the open', () => {
    expect(guardSpot(at(60, 20), TOWN, [])).toEqual({ kind: 'free' });
    expect(guardSpot(at(-60, 40), TOWN, [])).toEqual({ kind: 'free' });
  });

  it('just beyond the garden stays', () => {
    expect(guardSpot(at(-GARDEN_M - 0.2, 14), TOWN, []).kind).toBe('free');
    expect(guardSpot(at(-GARDEN_M + 0.2, 14), TOWN, []).kind).toBe('moved');
  });

  it('near a point that an earlier one was moved to is moved as well', () => {
    const earlier = [at(-50, 0)];
    const beside = at(-50, AGAIN_M - 1);
    expect(guardSpot(beside, TOWN, [])).toEqual({ kind: 'free' });
    expect(guardSpot(beside, TOWN, earlier)).toMatchObject({ kind: 'moved', why: 'again' });
    expect(guardSpot(at(-50, AGAIN_M + 1), TOWN, earlier)).toEqual({ kind: 'free' });
    // On the street itself there is nothing to hide.
    expect(guardSpot(at(-49, 1), TOWN, earlier)).toEqual({ kind: 'free' });
  });

  it('in a house goes to the middle of a street that is known as a line', () => {
    const judged = guardSpot(at(5, 12), { houses: [HOME], streets: [LINE] }, []);
    expect(judged.kind === 'moved' && metres(judged.to, at(5, 0)) < 0.05).toBe(true);
  });

  it('cannot be placed in a house when no street is known', () => {
    expect(guardSpot(at(5, 12), { houses: [HOME], streets: [] }, [])).toEqual({ kind: 'nowhere' });
  });

  it('in a courtyard is in the garden, not in the house', () => {
    const ring: House = {
      use: '共同住宅',
      name: '',
      polygons: [[box(0, 8, 40, 48), box(10, 18, 30, 38)]],
    };
    const judged = guardSpot(at(14, 28), { houses: [ring], streets: [STREET] }, []);
    expect(judged).toMatchObject({ kind: 'moved', why: 'garden' });
  });

  it('is never left where it was, wherever in or around the house it stands', () => {
    for (let east = -19.7; east <= 30; east += 1.5) {
      for (let north = 3.6; north <= 32; north += 1.5) {
        const beside = Math.hypot(
          Math.max(0, -east, east - 10),
          Math.max(0, 8 - north, north - 18),
        );
        const judged = guardSpot(at(east, north), { houses: [HOME], streets: [STREET] }, []);
        expect(judged.kind).toBe(beside <= GARDEN_M ? 'moved' : 'free');
        if (judged.kind === 'moved')
          expect(guardSpot(judged.to, TOWN, [judged.to])).toEqual({ kind: 'free' });
      }
    }
  });
});

describe('a dwelling', () => {
  it.each([
    ['住宅', '', true],
    ['共同住宅', 'みどり荘', true],
    ['店舗等併用住宅', '', true],
    ['apartments', '', true],
    ['', '', true],
    ['', '市役所', false],
    ['商業施設', '', false],
    ['文教厚生施設', '', false],
  ])('of use «%s» named «%s»: %s', (use, name, expected) => {
    expect(isDwelling(house(use, [], name))).toBe(expected);
  });
});

describe('the nearest street', () => {
  it('is the nearest of several', () => {
    const other: Street = { polygons: [[box(-100, 30, 100, 36)]], lines: [], widthM: 0 };
    const found = nearestStreet(at(0, 25), [STREET, other]);
    expect(found !== null && metres(found, at(0, 31)) < 0.05).toBe(true);
  });

  it('is none beyond what was looked at', () => {
    expect(nearestStreet(at(0, 500), [STREET])).toBeNull();
  });
});

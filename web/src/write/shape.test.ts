import { describe, expect, it } from 'vitest';
import { historyDo, historyOf, historyRedo, historyUndo } from './history';
import {
  anchorOf,
  areaSquareMetres,
  crossesItself,
  isInShape,
  keptAtMost,
  keptPoints,
  type LonLat,
  lengthMetres,
} from './shape';

const spot = (lon: number, lat: number): LonLat => [lon, lat];
const SQUARE = [spot(0, 0), spot(0.001, 0), spot(0.001, 0.001), spot(0, 0.001)];

describe('the place of a shape', () => {
  it('is half way along a line', () => {
    const anchor = anchorOf('line', [spot(0, 0), spot(0.001, 0), spot(0.001, 0.003)]);
    expect(anchor?.[0]).toBeCloseTo(0.001, 9);
    expect(anchor?.[1]).toBeCloseTo(0.001, 6);
  });

  it('is inside an area, also one with a dent', () => {
    const dented = [spot(0, 0), spot(4, 0), spot(4, 4), spot(2, 0.5), spot(0, 4)];
    const anchor = anchorOf('area', dented);
    expect(anchor !== null && isInShape(dented, anchor)).toBe(true);
  });

  it('is none while corners are missing', () => {
    expect(anchorOf('line', [spot(0, 0)])).toBeNull();
    expect(anchorOf('area', [spot(0, 0), spot(1, 1)])).toBeNull();
    expect(anchorOf('point', [])).toBeNull();
  });

  it('of a line whose corners are one spot is that spot', () => {
    expect(anchorOf('line', [spot(1, 2), spot(1, 2)])).toEqual(spot(1, 2));
  });
});

describe('a shape', () => {
  it('has a length and an area in metres', () => {
    expect(lengthMetres(SQUARE)).toBeCloseTo(3 * 111.32, 1);
    expect(areaSquareMetres(SQUARE)).toBeCloseTo(111.32 ** 2, 0);
  });

  it('that crosses itself is seen as such', () => {
    const [a, b, c, d] = SQUARE as [LonLat, LonLat, LonLat, LonLat];
    expect(crossesItself(SQUARE)).toBe(false);
    expect(crossesItself([a, b, d, c])).toBe(true);
    expect(crossesItself([a, b, c])).toBe(false);
  });
});

describe('a drawn stroke', () => {
  const zigzag = Array.from({ length: 400 }, (_, i) => ({ x: i, y: i % 2 === 0 ? 0 : 9 }));

  it('keeps its ends and its corners, and drops what lies between', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 50, y: 0.4 },
      { x: 100, y: 0 },
      { x: 100, y: 50 },
    ];
    expect(keptPoints(points, 1)).toEqual([0, 2, 3]);
  });

  it('never keeps more than it may', () => {
    expect(keptPoints(zigzag, 1)).toHaveLength(400);
    const kept = keptAtMost(zigzag, 1, 150);
    expect(kept.length).toBeLessThanOrEqual(150);
    expect(kept.slice(0, 1)).toEqual([0]);
    expect(kept.at(-1)).toBe(399);
  });

  it('of one point is that point, of none nothing', () => {
    expect(keptPoints([{ x: 1, y: 1 }], 1)).toEqual([0]);
    expect(keptPoints([], 1)).toEqual([]);
  });
});

describe('undo', () => {
  it('goes back and forth, and forgets what was undone at the next step', () => {
    let history = historyDo(historyDo(historyOf('a'), 'b'), 'c');
    history = historyUndo(historyUndo(history));
    expect(history.now).toBe('a');
    expect(historyUndo(history)).toEqual(history);
    history = historyRedo(history);
    expect(history.now).toBe('b');
    history = historyDo(history, 'd');
    expect(historyRedo(history)).toEqual(history);
    expect(historyUndo(history).now).toBe('b');
  });
});

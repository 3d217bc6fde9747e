import { describe, expect, it } from 'vitest';
import { localFromTime, polygonFromBounds, timeFromLocal } from './meeting-times';
import { type Meeting, sortMeetings } from './meetings';
import { actionsFor, boxFromDrag, type Item } from './queue';

describe('the times of a meeting', () => {
  it("are the city's clock, whatever the device's zone is", () => {
    expect(localFromTime(Date.parse('2026-07-31T15:30:00Z'))).toBe('2026-08-01T00:30');
    expect(timeFromLocal('2026-08-01T00:30')).toBe('2026-07-31T15:30:00.000Z');
  });

  it('come back as they went', () => {
    for (const time of ['2026-02-28T14:59:00.000Z', '2026-12-31T15:00:00.000Z'])
      expect(timeFromLocal(localFromTime(Date.parse(time)))).toBe(time);
  });

  it.each(['', '2026-08-01', '2026-13-01T00:00', '2026-08-01T25:00', 'now'])(
    'refuse %j',
    (text) => {
      expect(timeFromLocal(text)).toBeNull();
    },
  );
});

it('the box of the map becomes a ring that closes and runs counter-clockwise', () => {
  const ring = polygonFromBounds([139.38, 36.14, 139.4, 36.15]).coordinates[0] ?? [];
  expect(ring[0]).toEqual(ring.at(-1));
  // The shoelace formula: positive for counter-clockwise.
  let twice = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? [];
    const [x2 = 0, y2 = 0] = ring[i + 1] ?? [];
    twice += x1 * y2 - x2 * y1;
  }
  expect(twice / 2).toBeCloseTo(0.02 * 0.01, 9);
});

it('open meetings come first, then the newest', () => {
  const meeting = (id: string, state: Meeting['state'], starts: string) =>
    ({ id, state, starts }) as Meeting;
  const sorted = sortMeetings([
    meeting('old', 'open', '2026-06-01T00:00:00Z'),
    meeting('done', 'finished', '2026-09-01T00:00:00Z'),
    meeting('new', 'open', '2026-08-01T00:00:00Z'),
  ]);
  expect(sorted.map((item) => item.id)).toEqual(['new', 'old', 'done']);
});

describe('a box over a photo', () => {
  const size = { width: 400, height: 200 };

  it('has its corners in order, whichever way the finger went', () => {
    const box = { left: 250, top: 250, right: 750, bottom: 500 };
    expect(boxFromDrag({ x: 100, y: 50 }, { x: 300, y: 100 }, size)).toEqual(box);
    expect(boxFromDrag({ x: 300, y: 100 }, { x: 100, y: 50 }, size)).toEqual(box);
  });

  it('ends at the edge of the picture', () => {
    expect(boxFromDrag({ x: -50, y: -9 }, { x: 900, y: 900 }, size)).toEqual({
      left: 0,
      top: 0,
      right: 1000,
      bottom: 1000,
    });
  });

  it('is none after a tap, or over a picture that is not there yet', () => {
    expect(boxFromDrag({ x: 100, y: 50 }, { x: 101, y: 51 }, size)).toBeNull();
    expect(boxFromDrag({ x: 1, y: 1 }, { x: 90, y: 90 }, { width: 0, height: 0 })).toBeNull();
  });
});

describe('what can be decided', () => {
  const item = (type: Item['type'], status: Item['status']) => ({ type, status }) as Item;

  it.each([
    ['comment', 'held', ['publish', 'mask', 'hide', 'blur']],
    ['comment', 'public', ['hold', 'mask', 'hide', 'blur']],
    ['comment', 'masked', ['hide', 'restore', 'blur']],
    ['comment', 'hidden', ['mask', 'restore', 'blur']],
    ['photo', 'held', ['publish', 'hide']],
    ['reply', 'public', ['hold', 'mask', 'hide']],
    ['comment', 'withdrawn', []],
  ] as const)('%s, %s', (type, status, actions) => {
    expect(actionsFor(item(type, status), false)).toEqual(actions);
    expect(actionsFor(item(type, status), true)).toEqual([...actions, 'erase']);
  });
});

/* The copy of comments on the tablet says what the server's own answer says. */
import { IDBFactory } from 'fake-indexeddb';
import { beforeAll, describe, expect, it } from 'vitest';
import { commentFromJson } from '../api/parse';
import { cacheOpen, knownApply, knownComments, knownCursor } from '../data/cache';
import type { CommentView } from '../sync/answers';

const id = (n: number): string => `0192f3a0-7c00-7000-8000-00000000000${n}`;

// The module reads the address when it is loaded, as a page does.
let offline: typeof import('./offline');
beforeAll(async () => {
  Object.assign(globalThis, { location: { hash: '' } });
  offline = await import('./offline');
});

const VIEW: CommentView = {
  id: id(1),
  kind: 'reading',
  title: '西の道',
  text: '日かげがない',
  mood: 'hot',
  place: {
    lonE7: 1_393_880_000,
    latE7: 361_470_000,
    buildingId: '',
    shape: 'area',
    corners: [
      [1_393_880_000, 361_470_000],
      [1_393_890_000, 361_470_000],
      [1_393_890_000, 361_480_000],
    ],
    source: 'tap',
    accuracyM: 0,
  },
  drawing: [{ corners: [[1_393_880_000, 361_470_000]], colour: 2, width: 3 }],
  readings: [
    {
      quantity: 'air_temperature',
      valueMilli: 35_500,
      instrument: 'はかり',
      waitedS: 120,
      takenMs: 1_000_000,
    },
  ],
  photos: [{ id: id(5), width: 800, height: 600, alt: '道', version: 1, here: true }],
  cardId: null,
  spaceId: null,
  meetingId: id(7),
  quotedId: null,
  channel: 'tablet',
  hat: 'pupil',
  penName: 'あおいとり',
  source: '出典',
  status: 'public',
  madeMs: 1_000_000,
  edited: true,
  agree: 3,
  disagree: 1,
  unsure: 2,
  replyCount: 4,
};

/** The same as GET /api/comments tells it (schema/openapi.yaml). */
const FEATURE = {
  type: 'Feature',
  id: id(1),
  geometry: { type: 'Point', coordinates: [139.388, 36.147] },
  properties: {
    kind: 'reading',
    title: '西の道',
    text: '日かげがない',
    mood: 'hot',
    shape: 'area',
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [139.388, 36.147],
          [139.389, 36.147],
          [139.389, 36.148],
          [139.388, 36.147],
        ],
      ],
    },
    drawing: [{ path: [[139.388, 36.147]], colour: 2, width: 3 }],
    readings: [
      {
        quantity: 'air_temperature',
        value: 35.5,
        instrument: 'はかり',
        waited_s: 120,
        taken_at: '1970-01-01T00:16:40Z',
      },
    ],
    photos: [{ id: id(5), width: 800, height: 600, alt: '道', url: null, thumb: null }],
    meeting: id(7),
    source: '出典',
    card: null,
    card_title: null,
    channel: 'tablet',
    hat: 'pupil',
    pen_name: 'あおいとり',
    status: 'public',
    created_at: '1970-01-01T00:16:40.000Z',
    edited: true,
    building_id: null,
    agree: 3,
    disagree: 1,
    unsure: 2,
    reply_count: 4,
    change: 0,
  },
};

describe('a comment of the copy', () => {
  it('is told as the server tells it', () => {
    expect(offline.commentFromView(VIEW)).toEqual(commentFromJson(FEATURE));
  });

  it('goes with its line or area onto the map', async () => {
    globalThis.indexedDB = new IDBFactory();
    const cache = await cacheOpen();
    const page = { server: '01', epoch: '0a', restarted: false, next: 1, more: false, mark: '' };
    const change = { change: 1, comment: VIEW, reply: null, removed: null };
    await knownApply(cache, { ...page, changes: [change] }, await knownCursor(cache));
    expect((await knownComments(cache))[0]).toEqual(VIEW);
    await offline.offlineShow(true);
    expect(offline.knownPoints.value).toMatchObject([{ shape: 'area', corners: { length: 3 } }]);
    await offline.offlineShow(false);
    expect(offline.knownPoints.value).toBeNull();
  });
});

it('a copy that an older app made, without shapes, is read anew; its packs stay', async () => {
  globalThis.indexedDB = new IDBFactory();
  const old = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('elder', 1);
    request.onupgradeneeded = () => {
      for (const name of ['meta', 'kept', 'piece']) request.result.createObjectStore(name);
      for (const name of ['comment', 'pack'])
        request.result.createObjectStore(name, { keyPath: 'id' });
      request.result.createObjectStore('reply', { keyPath: 'id' });
    };
    request.onsuccess = () => resolve(request.result);
  });
  const tx = old.transaction(['meta', 'comment', 'pack'], 'readwrite');
  tx.objectStore('meta').put({ server: '01', epoch: '0a', since: 9 }, 'cursor');
  tx.objectStore('comment').put({ id: id(1), text: '前の' });
  tx.objectStore('pack').put({ id: 'city' });
  await new Promise((resolve) => {
    tx.oncomplete = resolve;
  });
  old.close();
  const cache = await cacheOpen('elder');
  expect(await knownComments(cache)).toEqual([]);
  expect((await knownCursor(cache)).since).toBe(0);
  const packs = cache.transaction('pack').objectStore('pack').count();
  await new Promise((resolve) => {
    packs.onsuccess = resolve;
  });
  expect(packs.result).toBe(1);
});

import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { dbOpen, dbRead, dbWrite } from '../data/db';
import { marksOf } from '../data/holders';
import { commentWrite, identityGet, outboxWaiting } from '../data/outbox';
import { parcelLoad, parcelMake } from '../data/parcel';
import { photoKeep } from '../data/photos';
import { newComment } from '../data/testing';
import { type Alone, aloneByLease } from './alone';
import { hex } from './answers';
import { syncerStart, syncRound } from './syncer';
import { type TestServer, testServer } from './testing';

const MEETING = '0192f3a0-7c00-7000-8000-00000000ace5';
let db: IDBDatabase;
let server: TestServer;
let at = 1_795_377_600_000;
const clock = { now: () => at };

const deps = (to: TestServer = server, on: IDBDatabase = db) => ({
  db: on,
  fetch: to.fetch,
  now: clock.now,
  limits: () => ({ ops: 64, bytes: 250_000, municipality: 11202 }),
});

const picture = (length: number, seed: number) => ({
  jpeg: Uint8Array.from({ length }, (_, i) => (i * seed) % 251).buffer,
  thumb: new Uint8Array([1]).buffer,
  width: 4,
  height: 3,
});

async function withPhoto(length = 300_000, seed = 7) {
  const taken = await photoKeep(db, picture(length, seed), clock);
  const photos = [{ id: taken.id, width: 4, height: 3, alt: '' }];
  return { taken, row: await commentWrite(db, newComment('写真つき', { photos }), clock) };
}

const counts = (on = db) =>
  dbRead(on, ['ops', 'photo', 'photoBytes'], async (tx) => ({
    ops: (await tx.allOps()).length,
    photos: (await tx.photos()).map((photo) => photo.state),
  }));
const mark = async (id: string) =>
  dbRead(db, ['ops', 'photo'], async (tx) => marksOf(await tx.allOps(), await tx.photos()).get(id));

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  db = await dbOpen();
  await identityGet(db);
  server = testServer();
  at = 1_795_377_600_000;
});

describe('until the city has it', () => {
  it('shows ○, then ✓, then ✓✓, and keeps the operation just as long', async () => {
    const row = await commentWrite(db, newComment('あ'), clock);
    expect(await mark(row.id)).toBe('tablet');
    expect(await syncRound(deps())).toMatchObject({ reached: true, done: false });
    expect(await mark(row.id)).toBe('server');
    expect((await counts()).ops).toBe(1);
    server.cityChange = 1;
    expect(await syncRound(deps())).toMatchObject({ done: true });
    expect(await mark(row.id)).toBeUndefined();
    expect((await counts()).ops).toBe(0);
  });

  it('a change number of another epoch covers nothing', async () => {
    await commentWrite(db, newComment('あ'), clock);
    await syncRound(deps());
    server.restore();
    server.log.set('0192f3a0-7c00-7000-8000-00000000c0de', 1);
    server.cityChange = 1;
    await syncRound(deps());
    expect((await counts()).ops).toBe(1);
    expect(server.log.size).toBe(2);
  });

  it('offers again what a restored server has forgotten, with the same bytes', async () => {
    await commentWrite(db, newComment('あ'), clock);
    await syncRound(deps());
    const [before] = await dbRead(db, ['ops'], (tx) => tx.allOps());
    server.restore();
    await syncRound(deps());
    expect([...server.log.keys()]).toEqual([before?.opId]);
    const [after] = await dbRead(db, ['ops'], (tx) => tx.allOps());
    expect(after?.bytes).toEqual(before?.bytes);
  });

  it('offers to the city what a venue acknowledged before it was lost for ever', async () => {
    const { taken } = await withPhoto();
    await syncRound(deps());
    const city = testServer('02');
    await syncRound(deps(city));
    expect(city.log.size).toBe(2);
    expect(city.blobs.get(taken.sha256)).toHaveLength(300_000);
  });

  it('asks a second server once, not at each round, and lets go when the city has it', async () => {
    const row = await commentWrite(db, newComment('あ'), clock);
    await syncRound(deps());
    const city = testServer('02');
    const [op] = await dbRead(db, ['ops'], (tx) => tx.ops('stored'));
    city.log.set(op?.opId ?? '', 0);
    await syncRound(deps(city));
    expect(await mark(row.id)).toBe('server');
    city.city.add(op?.opId ?? '');
    await syncRound(deps(city));
    expect(await mark(row.id)).toBeUndefined();
  });

  it('offers again a number that never came', async () => {
    await commentWrite(db, newComment('あ'), clock);
    await syncRound(deps());
    const first = [...server.log.keys()];
    server.log.clear();
    server.missingSeq = [1];
    await commentWrite(db, newComment('い'), clock);
    server.before = () => {
      if (server.log.size > 0) server.missingSeq = [];
      return undefined;
    };
    await syncRound(deps());
    expect([...server.log.keys()]).toContain(first[0]);
  });
});

describe('photos', () => {
  it('come after the words, in pieces, and their bytes stay until the city has them', async () => {
    const { row, taken } = await withPhoto();
    await syncRound(deps());
    const order = server.calls.filter((call) => !call.includes('hello'));
    expect(order[0]).toBe('POST /sync/v1/ops');
    expect(order.filter((call) => call.startsWith('PATCH'))).toHaveLength(3);
    expect(hex(Uint8Array.from(server.blobs.get(taken.sha256) ?? []))).toBe(
      hex(new Uint8Array(picture(300_000, 7).jpeg)),
    );
    expect(await mark(row.id)).toBe('server');
    server.cityChange = 2;
    await syncRound(deps());
    expect(await mark(row.id)).toBe('server');
    expect(await dbRead(db, ['photoBytes'], (tx) => tx.photoBytes(taken.id))).toBeDefined();
    server.city.add(taken.sha256);
    await syncRound(deps());
    expect(await mark(row.id)).toBeUndefined();
    expect(await dbRead(db, ['photoBytes'], (tx) => tx.photoBytes(taken.id))).toBeUndefined();
  });

  it('go on where they were cut', async () => {
    const { taken } = await withPhoto();
    let pieces = 0;
    server.before = (method) => {
      if (method === 'PATCH' && ++pieces === 2) throw new TypeError('cut');
      return undefined;
    };
    await syncRound(deps());
    expect(server.blobs.get(taken.sha256)).toHaveLength(128 * 1024);
    expect((await outboxWaiting(db)).count).toBe(1);
    server.before = () => undefined;
    server.calls.length = 0;
    await syncRound(deps());
    expect(server.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(2);
    expect((await outboxWaiting(db)).count).toBe(0);
  });

  it('two tabs at once end with one whole picture', async () => {
    const { taken } = await withPhoto();
    await Promise.all([syncRound(deps()), syncRound(deps())]);
    expect(hex(Uint8Array.from(server.blobs.get(taken.sha256) ?? []))).toBe(
      hex(new Uint8Array(picture(300_000, 7).jpeg)),
    );
  });

  it('one that is refused keeps its bytes and does not hold up the next', async () => {
    const bad = await withPhoto(1000, 3);
    const good = await withPhoto(1000, 5);
    server.before = (method, path) =>
      method === 'PATCH' && path.includes(bad.taken.sha256)
        ? Response.json({ code: 'photo_not_jpeg' }, { status: 415 })
        : undefined;
    await syncRound(deps());
    expect(server.blobs.has(good.taken.sha256)).toBe(true);
    const row = await dbRead(db, ['photo'], (tx) => tx.photo(bad.taken.id));
    expect(row).toMatchObject({ state: 'refused', reason: 'photo_not_jpeg' });
    expect(await dbRead(db, ['photoBytes'], (tx) => tx.photoBytes(bad.taken.id))).toBeDefined();
  });

  it('one that the server refused before, or has trouble with, does not hold up the next', async () => {
    const bad = await withPhoto(1000, 3);
    const odd = await withPhoto(1000, 9);
    const good = await withPhoto(1000, 5);
    server.before = (_method, path) => {
      if (path.includes(bad.taken.sha256)) return new Response(null, { status: 422 });
      return path.includes(odd.taken.sha256) ? new Response(null, { status: 500 }) : undefined;
    };
    expect(await syncRound(deps())).toMatchObject({ done: false });
    expect(server.blobs.has(good.taken.sha256)).toBe(true);
    expect((await counts()).photos.sort()).toEqual(['refused', 'waiting', 'waiting']);
  });

  it('a server that claims progress without making any is left alone', async () => {
    await withPhoto(1000, 3);
    server.before = (method) =>
      method === 'PATCH'
        ? new Response(null, { status: 204, headers: { 'Upload-Offset': '0' } })
        : undefined;
    expect(await syncRound(deps())).toMatchObject({ done: false });
    expect(server.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(1);
  });
});

describe('a parcel', () => {
  it('brings what one tablet holds to the server through another', async () => {
    const { taken } = await withPhoto();
    await commentWrite(db, newComment('い'), clock);
    const file = await parcelMake(db, 11202);
    const other = await dbOpen('other');
    await identityGet(other);
    expect(await parcelLoad(other, file)).toMatchObject({ ops: { length: 3 } });
    await syncRound(deps(server, other));
    expect(server.log.size).toBe(3);
    expect(server.blobs.get(taken.sha256)).toHaveLength(300_000);
    expect(await dbRead(other, ['carried'], (tx) => tx.carried())).toEqual([]);
    // The first tablet comes back: each of its operations is there once.
    await syncRound(deps());
    expect(server.log.size).toBe(3);
    expect((await outboxWaiting(db)).count).toBe(0);
  });

  it('stays until everything of it was answered for', async () => {
    await commentWrite(db, newComment('い'), clock);
    const file = await parcelMake(db, 11202);
    const other = await dbOpen('other');
    await identityGet(other);
    await parcelLoad(other, file);
    server.before = (_method, path) =>
      path === '/sync/v1/ops' ? new Response(null, { status: 503 }) : undefined;
    expect(await syncRound(deps(server, other))).toMatchObject({ done: false });
    expect(await dbRead(other, ['carried'], (tx) => tx.carried())).toHaveLength(1);
  });

  it('that was changed or cut is none', async () => {
    await commentWrite(db, newComment('い'), clock);
    const file = await parcelMake(db, 11202);
    expect(await parcelLoad(db, file.subarray(0, -1))).toBe(null);
    for (const place of [0, 9, 40, file.length - 40, file.length - 1]) {
      const other = file.slice();
      other[place] = (other[place] ?? 0) ^ 1;
      expect(await parcelLoad(db, other), `${place}`).toBe(null);
    }
  });
});

describe('when to try', () => {
  interface Shot {
    work: () => void;
    ms: number;
  }
  const start = () => {
    const timers: Shot[] = [];
    const rounds: boolean[] = [];
    const syncer = syncerStart({
      ...deps(),
      random: () => 0.5,
      timers: { set: (work, ms) => timers.push({ work, ms }), clear: () => undefined },
      alone: async (work) => {
        await work();
        return true;
      },
      report: (round) => rounds.push(round.reached),
    });
    const settle = async (n: number): Promise<void> => {
      while (rounds.length < n) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    };
    return { syncer, timers, settle };
  };

  it('waits longer after each failure, up to a minute', async () => {
    server.before = () => {
      throw new TypeError('lost');
    };
    await commentWrite(db, newComment('あ'), clock);
    const { syncer, timers, settle } = start();
    syncer.kick();
    for (let n = 1; n <= 7; n++) {
      await settle(n);
      timers.at(-1)?.work();
    }
    await settle(8);
    expect(timers.map(({ ms }) => ms)).toEqual([
      3000, 6000, 12_000, 24_000, 45_000, 45_000, 45_000, 45_000,
    ]);
  });

  it('goes on slowly while the city is not reached, and rests when it is', async () => {
    await commentWrite(db, newComment('あ'), clock);
    const { syncer, timers, settle } = start();
    syncer.kick();
    await settle(1);
    expect(timers.map(({ ms }) => ms)).toEqual([60_000]);
    server.cityChange = 9;
    timers[0]?.work();
    await settle(2);
    expect(timers).toHaveLength(1);
  });

  it('leaves the sending to one tab, where the browser has no locks, too', async () => {
    await commentWrite(db, newComment('あ'), clock);
    const first = aloneByLease(db, 'tab 1', clock.now);
    const second = aloneByLease(db, 'tab 2', clock.now);
    let other: boolean | undefined;
    await first(async () => {
      other = await second(async () => undefined);
    });
    expect(other).toBe(false);
    expect(await second(async () => undefined)).toBe(true);
  });

  /** A tab that got in and was never heard of again. */
  const killedAt = (tab: Alone): Promise<void> =>
    new Promise((inside) => {
      void tab(() => {
        inside();
        return new Promise(() => undefined);
      });
    });

  it('takes the place of a tab that was killed, and trusts no clock that was put back', async () => {
    const first = aloneByLease(db, 'tab 1', clock.now);
    const second = aloneByLease(db, 'tab 2', clock.now);
    await killedAt(first);
    expect(await second(async () => undefined)).toBe(false);
    at += 60_000;
    expect(await second(async () => undefined)).toBe(true);
    await killedAt(first);
    at -= 365 * 86_400_000;
    expect(await second(async () => undefined)).toBe(true);
  });
});

it('tells the meeting how much still waits here, and for how long', async () => {
  await dbWrite(db, ['meta', 'membership'], async (tx) => {
    await tx.setCurrentMeeting('m1');
    await tx.putMembership({ meetingId: 'm1' } as never);
  });
  await commentWrite(db, newComment('あ'), clock);
  at += 90_500;
  let told: unknown;
  const fetch: typeof server.fetch = (path, init) => {
    if (path === '/sync/v1/ops') return Promise.resolve(new Response(null, { status: 503 }));
    if (path.includes('/presence')) told = JSON.parse(String(init?.body));
    return server.fetch(path, init);
  };
  await syncRound({ ...deps(), fetch });
  expect(told).toEqual({ waiting: 1, oldest_s: 90 });
});

describe('when the teacher ends the meeting', () => {
  const enter = (): Promise<void> =>
    dbWrite(db, ['meta', 'membership'], async (tx) => {
      await tx.setCurrentMeeting(MEETING);
      await tx.putMembership({ meetingId: MEETING, penName: '赤いキツネ', state: 'open' } as never);
    });
  const speaker = { ...newComment('').speaker, penName: '赤いキツネ', meetingId: MEETING };
  const left = () =>
    dbRead(db, ['own', 'membership', 'meta', 'photo'], async (tx) => ({
      names: (await tx.owns()).map((row) => row.penName),
      memberships: (await tx.memberships()).length,
      current: (await tx.currentMembership())?.meetingId,
    }));
  const over = (path: string): Response | undefined =>
    path.includes('/presence') ? Response.json({ state: 'finished', tablet: 1 }) : undefined;

  it('names go once everything is at the city, and not before', async () => {
    await enter();
    await commentWrite(db, newComment('あ', { speaker }), clock);
    server.before = (_method, path) => over(path);
    await syncRound(deps());
    expect(await left()).toMatchObject({ names: ['赤いキツネ'], current: MEETING });
    server.cityChange = 1;
    await syncRound(deps());
    expect(await left()).toEqual({ names: [], memberships: 0, current: undefined });
  });

  it('what is not of the meeting stays', async () => {
    const mine = await commentWrite(db, newComment('自分の'), clock);
    await dbWrite(db, ['meta', 'membership'], async (tx) => {
      await tx.putMembership({ meetingId: MEETING, state: 'finished' } as never);
    });
    server.cityChange = 9;
    await syncRound(deps());
    expect(await dbRead(db, ['own'], (tx) => tx.own(mine.id))).toBeDefined();
    expect((await left()).memberships).toBe(0);
  });
});

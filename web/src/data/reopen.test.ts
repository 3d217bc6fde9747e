import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheOpen, keep, keptOf } from './cache';
import { dbOpen, dbRead, dbWrite } from './db';
import { identityGet, outboxWaiting } from './outbox';
import { once } from './reopen';

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});

const lease = { tab: 'a', untilMs: 1 };

describe('the browser ends the connection, as Safari does in the background', () => {
  it('what is written after it is kept, and what was there is there', async () => {
    const db = await dbOpen();
    const { deviceId } = await identityGet(db);
    db.close();
    await dbWrite(db, ['meta'], (tx) => tx.putLease(lease));
    expect(await dbRead(db, ['meta'], (tx) => tx.lease())).toEqual(lease);
    expect((await identityGet(db)).deviceId).toBe(deviceId);
    expect((await outboxWaiting(db)).count).toBe(0);
  });

  it('again and again', async () => {
    const db = await dbOpen();
    const opened: IDBDatabase[] = [db];
    const open = vi.spyOn(indexedDB, 'open').mockImplementation((...words) => {
      const request = IDBFactory.prototype.open.apply(indexedDB, words);
      request.addEventListener('success', () => opened.push(request.result));
      return request;
    });
    for (let round = 1; round <= 3; round++) {
      opened.at(-1)?.close();
      await dbWrite(db, ['meta'], (tx) => tx.putLease({ tab: 'a', untilMs: round }));
      expect(open).toHaveBeenCalledTimes(round);
    }
    expect((await dbRead(db, ['meta'], (tx) => tx.lease()))?.untilMs).toBe(3);
  });

  it('is opened once for all who notice at the same time', async () => {
    const db = await dbOpen();
    db.close();
    const open = vi.spyOn(indexedDB, 'open');
    await Promise.all([1, 2, 3].map(() => dbRead(db, ['meta'], (tx) => tx.lease())));
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('the copy of what can be fetched again lives on, too', async () => {
    const db = await cacheOpen();
    await keep(db, '/a', 'A', 1);
    db.close();
    await keep(db, '/b', 'B', 2);
    expect((await keptOf(db, '/a'))?.body).toBe('A');
    expect((await keptOf(db, '/b'))?.body).toBe('B');
  });
});

it('a transaction that broke off is not repeated, but the next one has a new connection', async () => {
  const db = await dbOpen();
  const broken = new DOMException('Connection to Indexed Database server lost', 'UnknownError');
  const work = vi.fn().mockRejectedValue(broken);
  await expect(dbWrite(db, ['meta'], work)).rejects.toBe(broken);
  expect(work).toHaveBeenCalledTimes(1);
  const open = vi.spyOn(indexedDB, 'open');
  await dbWrite(db, ['meta'], (tx) => tx.putLease(lease));
  expect(open).toHaveBeenCalledTimes(1);
});

it('a database that could not be opened is tried again by the next who asks', async () => {
  const open = vi.fn(dbOpen).mockRejectedValueOnce(new DOMException('not now', 'UnknownError'));
  const database = once(open);
  await expect(database()).rejects.toThrow('not now');
  await database();
  expect(await database()).toBe(await database());
  expect(open).toHaveBeenCalledTimes(2);
});

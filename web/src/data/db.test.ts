import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it } from 'vitest';
import { opBytes } from '../sync/messages';
import { dbOpen, dbRead } from './db';
import { identityGet, outboxOffer, outboxWaiting } from './outbox';

const DEVICE = '00010203-0405-0607-0809-0a0b0c0d0e0f';
const OBJECT = '0192f3a0-7c00-7000-8000-00000000c0df';
const LIMIT = { ops: 64, bytes: 250_000, municipality: 11202 };
const id = (n: number): string => `0192f3a0-7c00-7000-8000-00000000000${n}`;

/** A database as version 1 of the app left it. */
function version1(fill: (tx: IDBTransaction) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('kakikomap', 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore('meta');
      db.createObjectStore('ops', { keyPath: 'n', autoIncrement: true }).createIndex(
        'state',
        'state',
      );
      db.createObjectStore('own', { keyPath: 'id' });
      db.createObjectStore('reaction', { keyPath: 'id' });
      db.createObjectStore('draft');
    };
    request.onsuccess = () => {
      const db = request.result;
      const tx = db.transaction([...db.objectStoreNames], 'readwrite');
      fill(tx);
      tx.oncomplete = () => {
        db.close();
        resolve();
      };
    };
    request.onerror = () => reject(request.error);
  });
}

const frozen = opBytes({
  opId: id(1),
  deviceId: DEVICE,
  devSeq: 41,
  kind: 1,
  objectId: OBJECT,
  register: 0,
  rev: 0,
  authorId: DEVICE,
  municipality: 11202,
  madeMs: 5,
  body: new Uint8Array([8, 1]),
});
const op = {
  objectId: OBJECT,
  kind: 1,
  register: 0,
  rev: 0,
  body: new Uint8Array([8, 1]),
  madeMs: 5,
  bytes: null,
  reason: '',
  change: 0,
  server: '',
  epoch: '',
};

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

it('a waiting outbox of version 1 is sent by version 2, byte for byte', async () => {
  await version1((tx) => {
    tx.objectStore('meta').put(
      { deviceId: DEVICE, authorId: DEVICE, token: new Uint8Array(32), devSeq: 41 },
      'identity',
    );
    tx.objectStore('ops').add({ ...op, opId: id(1), bytes: frozen, state: 'frozen' });
    tx.objectStore('ops').add({ ...op, opId: id(2), state: 'waiting' });
    const stored = { ...op, opId: id(3), bytes: frozen, state: 'stored' };
    tx.objectStore('ops').add({ ...stored, change: 7, server: 's', epoch: 'e' });
    tx.objectStore('own').put({ id: OBJECT, type: 'comment', text: 'あ', textRev: 0 });
    tx.objectStore('draft').put({ kind: 'idea', text: '書きかけ', lon: 139, lat: 36 }, 'comment');
  });
  const db = await dbOpen();
  expect((await identityGet(db)).deviceId).toBe(DEVICE);
  expect(await outboxWaiting(db)).toEqual({ count: 2, oldestMs: 5 });
  const offers = await outboxOffer(db, LIMIT);
  expect(offers.map((offer) => offer.opId)).toEqual([id(1), id(2)]);
  expect(offers[0]?.bytes).toEqual(frozen);
  const rows = await dbRead(db, ['ops'], (tx) => tx.allOps());
  expect(rows.map((row) => row.devSeq)).toEqual([41, 42, 41]);
  expect(rows[2]?.held).toEqual([{ server: 's', epoch: 'e', change: 7 }]);
  const [own, draft] = await dbRead(db, ['own', 'draft'], async (tx) => [
    await tx.own(OBJECT),
    await tx.draft(),
  ]);
  expect(own).toMatchObject({ text: 'あ', photos: [], shape: 'point' });
  expect(draft).toMatchObject({ text: '書きかけ', lon: 139, open: false, photos: [] });
});

it('an old page lets go of the database when a newer one comes', async () => {
  await version1(() => undefined);
  const old = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('kakikomap', 1);
    request.onsuccess = () => resolve(request.result);
  });
  old.onversionchange = () => old.close();
  const db = await dbOpen();
  expect(db.version).toBe(2);
});

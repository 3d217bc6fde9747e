import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it } from 'vitest';
import { ACK } from '../sync/messages';
import { dbOpen, dbRead } from './db';
import { commentWrite, identityGet, outboxOffer, outboxSettle, textEdit } from './outbox';
import { photoForget, photoKeep, photosSweep } from './photos';
import { newComment } from './testing';
import { refusedAsDraft, refusedForget, trayItems } from './tray';

const clock = { now: () => 1_795_377_600_000 };
const LIMIT = { ops: 64, bytes: 250_000, municipality: 11202 };
const FROM = { server: 's', epoch: 'e' };
const PICTURE = {
  jpeg: new Uint8Array([1, 2, 3]).buffer,
  thumb: new Uint8Array([1]).buffer,
  width: 4,
  height: 3,
};
let db: IDBDatabase;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  db = await dbOpen();
  await identityGet(db);
});

async function answered(status: number): Promise<void> {
  const offers = await outboxOffer(db, LIMIT);
  const acks = offers.map(({ opId }) => ({ opId, status, change: 3, reason: 'outside' }));
  await outboxSettle(db, acks, FROM);
}

it('a refused comment goes into the tray and comes back as a draft with its picture', async () => {
  const taken = await photoKeep(db, PICTURE, clock);
  const photos = [{ id: taken.id, width: 4, height: 3, alt: '木' }];
  const row = await commentWrite(db, newComment('あ', { photos, title: '題' }), clock);
  await answered(ACK.quarantined);
  expect((await trayItems(db)).map((item) => [item.own?.id, item.reason])).toEqual([
    [row.id, 'outside'],
    [row.id, 'outside'],
  ]);
  const draft = await refusedAsDraft(db, row.id, clock);
  expect(draft).toMatchObject({ title: '題', text: 'あ', lon: 139.388, open: true });
  const id = draft?.photos[0]?.id ?? '';
  expect(id).not.toBe(taken.id);
  expect(await dbRead(db, ['photoBytes'], (tx) => tx.photoBytes(id))).toEqual(PICTURE.jpeg);
  expect(await trayItems(db)).toEqual([]);
  expect(await photosSweep(db)).toBe(0);
});

it('putting away a refused edit keeps the comment', async () => {
  const row = await commentWrite(db, newComment('あ'), clock);
  await answered(ACK.stored);
  await textEdit(db, row.id, 'い', clock);
  await answered(ACK.quarantined);
  expect(await trayItems(db)).toHaveLength(1);
  await refusedForget(db, row.id);
  expect(await dbRead(db, ['own'], (tx) => tx.own(row.id))).toMatchObject({ state: 'stored' });
  expect(await trayItems(db)).toEqual([]);
});

it('what was erased elsewhere leaves no word and no picture here', async () => {
  const taken = await photoKeep(db, PICTURE, clock);
  const photos = [{ id: taken.id, width: 4, height: 3, alt: '' }];
  const words = newComment('消されることば', { photos, title: '題' });
  const row = await commentWrite(db, words, clock);
  await answered(ACK.gone);
  const [own, ops, bytes] = await dbRead(db, ['own', 'ops', 'photoBytes'], async (tx) => [
    await tx.own(row.id),
    await tx.allOps(),
    await tx.photoBytes(taken.id),
  ]);
  expect(own).toMatchObject({ text: '', title: '', reason: 'gone' });
  expect(ops).toEqual([]);
  expect(bytes).toBeUndefined();
});

it('a comment whose picture has vanished is not half written', async () => {
  const photos = [{ id: '0192f3a0-7c00-7000-8000-00000000c0de', width: 4, height: 3, alt: '' }];
  await expect(commentWrite(db, newComment('あ', { photos }), clock)).rejects.toThrow();
  expect(
    await dbRead(db, ['own', 'ops'], async (tx) => [...(await tx.owns()), ...(await tx.allOps())]),
  ).toEqual([]);
});

it('a picture of a comment cannot be thrown away as one of the draft', async () => {
  const taken = await photoKeep(db, PICTURE, clock);
  const photos = [{ id: taken.id, width: 4, height: 3, alt: '' }];
  await commentWrite(db, newComment('あ', { photos }), clock);
  await photoForget(db, taken.id);
  expect(await dbRead(db, ['photo'], (tx) => tx.photo(taken.id))).toBeDefined();
  const loose = await photoKeep(db, PICTURE, clock);
  expect(await photosSweep(db)).toBe(1);
  expect(await dbRead(db, ['photo'], (tx) => tx.photo(loose.id))).toBeUndefined();
});

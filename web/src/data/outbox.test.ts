import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { ACK } from '../sync/messages';
import { wireFields } from '../sync/wire';
import { dbOpen, dbRead } from './db';
import {
  commentWrite,
  identityGet,
  outboxCount,
  outboxOffer,
  outboxSettle,
  ownErased,
  react,
  replyWrite,
  textEdit,
  withdraw,
} from './outbox';
import { photoKeep } from './photos';
import { newComment } from './testing';

const COMMENT = newComment('ベンチがほしい');
const SPEAKER = COMMENT.speaker;
const LIMIT = { ops: 64, bytes: 250_000, municipality: 11202 };
const FROM = { server: 's', epoch: 'e' };
const clock = { now: () => 1_795_377_600_000 };

let db: IDBDatabase;
beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  db = await dbOpen();
  await identityGet(db);
});

const devSeq = (bytes: Uint8Array): number =>
  [...wireFields(bytes)].find(({ field }) => field === 3)?.number ?? 0;
const stored = (opId: string) => ({ opId, status: ACK.stored, change: 9, reason: '' });
const owns = () => dbRead(db, ['own'], (tx) => tx.owns());

describe('the outbox', () => {
  it('keeps the operation and what it shows together', async () => {
    const row = await commentWrite(db, COMMENT, clock);
    expect(await outboxCount(db)).toBe(1);
    expect(await owns()).toMatchObject([{ id: row.id, state: 'waiting', lonE7: 1_393_880_000 }]);
  });

  it('offers the same bytes however often it is asked', async () => {
    await commentWrite(db, COMMENT, clock);
    const first = await outboxOffer(db, LIMIT);
    await react(db, '0192f3a0-7c00-7000-8000-00000000c0de', 'agree', SPEAKER, clock);
    const second = await outboxOffer(db, LIMIT);
    expect(second[0]).toEqual(first[0]);
    expect(second).toHaveLength(2);
    expect(second.map((offer) => devSeq(offer.bytes))).toEqual([1, 2]);
  });

  it('gives numbers without a gap, also when something was taken back before', async () => {
    const gone = await commentWrite(db, COMMENT, clock);
    await withdraw(db, gone.id, clock);
    await commentWrite(db, COMMENT, clock);
    await commentWrite(db, COMMENT, clock);
    const offers = await outboxOffer(db, LIMIT);
    expect(offers.map((offer) => devSeq(offer.bytes))).toEqual([1, 2]);
  });

  it('takes back what was never offered without a trace', async () => {
    const row = await commentWrite(db, COMMENT, clock);
    await textEdit(db, row.id, '木のベンチがほしい', clock);
    await withdraw(db, row.id, clock);
    expect(await outboxCount(db)).toBe(0);
    expect(await owns()).toEqual([]);
  });

  it('withdraws by an operation what may have arrived', async () => {
    const row = await commentWrite(db, COMMENT, clock);
    await outboxOffer(db, LIMIT);
    await withdraw(db, row.id, clock);
    expect(await outboxOffer(db, LIMIT)).toHaveLength(2);
    expect(await owns()).toMatchObject([{ state: 'withdrawn' }]);
  });

  it('forgets what was erased long after it had reached the city', async () => {
    const words = '名前を書いてしまった';
    const picture = new ArrayBuffer(64);
    const taken = await photoKeep(
      db,
      { jpeg: picture, thumb: picture, width: 16, height: 12 },
      clock,
    );
    const photos = [{ id: taken.id, width: 16, height: 12, alt: words }];
    const row = await commentWrite(db, { ...COMMENT, text: words, photos }, clock);
    const kept = await commentWrite(db, COMMENT, clock);
    const offers = await outboxOffer(db, LIMIT);
    await outboxSettle(
      db,
      offers.map(({ opId }) => stored(opId)),
      FROM,
    );
    expect(await ownErased(db, new Set([row.id, taken.id]))).toBe(true);
    const own = new Map((await owns()).map((one) => [one.id, one]));
    const blank = { text: '', photos: [], state: 'refused', reason: 'gone' };
    expect(own.get(row.id)).toMatchObject(blank);
    expect(own.get(kept.id)).toMatchObject({ text: COMMENT.text, state: 'stored' });
    const left = await dbRead(db, ['ops', 'photo', 'photoBytes'], async (tx) => [
      (await tx.allOps()).map((op) => op.objectId),
      await tx.photos(),
      (await tx.photoBytes(taken.id)) ?? null,
    ]);
    expect(left).toEqual([[kept.id], [], null]);
    expect(await ownErased(db, new Set([row.id, taken.id]))).toBe(false);
  });

  it('leaves what is still on its way to be answered', async () => {
    const row = await commentWrite(db, COMMENT, clock);
    await outboxOffer(db, LIMIT);
    await ownErased(db, new Set([row.id]));
    expect(await outboxCount(db)).toBe(1);
  });

  it('counts the revisions of a text and of a reaction', async () => {
    const row = await commentWrite(db, COMMENT, clock);
    await textEdit(db, row.id, 'b', clock);
    await textEdit(db, row.id, 'c', clock);
    await react(db, row.id, 'agree', SPEAKER, clock);
    await react(db, row.id, 'none', SPEAKER, clock);
    const revs = (await outboxOffer(db, LIMIT)).map(
      (offer) => [...wireFields(offer.bytes)].find(({ field }) => field === 7)?.number ?? 0,
    );
    expect(revs).toEqual([0, 1, 2, 1, 2]);
  });

  it('stays within a batch by number and by size, but always offers one', async () => {
    for (let i = 0; i < 5; i++) await commentWrite(db, COMMENT, clock);
    expect(await outboxOffer(db, { ...LIMIT, ops: 2 })).toHaveLength(2);
    expect(await outboxOffer(db, { ...LIMIT, bytes: 1 })).toHaveLength(1);
  });

  it('writes down what the server said, and leaves the rest in the queue', async () => {
    const [good, bad, late] = [
      await commentWrite(db, COMMENT, clock),
      await commentWrite(db, COMMENT, clock),
      await replyWrite(db, { commentId: COMMENT_ID, text: 'はい', speaker: SPEAKER }, clock),
    ];
    const offers = await outboxOffer(db, LIMIT);
    const ids = offers.map((offer) => offer.opId);
    const left = await outboxSettle(
      db,
      [
        stored(ids[0] ?? ''),
        { opId: ids[1] ?? '', status: ACK.quarantined, change: 0, reason: 'hat_not_allowed' },
        { opId: ids[2] ?? '', status: ACK.retryLater, change: 0, reason: '' },
      ],
      FROM,
    );
    expect(left).toBe(1);
    const byId = new Map((await owns()).map((row) => [row.id, row]));
    expect(byId.get(good.id)?.state).toBe('stored');
    expect(byId.get(bad.id)).toMatchObject({ state: 'refused', reason: 'hat_not_allowed' });
    expect(byId.get(late.id)?.state).toBe('waiting');
    expect(await outboxOffer(db, LIMIT)).toEqual([offers[2]]);
  });

  it('a duplicate is as good as stored', async () => {
    await commentWrite(db, COMMENT, clock);
    const [offer] = await outboxOffer(db, LIMIT);
    const ack = { ...stored(offer?.opId ?? ''), status: ACK.duplicate };
    expect(await outboxSettle(db, [ack], FROM)).toBe(0);
    expect(await owns()).toMatchObject([{ state: 'stored' }]);
  });

  it('survives closing: what was frozen is offered again after opening', async () => {
    await commentWrite(db, COMMENT, clock);
    const before = await outboxOffer(db, LIMIT);
    db.close();
    db = await dbOpen();
    expect(await outboxOffer(db, LIMIT)).toEqual(before);
  });
});

const COMMENT_ID = '0192f3a0-7c00-7000-8000-00000000c0de';

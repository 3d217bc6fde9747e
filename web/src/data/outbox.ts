/*
 * outbox: what people did here, until the city has it.
 *
 * Invariants (schema/sync.md; research behind them: ids made once, bytes frozen at the first sending)
 * 1. An operation and the local row it changes are one transaction, read back before it counts as kept.
 * 2. Until it is first offered, an operation is `waiting` and may be taken back without a trace.
 *    At the first offer it gets the device's next number and its bytes; from then on only these
 *    bytes travel, however often.
 * 3. A refused operation leaves the queue with its reason; it never holds up its neighbours.
 * 4. A stored operation stays until the city has it: a venue's box may be lost or put back to a
 *    backup. Who holds it is written down with the epoch (data/holders.ts).
 */

import type { OpAck, Origin } from '../sync/answers';
import { bytesFromHex } from '../sync/answers';
import {
  ACK,
  type Body,
  bodyBytes,
  type Channel,
  type CommentKind,
  type Hat,
  type Mood,
  OP_KIND,
  opBytes,
  type Place,
  REGISTER,
  type Reaction,
  type Reading,
  type Stroke,
} from '../sync/messages';
import { receiptHash } from '../sync/receipt';
import { randomBytes, type Uuid, uuidFromBytes, uuidV7 } from '../sync/uuid';
import {
  dbRead,
  dbWrite,
  type Identity,
  type OpRow,
  type OwnRow,
  type PhotoRef,
  type Tx,
} from './db';
import { heldBy } from './holders';

export interface Clock {
  now(): number;
}

/** As whom something is written; of a meeting, or of the device itself (state/own.ts). */
export interface Speaker {
  /** Empty: the device's own pseudonym. */
  readonly authorId: string;
  readonly penName: string;
  readonly hat: Hat;
  readonly channel: Channel;
  readonly meetingId: Uuid | null;
  readonly spaceId: Uuid | null;
}

export interface NewComment {
  readonly kind: CommentKind;
  readonly title: string;
  readonly text: string;
  readonly mood: Mood;
  readonly cardId: Uuid | null;
  readonly place: Place;
  readonly drawing: readonly Stroke[];
  readonly readings: readonly Reading[];
  /** Taken before (data/photos.ts); they leave the draft. */
  readonly photos: readonly PhotoRef[];
  readonly speaker: Speaker;
  /** The code of its receipt (sync/receipt.ts); empty: none. */
  readonly receipt: string;
}

export interface NewReply {
  readonly commentId: Uuid;
  readonly text: string;
  readonly speaker: Speaker;
}

export async function identityGet(db: IDBDatabase): Promise<Identity> {
  return dbWrite(db, ['meta'], async (tx) => {
    const known = await tx.identity();
    if (known !== undefined) return known;
    const made: Identity = {
      deviceId: uuidFromBytes(randomBytes(16)),
      authorId: uuidFromBytes(randomBytes(16)),
      token: randomBytes(32),
      devSeq: 0,
    };
    await tx.putIdentity(made);
    return made;
  });
}

interface Deed {
  readonly objectId: Uuid;
  readonly kind: number;
  readonly register: number;
  readonly rev: number;
  readonly body: Body;
  readonly authorId: string;
  readonly meetingId: string | null;
  readonly now: number;
}

function opRow({ now, body, meetingId, ...deed }: Deed): OpRow {
  return {
    ...deed,
    opId: uuidV7(now),
    body: bodyBytes(body),
    meetingId: meetingId ?? '',
    madeMs: now,
    state: 'waiting',
    bytes: null,
    devSeq: 0,
    reason: '',
    held: [],
  };
}

const CREATED = { kind: OP_KIND.create, register: REGISTER.none, rev: 0 } as const;

/** The store may say yes and keep nothing (it has happened on tablets): what was written is read. */
async function readBack(db: IDBDatabase, row: OwnRow): Promise<void> {
  const [kept, ops] = await dbRead(db, ['own', 'ops'], async (tx) => [
    await tx.own(row.id),
    await tx.opsOf(row.id),
  ]);
  // An operation may have gone already: another tab sends, too.
  if (kept?.text !== row.text || (ops.length === 0 && kept.state === 'waiting'))
    throw new Error('the store kept something else than it was given');
}

export async function commentWrite(
  db: IDBDatabase,
  comment: NewComment,
  clock: Clock,
): Promise<OwnRow> {
  const now = clock.now();
  const { speaker, place, receipt, photos, ...words } = comment;
  const { authorId, meetingId } = speaker;
  const row: OwnRow = {
    ...words,
    ...place,
    id: uuidV7(now),
    type: 'comment',
    commentId: null,
    photos,
    meetingId,
    authorId,
    receipt,
    penName: speaker.penName,
    madeMs: now,
    textRev: 0,
    titleRev: 0,
    placeRev: 0,
    state: 'waiting',
    reason: '',
  };
  const body: Body = {
    comment: {
      ...words,
      ...speaker,
      place,
      receipt: receipt === '' ? null : receiptHash(receipt),
    },
  };
  await dbWrite(db, ['ops', 'own', 'draft', 'photo'], async (tx) => {
    await tx.addOp(opRow({ ...CREATED, objectId: row.id, body, authorId, meetingId, now }));
    for (const [position, ref] of photos.entries()) {
      const photo = await tx.photo(ref.id);
      if (photo === undefined) throw new Error('a photo is not there any more');
      const photoBody: Body = {
        photo: {
          commentId: row.id,
          sha256: bytesFromHex(photo.sha256),
          bytes: photo.size,
          width: photo.width,
          height: photo.height,
          position,
          alt: ref.alt,
        },
      };
      await tx.addOp(
        opRow({ ...CREATED, objectId: photo.id, body: photoBody, authorId, meetingId, now }),
      );
      await tx.putPhoto({ ...photo, alt: ref.alt, commentId: row.id, state: 'waiting' });
    }
    await tx.putOwn(row);
    await tx.deleteDraft();
  });
  await readBack(db, row);
  return row;
}

export async function replyWrite(db: IDBDatabase, reply: NewReply, clock: Clock): Promise<OwnRow> {
  const now = clock.now();
  const { commentId, text, speaker } = reply;
  const { authorId, meetingId, penName, channel, hat } = speaker;
  const row: OwnRow = {
    id: uuidV7(now),
    type: 'reply',
    commentId,
    kind: '',
    title: '',
    text,
    mood: 'none',
    cardId: null,
    lonE7: 0,
    latE7: 0,
    buildingId: '',
    shape: 'point',
    corners: [],
    source: 'unknown',
    accuracyM: 0,
    drawing: [],
    readings: [],
    photos: [],
    meetingId,
    authorId,
    receipt: '',
    penName,
    madeMs: now,
    textRev: 0,
    titleRev: 0,
    placeRev: 0,
    state: 'waiting',
    reason: '',
  };
  const body: Body = { reply: { commentId, text, channel, hat, penName } };
  await dbWrite(db, ['ops', 'own'], async (tx) => {
    await tx.addOp(opRow({ ...CREATED, objectId: row.id, body, authorId, meetingId, now }));
    await tx.putOwn(row);
  });
  await readBack(db, row);
  return row;
}

/** A new text for one's own comment or reply. */
export function textEdit(
  db: IDBDatabase,
  id: Uuid,
  text: string,
  clock: Clock,
): Promise<OwnRow | null> {
  const now = clock.now();
  return dbWrite(db, ['ops', 'own'], async (tx) => {
    const row = await tx.own(id);
    if (row === undefined || row.state === 'withdrawn') return null;
    const next: OwnRow = { ...row, text, textRev: row.textRev + 1, state: 'waiting', reason: '' };
    await tx.addOp(
      opRow({
        objectId: id,
        kind: OP_KIND.edit,
        register: REGISTER.text,
        rev: next.textRev,
        body: { text },
        authorId: row.authorId,
        meetingId: row.meetingId,
        now,
      }),
    );
    await tx.putOwn(next);
    return next;
  });
}

/** Takes back one's own comment or reply; what was never offered goes without a trace. */
export function withdraw(db: IDBDatabase, id: Uuid, clock: Clock): Promise<void> {
  const now = clock.now();
  return dbWrite(db, ['ops', 'own', 'photo', 'photoBytes'], async (tx) => {
    const row = await tx.own(id);
    if (row === undefined) return;
    const waiting = (await tx.opsOf(id)).filter((op) => op.state === 'waiting');
    for (const op of waiting) if (op.n !== undefined) await tx.deleteOp(op.n);
    for (const { id: photoId } of row.photos) await photoWithdraw(tx, photoId);
    if (waiting.some((op) => op.kind === OP_KIND.create)) {
      await tx.deleteOwn(id);
      return;
    }
    await tx.addOp(
      opRow({
        objectId: id,
        kind: OP_KIND.delete,
        register: REGISTER.none,
        rev: 0,
        body: { reason: 'author' },
        authorId: row.authorId,
        meetingId: row.meetingId,
        now,
      }),
    );
    await tx.putOwn({ ...row, state: 'withdrawn', photos: [] });
  });
}

/** With its comment withdrawn nobody will see it: it need not travel any more. */
async function photoWithdraw(tx: Tx, photoId: Uuid): Promise<void> {
  for (const op of await tx.opsOf(photoId))
    if (op.state === 'waiting' && op.n !== undefined) await tx.deleteOp(op.n);
  await tx.deletePhoto(photoId);
  await tx.deletePhotoBytes(photoId);
}

export function react(
  db: IDBDatabase,
  commentId: Uuid,
  value: Reaction,
  speaker: Pick<Speaker, 'authorId' | 'meetingId'>,
  clock: Clock,
): Promise<void> {
  const now = clock.now();
  return dbWrite(db, ['ops', 'reaction'], async (tx) => {
    const rev = ((await tx.reaction(commentId))?.rev ?? 0) + 1;
    await tx.addOp(
      opRow({
        objectId: commentId,
        kind: OP_KIND.react,
        register: REGISTER.reaction,
        rev,
        body: { reaction: value },
        ...speaker,
        now,
      }),
    );
    await tx.putReaction({ id: commentId, value, rev });
  });
}

export interface Offer {
  readonly opId: Uuid;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The next operations to send, frozen: oldest first, at most so many and so large. */
export function outboxOffer(
  db: IDBDatabase,
  limit: { ops: number; bytes: number; municipality: number },
): Promise<Offer[]> {
  return dbWrite(db, ['meta', 'ops'], async (tx) => {
    const identity = await tx.identity();
    if (identity === undefined) return [];
    const queue = [...(await tx.ops('frozen')), ...(await tx.ops('waiting'))].sort(
      (a, b) => (a.n ?? 0) - (b.n ?? 0),
    );
    const offers: Offer[] = [];
    let size = 0;
    for (const op of queue) {
      const bytes = op.bytes ?? freeze(op, identity, limit.municipality);
      if (offers.length > 0 && (offers.length >= limit.ops || size + bytes.length > limit.bytes))
        break;
      if (op.bytes === null) {
        identity.devSeq += 1;
        await tx.putOp({ ...op, bytes, devSeq: identity.devSeq, state: 'frozen' });
      }
      offers.push({ opId: op.opId, bytes });
      size += bytes.length;
    }
    await tx.putIdentity(identity);
    return offers;
  });
}

function freeze(op: OpRow, identity: Identity, municipality: number): Uint8Array<ArrayBuffer> {
  return opBytes({
    opId: op.opId,
    deviceId: identity.deviceId,
    devSeq: identity.devSeq + 1,
    kind: op.kind,
    objectId: op.objectId,
    register: op.register,
    rev: op.rev,
    authorId: op.authorId || identity.authorId,
    municipality,
    madeMs: op.madeMs,
    body: op.body,
  });
}

/** Writes down what the server said of each operation; returns how many are still to be sent. */
export function outboxSettle(
  db: IDBDatabase,
  acks: readonly OpAck[],
  from: Origin,
): Promise<number> {
  return dbWrite(db, ['ops', 'own', 'photo', 'photoBytes'], async (tx) => {
    const frozen = await tx.ops('frozen');
    const byId = new Map(acks.map((ack) => [ack.opId, ack]));
    let left = (await tx.ops('waiting')).length;
    for (const op of frozen) {
      const ack = byId.get(op.opId);
      if (ack === undefined || ack.status === ACK.retryLater || ack.status === 0) left += 1;
      else await settle(tx, op, ack, from);
    }
    return left;
  });
}

async function settle(tx: Tx, op: OpRow, ack: OpAck, from: Origin): Promise<void> {
  if (ack.status === ACK.gone) return erased(tx, op);
  const stored = ack.status === ACK.stored || ack.status === ACK.duplicate;
  const state = stored ? 'stored' : 'refused';
  const reason = stored ? '' : ack.reason || reasonOf(ack.status);
  await tx.putOp({
    ...op,
    state,
    reason,
    held: stored ? heldBy(op.held, from, ack.change) : op.held,
  });
  const photo = stored ? undefined : await tx.photo(op.objectId);
  if (photo !== undefined) await tx.putPhoto({ ...photo, state: 'refused', reason });
  const row = await tx.own(op.objectId);
  if (row === undefined || row.state === 'withdrawn') return;
  if (op.kind === OP_KIND.create || op.kind === OP_KIND.edit)
    await tx.putOwn({ ...row, state, reason });
}

function reasonOf(status: number): string {
  return status === ACK.conflictBytes ? 'conflict_bytes' : 'invalid';
}

/** Erased by those who may: the words, names and pictures go from this device, too. */
async function erased(tx: Tx, op: OpRow): Promise<void> {
  if (op.n !== undefined) await tx.deleteOp(op.n);
  await forget(tx, op.objectId);
}

/** What is still on its way stays in the queue: the server answers that it is gone. */
async function forgetOps(tx: Tx, id: Uuid): Promise<void> {
  for (const op of await tx.opsOf(id))
    if ((op.state === 'stored' || op.state === 'refused') && op.n !== undefined)
      await tx.deleteOp(op.n);
}

async function forgetPhoto(tx: Tx, id: Uuid): Promise<void> {
  await forgetOps(tx, id);
  await tx.deletePhoto(id);
  await tx.deletePhotoBytes(id);
}

async function forget(tx: Tx, id: Uuid): Promise<void> {
  const row = await tx.own(id);
  if (row === undefined) return forgetPhoto(tx, id);
  await forgetOps(tx, id);
  for (const photo of row.photos) await forgetPhoto(tx, photo.id);
  const silent = { title: '', text: '', penName: '', drawing: [], readings: [], photos: [] };
  await tx.putOwn({ ...row, ...silent, receipt: '', state: 'refused', reason: 'gone' });
}

/**
 * What the server says is erased (`GET /api/mine`) goes from here, however long ago it was sent; says
 * whether something went.
 */
export function ownErased(db: IDBDatabase, ids: ReadonlySet<Uuid>): Promise<boolean> {
  return dbWrite(db, ['ops', 'own', 'photo', 'photoBytes'], async (tx) => {
    let went = false;
    for (const id of ids) {
      const row = await tx.own(id);
      const photo = await tx.photo(id);
      if (row === undefined ? photo === undefined : row.reason === 'gone') continue;
      went = true;
      await forget(tx, id);
    }
    return went;
  });
}

export interface Waiting {
  readonly count: number;
  /** When the oldest of them was made; 0: there is none. */
  readonly oldestMs: number;
}

/** What no server has yet: words, and photos whose bytes are still only here. */
export function outboxWaiting(db: IDBDatabase): Promise<Waiting> {
  return dbRead(db, ['ops', 'photo'], async (tx) => {
    const ops = [...(await tx.ops('frozen')), ...(await tx.ops('waiting'))];
    const photos = (await tx.photos()).filter(
      (photo) => photo.state === 'waiting' && photo.held.length === 0,
    );
    const times = [...ops, ...photos].map((row) => row.madeMs);
    return { count: times.length, oldestMs: times.length === 0 ? 0 : Math.min(...times) };
  });
}

export const outboxCount = async (db: IDBDatabase): Promise<number> =>
  (
    await dbRead(db, ['ops'], async (tx) => [
      ...(await tx.ops('waiting')),
      ...(await tx.ops('frozen')),
    ])
  ).length;

/*
 * outbox: what people did here, until the server has it.
 *
 * Invariants (research behind them: ids made once, bytes frozen at the first sending)
 * 1. An operation and the local row it changes are one transaction.
 * 2. Until it is first offered, an operation is `waiting` and may be taken back without a trace.
 *    At the first offer it gets the device's next number and its bytes; from then on only these
 *    bytes travel, however often.
 * 3. A refused operation leaves the queue with its reason; it never holds up its neighbours.
 */
import {
  ACK,
  type Body,
  bodyBytes,
  OP_KIND,
  type OpAck,
  opBytes,
  REGISTER,
  type Reaction,
} from '../sync/messages';
import { randomBytes, type Uuid, uuidFromBytes, uuidV7 } from '../sync/uuid';
import { dbRead, dbWrite, type Identity, type OpRow, type OwnRow, type Tx } from './db';

export interface Clock {
  now(): number;
}

export interface NewComment {
  kind: 'idea' | 'trouble' | 'good' | 'question' | 'action' | 'reading';
  text: string;
  cardId: Uuid | null;
  lon: number;
  lat: number;
  buildingId: string;
  penName: string;
}

const E7 = 1e7;

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

function opRow(
  objectId: Uuid,
  kind: number,
  register: number,
  rev: number,
  body: Body,
  now: number,
): OpRow {
  return {
    opId: uuidV7(now),
    objectId,
    kind,
    register,
    rev,
    body: bodyBytes(body),
    madeMs: now,
    state: 'waiting',
    bytes: null,
    reason: '',
    change: 0,
    server: '',
    epoch: '',
  };
}

export function commentWrite(db: IDBDatabase, comment: NewComment, clock: Clock): Promise<OwnRow> {
  const now = clock.now();
  const place = {
    lonE7: Math.round(comment.lon * E7),
    latE7: Math.round(comment.lat * E7),
    buildingId: comment.buildingId,
  };
  const row: OwnRow = {
    id: uuidV7(now),
    type: 'comment',
    commentId: null,
    kind: comment.kind,
    text: comment.text,
    cardId: comment.cardId,
    ...place,
    penName: comment.penName,
    madeMs: now,
    textRev: 0,
    placeRev: 0,
    state: 'waiting',
    reason: '',
  };
  const body: Body = {
    comment: {
      kind: comment.kind,
      text: comment.text,
      place,
      cardId: comment.cardId,
      channel: 'web',
      hat: 'citizen',
      penName: comment.penName,
    },
  };
  return dbWrite(db, ['ops', 'own', 'draft'], async (tx) => {
    await tx.addOp(opRow(row.id, OP_KIND.create, REGISTER.none, 0, body, now));
    await tx.putOwn(row);
    await tx.deleteDraft();
    return row;
  });
}

export function replyWrite(
  db: IDBDatabase,
  reply: { commentId: Uuid; text: string; penName: string },
  clock: Clock,
): Promise<OwnRow> {
  const now = clock.now();
  const row: OwnRow = {
    id: uuidV7(now),
    type: 'reply',
    commentId: reply.commentId,
    kind: '',
    text: reply.text,
    cardId: null,
    lonE7: 0,
    latE7: 0,
    buildingId: '',
    penName: reply.penName,
    madeMs: now,
    textRev: 0,
    placeRev: 0,
    state: 'waiting',
    reason: '',
  };
  return dbWrite(db, ['ops', 'own'], async (tx) => {
    await tx.addOp(
      opRow(
        row.id,
        OP_KIND.create,
        REGISTER.none,
        0,
        { reply: { ...reply, channel: 'web', hat: 'citizen' } },
        now,
      ),
    );
    await tx.putOwn(row);
    return row;
  });
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
    await tx.addOp(opRow(id, OP_KIND.edit, REGISTER.text, next.textRev, { text }, now));
    await tx.putOwn(next);
    return next;
  });
}

/** Takes back one's own comment or reply; what was never offered goes without a trace. */
export function withdraw(db: IDBDatabase, id: Uuid, clock: Clock): Promise<void> {
  const now = clock.now();
  return dbWrite(db, ['ops', 'own'], async (tx) => {
    const row = await tx.own(id);
    if (row === undefined) return;
    const waiting = (await tx.ops('waiting')).filter((op) => op.objectId === id);
    for (const op of waiting) if (op.n !== undefined) await tx.deleteOp(op.n);
    if (waiting.some((op) => op.kind === OP_KIND.create)) {
      await tx.deleteOwn(id);
      return;
    }
    await tx.addOp(opRow(id, OP_KIND.delete, REGISTER.none, 0, { reason: 'author' }, now));
    await tx.putOwn({ ...row, state: 'withdrawn' });
  });
}

export function react(
  db: IDBDatabase,
  commentId: Uuid,
  value: Reaction,
  clock: Clock,
): Promise<void> {
  const now = clock.now();
  return dbWrite(db, ['ops', 'reaction'], async (tx) => {
    const rev = ((await tx.reaction(commentId))?.rev ?? 0) + 1;
    await tx.addOp(
      opRow(commentId, OP_KIND.react, REGISTER.reaction, rev, { reaction: value }, now),
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
        await tx.putOp({ ...op, bytes, state: 'frozen' });
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
    authorId: identity.authorId,
    municipality,
    madeMs: op.madeMs,
    body: op.body,
  });
}

/** Writes down what the server said of each operation; returns how many are still to be sent. */
export function outboxSettle(
  db: IDBDatabase,
  acks: readonly OpAck[],
  from: { server: string; epoch: string },
): Promise<number> {
  return dbWrite(db, ['ops', 'own'], async (tx) => {
    const frozen = await tx.ops('frozen');
    const byId = new Map(acks.map((ack) => [ack.opId, ack]));
    let left = (await tx.ops('waiting')).length;
    for (const op of frozen) {
      const ack = byId.get(op.opId);
      if (ack === undefined || ack.status === ACK.retryLater || ack.status === 0) {
        left += 1;
        continue;
      }
      const stored = ack.status === ACK.stored || ack.status === ACK.duplicate;
      await tx.putOp({
        ...op,
        state: stored ? 'stored' : 'refused',
        change: ack.change,
        reason: stored ? '' : ack.reason || reasonOf(ack.status),
        ...from,
      });
      await settleOwn(tx, op, stored, ack);
    }
    return left;
  });
}

function reasonOf(status: number): string {
  if (status === ACK.gone) return 'gone';
  return status === ACK.conflictBytes ? 'conflict_bytes' : 'invalid';
}

async function settleOwn(tx: Tx, op: OpRow, stored: boolean, ack: OpAck): Promise<void> {
  const row = await tx.own(op.objectId);
  if (row === undefined || row.state === 'withdrawn') return;
  if (op.kind !== OP_KIND.create && op.kind !== OP_KIND.edit) return;
  await tx.putOwn({
    ...row,
    state: stored ? 'stored' : 'refused',
    reason: stored ? '' : ack.reason || reasonOf(ack.status),
  });
}

/** A refusal of one's own is put away once its author has read it. */
export function refusedForget(db: IDBDatabase, id: Uuid): Promise<void> {
  return dbWrite(db, ['own'], async (tx) => {
    await tx.deleteOwn(id);
  });
}

export function outboxCount(db: IDBDatabase): Promise<number> {
  return dbRead(
    db,
    ['ops'],
    async (tx) => (await tx.ops('waiting')).length + (await tx.ops('frozen')).length,
  );
}

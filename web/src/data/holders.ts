/*
 * holders: which server, in which of its lives, has what this device made.
 *
 * Rules (schema/sync.md S14)
 * 1. An acknowledgement counts for one server in one epoch. Another server, or the same one put
 *    back to a backup, is asked (`have`) and offered what it misses.
 * 2. An operation or a photo is let go of only when the city has it: it says so (`have`), or its
 *    change number is covered by `city_change` of the same epoch.
 */
import type { HaveResponse, Origin } from '../sync/answers';
import type { Uuid } from '../sync/uuid';
import { dbRead, dbWrite, type Held, type OpRow, type PhotoRow } from './db';

const same = (held: Held, origin: Origin): boolean =>
  held.server === origin.server && held.epoch === origin.epoch;

/** The list with one more holder; of one server only its newest life counts. */
export function heldBy(held: readonly Held[], from: Origin, change: number): Held[] {
  const others = held.filter((holder) => holder.server !== from.server);
  return [...others, { server: from.server, epoch: from.epoch, change }];
}

export interface Question {
  readonly ops: readonly Uuid[];
  readonly photos: readonly string[];
}

/** A HaveRequest names at most so many of each. */
export const HAVE_MAX = 1000;

/**
 * Everything that the city is not known to have, whatever this server once acknowledged: a box put back
 * as a whole image goes on in its old epoch and gives its numbers a second time.
 */
export function haveQuestion(db: IDBDatabase): Promise<Question> {
  return dbRead(db, ['ops', 'photo'], async (tx) => {
    const ops = await tx.ops('stored');
    const photos = (await tx.photos()).filter(
      (photo) => photo.state === 'waiting' && photo.held.length > 0,
    );
    return {
      ops: ops.slice(0, HAVE_MAX).map((op) => op.opId),
      photos: [...new Set(photos.slice(0, HAVE_MAX).map((photo) => photo.sha256))],
    };
  });
}

/** Lets go of what the city has, and puts what is missing back into the queue; says how much. */
export function haveSettle(
  db: IDBDatabase,
  asked: Question,
  answer: HaveResponse,
): Promise<{ missing: number; city: number }> {
  const ids = new Set(asked.ops);
  const sha256s = new Set(asked.photos);
  return dbWrite(db, ['ops', 'photo', 'photoBytes'], async (tx) => {
    let [missing, city] = [0, 0];
    for (const op of await tx.ops('stored')) {
      if (!ids.has(op.opId) || op.n === undefined) continue;
      if (answer.missingOps.has(op.opId)) {
        missing += 1;
        await tx.putOp({ ...op, state: 'frozen' });
      } else if (answer.cityOps.has(op.opId)) {
        city += 1;
        await tx.deleteOp(op.n);
      } else if (!op.held.some((holder) => same(holder, answer)))
        await tx.putOp({ ...op, held: heldBy(op.held, answer, 0) });
    }
    for (const photo of await tx.photos()) {
      if (photo.state !== 'waiting' || !sha256s.has(photo.sha256)) continue;
      if (answer.cityPhotos.has(photo.sha256)) {
        city += 1;
        await tx.putPhoto({ ...photo, state: 'city' });
        await tx.deletePhotoBytes(photo.id);
      } else if (answer.missingPhotos.has(photo.sha256)) {
        missing += 1;
        const held = photo.held.filter((holder) => holder.server !== answer.server);
        await tx.putPhoto({ ...photo, held });
      } else await tx.putPhoto({ ...photo, held: heldBy(photo.held, answer, 0) });
    }
    return { missing, city };
  });
}

/** Up to this number of this epoch the city has everything: those operations need not be kept. */
export function cityCovers(db: IDBDatabase, origin: Origin, cityChange: number): Promise<number> {
  if (cityChange === 0) return Promise.resolve(0);
  return dbWrite(db, ['ops'], async (tx) => {
    let gone = 0;
    for (const op of await tx.ops('stored')) {
      const covered = op.held.some(
        (holder) => same(holder, origin) && holder.change > 0 && holder.change <= cityChange,
      );
      if (!covered || op.n === undefined) continue;
      gone += 1;
      await tx.deleteOp(op.n);
    }
    return gone;
  });
}

/** Numbers of this device that never came: what is still here is offered again. */
export function missingOffered(db: IDBDatabase, missing: readonly number[]): Promise<number> {
  if (missing.length === 0) return Promise.resolve(0);
  const wanted = new Set(missing);
  return dbWrite(db, ['ops'], async (tx) => {
    let again = 0;
    for (const op of await tx.ops('stored')) {
      if (!wanted.has(op.devSeq)) continue;
      again += 1;
      await tx.putOp({ ...op, state: 'frozen' });
    }
    return again;
  });
}

/** ○ only here, ✓ a server has all of it, ✓✓ the city has all of it. */
export type Mark = 'tablet' | 'server' | 'city';

/** The marks of everything made here that is still on its way; what is not listed is at the city. */
export function marksOf(
  ops: readonly OpRow[],
  photos: readonly PhotoRow[],
): ReadonlyMap<Uuid, Mark> {
  const marks = new Map<Uuid, Mark>();
  const commentOf = new Map(photos.map((photo) => [photo.id, photo.commentId]));
  const lower = (id: Uuid, mark: Mark): void => {
    if (mark === 'tablet' || !marks.has(id)) marks.set(id, mark);
  };
  for (const op of ops) {
    if (op.state === 'refused') continue;
    const id = commentOf.get(op.objectId) || op.objectId;
    lower(id, op.state === 'stored' ? 'server' : 'tablet');
  }
  for (const photo of photos)
    if (photo.state === 'waiting')
      lower(photo.commentId, photo.held.length > 0 ? 'server' : 'tablet');
  return marks;
}

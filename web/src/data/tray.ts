/*
 * tray: what a server refused, kept until its author has decided about it.
 *
 * Nothing here is thrown away by itself: it can be written anew, saved to a file, or put away.
 */
import { OP_KIND } from '../sync/messages';
import { type Uuid, uuidV7 } from '../sync/uuid';
import {
  type Draft,
  dbRead,
  dbWrite,
  EMPTY_DRAFT,
  type OpRow,
  type OwnRow,
  type PhotoRef,
} from './db';
import type { Clock } from './outbox';

export interface Refused {
  /** Of the operation; null when the server erased it and nothing is left to send. */
  readonly op: OpRow | null;
  /** What it was about, if it was written here. */
  readonly own: OwnRow | null;
  readonly reason: string;
}

export function trayItems(db: IDBDatabase): Promise<Refused[]> {
  return dbRead(db, ['ops', 'own', 'photo'], async (tx) => {
    const owns = new Map((await tx.owns()).map((row) => [row.id, row]));
    const photos = new Map((await tx.photos()).map((row) => [row.id, row.commentId]));
    const items: Refused[] = (await tx.ops('refused')).map((op) => ({
      op,
      own: owns.get(photos.get(op.objectId) ?? op.objectId) ?? null,
      reason: op.reason,
    }));
    for (const own of owns.values())
      if (own.reason === 'gone') items.push({ op: null, own, reason: 'gone' });
    return items;
  });
}

/** Put away: the refused operations of an object; of one that was never taken, its row, too. */
export function refusedForget(db: IDBDatabase, objectId: Uuid): Promise<void> {
  return dbWrite(db, ['ops', 'own', 'photo', 'photoBytes'], async (tx) => {
    const ops = await tx.opsOf(objectId);
    const refused = ops.filter((op) => op.state === 'refused');
    for (const op of refused) if (op.n !== undefined) await tx.deleteOp(op.n);
    const own = await tx.own(objectId);
    if (own === undefined) {
      if (refused.length > 0) await tx.deletePhoto(objectId);
      if (refused.length > 0) await tx.deletePhotoBytes(objectId);
      return;
    }
    const never = own.reason === 'gone' || refused.some((op) => op.kind === OP_KIND.create);
    if (!never) return void (await tx.putOwn({ ...own, state: 'stored', reason: '' }));
    await tx.deleteOwn(objectId);
    for (const { id } of own.photos) {
      for (const op of await tx.opsOf(id)) if (op.n !== undefined) await tx.deleteOp(op.n);
      await tx.deletePhoto(id);
      await tx.deletePhotoBytes(id);
    }
  });
}

/** The refused comment as a draft to be mended, with its pictures; the refused one is put away. */
export function refusedAsDraft(
  db: IDBDatabase,
  objectId: Uuid,
  clock: Clock,
): Promise<Draft | null> {
  return dbWrite(db, ['ops', 'own', 'photo', 'photoBytes', 'draft'], async (tx) => {
    const own = await tx.own(objectId);
    if (own === undefined || own.type !== 'comment') return null;
    for (const op of await tx.opsOf(objectId)) if (op.n !== undefined) await tx.deleteOp(op.n);
    const photos: PhotoRef[] = [];
    for (const ref of own.photos) {
      const photo = await tx.photo(ref.id);
      const bytes = await tx.photoBytes(ref.id);
      for (const op of await tx.opsOf(ref.id)) if (op.n !== undefined) await tx.deleteOp(op.n);
      await tx.deletePhoto(ref.id);
      await tx.deletePhotoBytes(ref.id);
      if (photo === undefined || bytes === undefined) continue;
      // Another id: a server may know the old one.
      const id = uuidV7(clock.now());
      await tx.putPhoto({ ...photo, id, commentId: '', state: 'draft', reason: '', held: [] });
      await tx.putPhotoBytes(id, bytes);
      photos.push({ ...ref, id });
    }
    await tx.deleteOwn(objectId);
    const draft: Draft = {
      ...EMPTY_DRAFT,
      kind: own.kind,
      title: own.title,
      text: own.text,
      mood: own.mood,
      cardId: own.cardId,
      lon: own.lonE7 / 1e7,
      lat: own.latE7 / 1e7,
      buildingId: own.buildingId,
      shape: own.shape,
      corners: own.corners.map(([lon, lat]) => [lon / 1e7, lat / 1e7] as const),
      source: own.source,
      accuracyM: own.accuracyM,
      drawing: own.drawing,
      readings: own.readings,
      photos,
      open: true,
    };
    await tx.putDraft(draft);
    return draft;
  });
}

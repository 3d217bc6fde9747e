/*
 * photos: pictures taken here, until the city has them.
 *
 * Invariants
 * 1. A photo is kept as the JPEG that will be sent, in an ArrayBuffer, and counts as taken only
 *    when it was read back and its hash is right: some tablets keep something else than they say.
 * 2. Its name is the SHA-256 of these bytes. They are deleted only when the city has them
 *    (data/holders.ts) or when their owner throws them away.
 */
import { hex, type Origin } from '../sync/answers';
import { sha256 } from '../sync/sha256';
import { type Uuid, uuidV7 } from '../sync/uuid';
import { dbRead, dbWrite, type PhotoRow } from './db';
import { heldBy } from './holders';
import type { Clock } from './outbox';

/** Longest side, in pixels. */
export const PHOTO_SIDE_MAX = 1600;
export const PHOTO_BYTES_MAX = 350 * 1024;
export const THUMB_SIDE = 240;
export const PHOTOS_PER_COMMENT = 4;

/** A picture made small for sending: without orientation, position or maker's notes. */
export interface Shrunk {
  readonly jpeg: ArrayBuffer;
  readonly thumb: ArrayBuffer;
  readonly width: number;
  readonly height: number;
}

export interface Taken {
  readonly id: Uuid;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly thumb: ArrayBuffer;
}

/** Keeps a picture for the draft; fails rather than keeping less than all of it. */
export async function photoKeep(db: IDBDatabase, picture: Shrunk, clock: Clock): Promise<Taken> {
  const now = clock.now();
  const taken: Taken = {
    id: uuidV7(now),
    sha256: hex(sha256(new Uint8Array(picture.jpeg))),
    width: picture.width,
    height: picture.height,
    thumb: picture.thumb,
  };
  const row: PhotoRow = {
    ...taken,
    size: picture.jpeg.byteLength,
    alt: '',
    commentId: '',
    madeMs: now,
    state: 'draft',
    reason: '',
    held: [],
  };
  await dbWrite(db, ['photo', 'photoBytes'], async (tx) => {
    await tx.putPhoto(row);
    await tx.putPhotoBytes(row.id, picture.jpeg);
  });
  const kept = await dbRead(db, ['photoBytes'], (tx) => tx.photoBytes(row.id));
  if (kept === undefined || hex(sha256(new Uint8Array(kept))) !== row.sha256) {
    await photoForget(db, row.id);
    throw new Error('the store kept another picture than it was given');
  }
  return taken;
}

/** Throws away a picture of the draft; one that belongs to a comment stays. */
export function photoForget(db: IDBDatabase, id: Uuid): Promise<void> {
  return dbWrite(db, ['photo', 'photoBytes'], async (tx) => {
    const row = await tx.photo(id);
    if (row !== undefined && row.state !== 'draft') return;
    await tx.deletePhoto(id);
    await tx.deletePhotoBytes(id);
  });
}

/** Pictures that neither a comment nor the draft names any more. */
export function photosSweep(db: IDBDatabase): Promise<number> {
  return dbWrite(db, ['photo', 'photoBytes', 'draft'], async (tx) => {
    const named = new Set((await tx.draft())?.photos.map((photo) => photo.id));
    const loose = (await tx.photos()).filter((row) => row.state === 'draft' && !named.has(row.id));
    for (const { id } of loose) {
      await tx.deletePhoto(id);
      await tx.deletePhotoBytes(id);
    }
    return loose.length;
  });
}

export interface Upload {
  readonly id: Uuid;
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The next picture this server does not have and whose words it has; the words come first. */
export function photoNext(
  db: IDBDatabase,
  origin: Origin,
  skip: ReadonlySet<Uuid>,
): Promise<Upload | null> {
  return dbRead(db, ['photo', 'photoBytes', 'ops'], async (tx) => {
    for (const row of await tx.photos()) {
      if (row.state !== 'waiting' || skip.has(row.id)) continue;
      if (row.held.some((held) => held.server === origin.server && held.epoch === origin.epoch))
        continue;
      const ops = [...(await tx.opsOf(row.id)), ...(await tx.opsOf(row.commentId))];
      if (ops.some((op) => op.state === 'waiting' || op.state === 'frozen')) continue;
      const bytes = await tx.photoBytes(row.id);
      if (bytes === undefined) continue;
      return { id: row.id, sha256: row.sha256, bytes: new Uint8Array(bytes) };
    }
    return null;
  });
}

/** The server has all of it, checked by its hash. */
export function photoSent(db: IDBDatabase, id: Uuid, origin: Origin): Promise<void> {
  return dbWrite(db, ['photo'], async (tx) => {
    const row = await tx.photo(id);
    if (row !== undefined) await tx.putPhoto({ ...row, held: heldBy(row.held, origin, 0) });
  });
}

/** The server will not take it; the bytes stay for their owner. */
export function photoRefused(db: IDBDatabase, id: Uuid, reason: string): Promise<void> {
  return dbWrite(db, ['photo'], async (tx) => {
    const row = await tx.photo(id);
    if (row !== undefined) await tx.putPhoto({ ...row, state: 'refused', reason });
  });
}

/*
 * parcel: everything a tablet holds as one file, the last resort when it never gets a network.
 *
 * Another tablet, or the same one, loads the file and sends what is in it: the same frozen bytes,
 * under the device's own name and token, so that the server takes each operation once however it
 * came. The token makes the file as good as the tablet: it is for handing over, not for publishing.
 *
 * Format: "KAKIKO1\n", then parts of [kind 1 byte][length 4 bytes, big endian][bytes]: device id,
 * token, operations, photos (SHA-256 and JPEG); last the SHA-256 of everything before it.
 */
import { hex } from '../sync/answers';
import { opDevice } from '../sync/messages';
import { sha256 } from '../sync/sha256';
import { bytesFromUuid, type Uuid, uuidFromBytes } from '../sync/uuid';
import { type CarriedRow, dbRead, dbWrite } from './db';
import { outboxOffer } from './outbox';

const MAGIC = new TextEncoder().encode('KAKIKO1\n');
const PART = { device: 1, token: 2, op: 3, photo: 4 } as const;
const HASH_BYTES = 32;

function part(kind: number, ...pieces: readonly Uint8Array[]): Uint8Array[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const head = new Uint8Array(5);
  head[0] = kind;
  new DataView(head.buffer).setUint32(1, length);
  return [head, ...pieces];
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of parts) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** What has not reached the city, refused things too; `only` names the operations wanted. */
export async function parcelMake(
  db: IDBDatabase,
  municipality: number,
  only?: ReadonlySet<Uuid>,
): Promise<Uint8Array<ArrayBuffer>> {
  // In a file they have been offered: from now on they are frozen.
  await outboxOffer(db, {
    ops: Number.POSITIVE_INFINITY,
    bytes: Number.POSITIVE_INFINITY,
    municipality,
  });
  return dbRead(db, ['meta', 'ops', 'photo', 'photoBytes'], async (tx) => {
    const identity = await tx.identity();
    if (identity === undefined) throw new Error('this device has no identity yet');
    const parts = [
      MAGIC,
      ...part(PART.device, bytesFromUuid(identity.deviceId)),
      ...part(PART.token, identity.token),
    ];
    for (const op of await tx.allOps())
      if (op.bytes !== null && (only === undefined || only.has(op.opId)))
        parts.push(...part(PART.op, op.bytes));
    for (const photo of await tx.photos()) {
      const bytes = await tx.photoBytes(photo.id);
      if (bytes === undefined || photo.state === 'draft' || only !== undefined) continue;
      parts.push(...part(PART.photo, new Uint8Array(bytes)));
    }
    const body = joined(parts);
    return joined([body, sha256(body)]);
  });
}

/** Reads a parcel; null when it is none, or not whole. */
export function parcelRead(file: Uint8Array): CarriedRow | null {
  const end = file.length - HASH_BYTES;
  if (end < MAGIC.length || MAGIC.some((byte, i) => file[i] !== byte)) return null;
  const digest = hex(sha256(file.subarray(0, end)));
  if (digest !== hex(file.subarray(end))) return null;
  let deviceId = '';
  let token: Uint8Array<ArrayBuffer> | null = null;
  const ops: Uint8Array<ArrayBuffer>[] = [];
  const photos: { sha256: string; bytes: ArrayBuffer }[] = [];
  const view = new DataView(file.buffer, file.byteOffset, end);
  for (let at = MAGIC.length; at < end; ) {
    if (at + 5 > end) return null;
    const kind = view.getUint8(at);
    const length = view.getUint32(at + 1);
    if (at + 5 + length > end) return null;
    const bytes = Uint8Array.from(file.subarray(at + 5, at + 5 + length));
    at += 5 + length;
    if (kind === PART.device && length === 16) deviceId = uuidFromBytes(bytes);
    else if (kind === PART.token && length > 0) token = bytes;
    else if (kind === PART.op) ops.push(bytes);
    else if (kind === PART.photo) photos.push({ sha256: hex(sha256(bytes)), bytes: bytes.buffer });
  }
  if (deviceId === '' || token === null) return null;
  try {
    if (ops.some((op) => opDevice(op).deviceId !== deviceId)) return null;
  } catch {
    return null;
  }
  return { id: digest, deviceId, token, ops, photos };
}

/** Takes a parcel to be sent from here; loading it twice is loading it once. */
export async function parcelLoad(db: IDBDatabase, file: Uint8Array): Promise<CarriedRow | null> {
  const row = parcelRead(file);
  if (row !== null) await dbWrite(db, ['carried'], (tx) => tx.putCarried(row));
  return row;
}

/*
 * packs: archives of tiles on this device, whole or in part, in pieces that were each checked.
 *
 * Invariants
 * 1. A piece counts as here only after its hash was right and its bytes were kept.
 * 2. Pieces of two editions are never mixed: one that comes under another version keeps only pieces
 *    whose hash is the same.
 */
import { hex } from '../sync/answers';
import { sha256 } from '../sync/sha256';
import { type PackRow, packDelete, packPut, packRow, pieceGet, piecePut } from './cache';
import { Archive, type Box, type Range, type Read, tilesOfBox } from './pmtiles';

/** What the server says of a pack (GET /packs/NAME.json). */
export interface PackAbout {
  readonly name: string;
  readonly version: string;
  readonly madeMs: number;
  readonly bytes: number;
  readonly pieceBytes: number;
  readonly hashes: readonly string[];
}

/** Where the bytes lie: a file of the browser's private file system, or rows of IndexedDB. */
export interface Shelf {
  readonly kind: PackRow['store'];
  put(name: string, index: number, offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Bytes of one piece from `from` (within it); null when they cannot be read. */
  get(
    name: string,
    piece: { index: number; offset: number },
    from: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer> | null>;
  remove(name: string): Promise<void>;
}

/** To the worker that writes files (pack-worker.ts). */
export interface PieceWish {
  readonly n: number;
  readonly file: string;
  readonly offset: number;
  /** Empty: only try whether writing works. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function rowShelf(cache: IDBDatabase): Shelf {
  return {
    kind: 'pieces',
    put: (name, index, _offset, bytes) => piecePut(cache, name, index, bytes.slice().buffer),
    get: async (name, { index }, from, length) => {
      const piece = await pieceGet(cache, name, index);
      return piece === undefined ? null : new Uint8Array(piece, from, length);
    },
    remove: () => Promise.resolve(),
  };
}

export function packAboutFromJson(json: unknown): PackAbout | null {
  if (typeof json !== 'object' || json === null) return null;
  const get = (name: string): unknown => Reflect.get(json, name);
  const [bytes, pieceBytes, hashes] = [get('bytes'), get('piece_bytes'), get('sha256')];
  if (!Number.isSafeInteger(bytes) || !Number.isSafeInteger(pieceBytes) || !Array.isArray(hashes))
    return null;
  const about: PackAbout = {
    name: String(get('name')),
    version: String(get('version')),
    madeMs: Date.parse(String(get('made_at'))) || 0,
    bytes: Number(bytes),
    pieceBytes: Number(pieceBytes),
    hashes: hashes.map(String),
  };
  const sane =
    about.pieceBytes > 0 &&
    about.hashes.length === Math.ceil(about.bytes / about.pieceBytes) &&
    about.hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash));
  return sane ? about : null;
}

/** The row of a pack as it begins, or goes on under another edition. */
export async function packBegin(
  cache: IDBDatabase,
  shelf: Shelf,
  about: PackAbout,
  area: Box | null,
  atMs: number,
): Promise<PackRow> {
  const before = await packRow(cache, about.name);
  const same = before?.store === shelf.kind && before.pieceBytes === about.pieceBytes;
  const row: PackRow = {
    name: about.name,
    version: about.version,
    madeMs: about.madeMs,
    bytes: about.bytes,
    pieceBytes: about.pieceBytes,
    hashes: about.hashes,
    have: about.hashes.map(
      (hash, i) => same && before.have[i] === true && before.hashes[i] === hash,
    ),
    wanted: null,
    area,
    atMs,
    store: shelf.kind,
    done: false,
  };
  await packPut(cache, row);
  return row;
}

/** Keeps a piece if it is what it should be. */
export async function pieceKeep(
  cache: IDBDatabase,
  shelf: Shelf,
  row: PackRow,
  index: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<PackRow | null> {
  if (hex(sha256(bytes)) !== row.hashes[index]) return null;
  await shelf.put(row.name, index, index * row.pieceBytes, bytes);
  const next: PackRow = { ...row, have: row.have.map((had, i) => had || i === index) };
  await packPut(cache, next);
  return next;
}

export async function packRemove(cache: IDBDatabase, shelf: Shelf, name: string): Promise<void> {
  await packDelete(cache, name);
  await shelf.remove(name);
}

/** Reads across pieces; null as soon as one is not here. */
export function packRead(shelf: Shelf, row: () => PackRow): Read {
  return async (offset, length) => {
    const { name, pieceBytes, have, bytes } = row();
    if (offset + length > bytes) return null;
    const out = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const index = Math.floor((offset + at) / pieceBytes);
      if (have[index] !== true) return null;
      const from = offset + at - index * pieceBytes;
      const count = Math.min(length - at, pieceBytes - from);
      const part = await shelf.get(name, { index, offset: index * pieceBytes }, from, count);
      if (part === null || part.length !== count) return null;
      out.set(part, at);
      at += count;
    }
    return out;
  };
}

export function piecesOf(row: Pick<PackRow, 'pieceBytes'>, { offset, length }: Range): number[] {
  const first = Math.floor(offset / row.pieceBytes);
  const last = Math.floor((offset + Math.max(1, length) - 1) / row.pieceBytes);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/**
 * The pieces that an area needs, as far as the directories that are here can tell; `complete` when
 * nothing more can come of asking again.
 */
export async function piecesOfArea(
  row: PackRow,
  read: Read,
  area: Box,
): Promise<{ wanted: number[]; complete: boolean }> {
  const archive = await Archive.open(read);
  if (archive === null) return { wanted: [0], complete: false };
  const { header } = archive;
  const wanted = new Set([
    0,
    ...piecesOf(row, { offset: header.rootOffset, length: header.rootLength }),
    ...(header.leafLength > 0
      ? piecesOf(row, { offset: header.leafOffset, length: header.leafLength })
      : []),
  ]);
  let complete = true;
  for (let z = header.minZoom; z <= header.maxZoom; z++) {
    const { x, y } = tilesOfBox(area, z);
    for (let column = x[0]; column <= x[1]; column++) {
      for (let line = y[0]; line <= y[1]; line++) {
        const range = await archive.range(z, column, line);
        if (range === null) complete = false;
        else if (range !== 'none') for (const index of piecesOf(row, range)) wanted.add(index);
      }
    }
    // Without its directory no level can be planned: the directories come first.
    if (!complete) break;
  }
  return { wanted: [...wanted].sort((a, b) => a - b), complete };
}

export function packShare(row: PackRow): { here: number; of: number } {
  const indices = row.wanted ?? row.hashes.map((_, i) => i);
  const size = (index: number): number =>
    Math.min(row.pieceBytes, row.bytes - index * row.pieceBytes);
  let [here, of] = [0, 0];
  for (const index of indices) {
    of += size(index);
    if (row.have[index] === true) here += size(index);
  }
  return { here, of };
}

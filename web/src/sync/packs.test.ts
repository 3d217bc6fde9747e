import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { cacheOpen, packRow } from '../data/cache';
import { packRead, packRemove, packShare, rowShelf, type Shelf } from '../data/packs';
import { Archive } from '../data/pmtiles';
import { archiveBytes } from '../data/testing';
import { packTake } from './packs';
import type { Fetch } from './reach';

const PIECE = 1000;
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
let cache: IDBDatabase;
let shelf: Shelf;
let ranges: string[];
let pack: Uint8Array<ArrayBuffer>;
let version: string;
let serve: (answer: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

const fetch: Fetch = async (path, init) => {
  if (path === '/packs/city.json') {
    const hashes: string[] = [];
    for (let at = 0; at < pack.length; at += PIECE) hashes.push(sha(pack.subarray(at, at + PIECE)));
    const about = { name: 'city', version, made_at: '2026-08-01T00:00:00.000Z' };
    return Response.json({ ...about, bytes: pack.length, piece_bytes: PIECE, sha256: hashes });
  }
  const range = new Headers(init?.headers).get('Range') ?? '';
  ranges.push(range);
  const [from = 0, until = 0] = range.replace('bytes=', '').split('-').map(Number);
  return new Response(serve(pack.slice(from, until + 1)), { status: 206 });
};
const take = (area: [number, number, number, number] | null = null, signal?: AbortSignal) =>
  packTake(
    { cache, shelf, fetch, now: () => 5, onProgress: () => undefined },
    'city',
    area,
    signal ?? new AbortController().signal,
  );

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  globalThis.IDBKeyRange = IDBKeyRange;
  cache = await cacheOpen();
  shelf = rowShelf(cache);
  ranges = [];
  serve = (answer) => answer;
  version = 'a';
  pack = Uint8Array.from({ length: 9500 }, (_, i) => (i * 31) % 256);
});

const whole = async (): Promise<Uint8Array | null> => {
  const row = await packRow(cache, 'city');
  return row === undefined ? null : packRead(shelf, () => row)(0, row.bytes);
};

describe('a pack', () => {
  it('comes in a few requests and is what the server has', async () => {
    expect(await take()).toBe('done');
    expect(ranges).toEqual(['bytes=0-3999', 'bytes=4000-7999', 'bytes=8000-9499']);
    expect(await whole()).toEqual(pack);
    expect((await packRow(cache, 'city'))?.done).toBe(true);
  });

  it('goes on where it stopped', async () => {
    const control = new AbortController();
    serve = (answer) => {
      if (ranges.length === 2) control.abort();
      if (ranges.length === 2) throw new TypeError('stopped');
      return answer;
    };
    expect(await take(null, control.signal)).toBe('stopped');
    serve = (answer) => answer;
    ranges = [];
    expect(await take()).toBe('done');
    expect(ranges).toEqual(['bytes=4000-7999', 'bytes=8000-9499']);
    expect(await whole()).toEqual(pack);
  });

  it('with a bit turned over is not kept', async () => {
    serve = (answer) => {
      answer[2500] = (answer[2500] ?? 0) ^ 1;
      return answer;
    };
    expect(await take()).toBe('spoiled');
    const row = await packRow(cache, 'city');
    expect(row?.have.slice(0, 4)).toEqual([true, true, false, false]);
    expect(row?.done).toBe(false);
  });

  it('in a new edition takes only what has changed, and never mixes', async () => {
    await take();
    pack = pack.slice();
    pack[5001] = 99;
    version = 'b';
    ranges = [];
    expect(await take()).toBe('done');
    expect(ranges).toEqual(['bytes=5000-5999']);
    expect(await whole()).toEqual(pack);
  });

  it('is not there while a piece is missing, and is gone when it is thrown away', async () => {
    await take();
    const row = await packRow(cache, 'city');
    if (row === undefined) throw new Error('no row');
    const hole = { ...row, have: row.have.map((had, i) => had && i !== 5) };
    const read = packRead(shelf, () => hole);
    expect(await read(4990, 20)).toBe(null);
    expect(await read(3990, 20)).toEqual(pack.slice(3990, 4010));
    expect(await read(9490, 20)).toBe(null);
    await packRemove(cache, shelf, 'city');
    expect(await packRow(cache, 'city')).toBeUndefined();
    expect(await shelf.get('city', { index: 0, offset: 0 }, 0, 1)).toBe(null);
  });

  it('of an area brings the tiles of its box and leaves the rest', async () => {
    pack = archiveBytes(6, false, gzipSync);
    expect(await take([139.3, 36, 139.5, 36.2])).toBe('done');
    const row = await packRow(cache, 'city');
    if (row === undefined) throw new Error('no row');
    const archive = await Archive.open(packRead(shelf, () => row));
    for (let z = 0; z <= 6; z++) {
      const x = Math.floor(((139.4 + 180) / 360) * 2 ** z);
      const y = Math.floor(0.3922 * 2 ** z);
      expect(await archive?.tile(z, x, y), `${z}`).toBeInstanceOf(Uint8Array);
    }
    expect(await archive?.tile(6, 3, 40)).toBe(null);
    const { here, of } = packShare(row);
    expect(here).toBe(of);
    expect(of).toBeLessThan(pack.length);
  });
});

/*
 * packs: takes a pack from the server in pieces; goes on where it stopped, by hand or by accident.
 *
 * Some pieces come in one request (a range), and each is checked and kept before the next request.
 * An area takes the directories first and then only the pieces that its tiles lie in.
 */
import { type PackRow, packPut } from '../data/cache';
import {
  packAboutFromJson,
  packBegin,
  packRead,
  pieceKeep,
  piecesOfArea,
  type Shelf,
} from '../data/packs';
import type { Box } from '../data/pmtiles';
import type { Fetch } from './reach';

/** A request asks for at most so many pieces: 1 MiB of the server's 256 KiB. */
const PIECES_AT_ONCE = 4;

export interface PackDeps {
  readonly cache: IDBDatabase;
  readonly shelf: Shelf;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly onProgress: (row: PackRow) => void;
}

export type PackOutcome = 'done' | 'stopped' | 'unreached' | 'spoiled' | 'full';

export async function packTake(
  deps: PackDeps,
  name: string,
  area: Box | null,
  signal: AbortSignal,
): Promise<PackOutcome> {
  const about = await deps
    .fetch(`/packs/${name}.json`, { signal })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then(packAboutFromJson)
    .catch(() => null);
  if (signal.aborted) return 'stopped';
  if (about === null) return 'unreached';
  let row = await packBegin(deps.cache, deps.shelf, about, area, deps.now());
  const read = packRead(deps.shelf, () => row);
  for (;;) {
    const plan = area === null ? null : await piecesOfArea(row, read, area);
    row = { ...row, wanted: plan?.wanted ?? null };
    deps.onProgress(row);
    const missing = (row.wanted ?? row.hashes.map((_, i) => i)).filter((i) => row.have[i] !== true);
    const [first] = missing;
    if (first === undefined && (plan?.complete ?? true)) break;
    // The directories are here and still do not tell: the archive is not what it says.
    if (first === undefined) return 'spoiled';
    let count = 1;
    while (count < PIECES_AT_ONCE && missing[count] === first + count) count += 1;
    const bytes = await rangeGet(deps, row, first, count, signal);
    if (bytes === null) return signal.aborted ? 'stopped' : 'unreached';
    for (let i = 0; i < count; i++) {
      const piece = bytes.slice(i * row.pieceBytes, (i + 1) * row.pieceBytes);
      try {
        const kept = await pieceKeep(deps.cache, deps.shelf, row, first + i, piece);
        if (kept === null) return 'spoiled';
        row = kept;
      } catch {
        return 'full';
      }
    }
  }
  row = { ...row, done: true, atMs: deps.now() };
  await packPut(deps.cache, row);
  deps.onProgress(row);
  return 'done';
}

async function rangeGet(
  deps: PackDeps,
  row: PackRow,
  first: number,
  count: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const from = first * row.pieceBytes;
  const until = Math.min(row.bytes, (first + count) * row.pieceBytes);
  try {
    const answer = await deps.fetch(`/packs/${row.name}.pmtiles`, {
      headers: { Range: `bytes=${from}-${until - 1}` },
      // Ranges fill the browser's own cache with what lies on the shelf anyway.
      cache: 'no-store',
      signal,
    });
    if (answer.status !== 206) return null;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return bytes.length === until - from ? bytes : null;
  } catch {
    return null;
  }
}

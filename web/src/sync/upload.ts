/*
 * upload: photos in pieces, by the core of tus 1.0; after the words, and never in their way.
 *
 * The server says how much it has (HEAD), takes the next piece at exactly that place (PATCH), and
 * answers 409 when somebody else (another tab) was faster: then it is asked again. A cut upload
 * goes on where it stopped. The bytes stay here until the city has them (data/holders.ts).
 */

import type { Identity } from '../data/db';
import { identityGet } from '../data/outbox';
import { photoNext, photoRefused, photoSent, type Upload } from '../data/photos';
import type { Origin } from './answers';
import { type Fetch, reach } from './reach';

export const PIECE_BYTES = 128 * 1024;
/** Another tab is at work, or the server contradicts itself: leave it for the next round. */
const CONFLICTS_MAX = 5;
const TUS = { 'Tus-Resumable': '1.0.0' } as const;

export interface UploadDeps {
  readonly db: IDBDatabase;
  readonly fetch: Fetch;
}

/** Uploads all photos whose words this server has; false when it should be tried again later. */
export async function uploadRound(deps: UploadDeps, origin: Origin): Promise<boolean> {
  const identity = await identityGet(deps.db);
  const skip = new Set<string>();
  for (;;) {
    const photo = await photoNext(deps.db, origin, skip);
    if (photo === null) return skip.size === 0;
    const outcome = await upload(deps.fetch, photo, identity);
    if (outcome === 'sent') await photoSent(deps.db, photo.id, origin);
    else if (outcome === 'later') return false;
    // The server takes no photo now (its disk is full, say), but others may be there already.
    else if (outcome === 'skip') skip.add(photo.id);
    else await photoRefused(deps.db, photo.id, outcome.refused);
  }
}

type Outcome = 'sent' | 'later' | 'skip' | { refused: string };

/** What an answer other than progress means: nobody there, try others first, or never. */
function outcomeOf(status: number, reason: string): Outcome {
  if ([400, 413, 415, 422].includes(status)) return { refused: reason };
  // Without a server, or without being let in, the next photo would fare no better.
  return status === 0 || status === 401 || status === 403 ? 'later' : 'skip';
}

export async function upload(
  fetch: Fetch,
  photo: Pick<Upload, 'sha256' | 'bytes'>,
  identity: Pick<Identity, 'token' | 'deviceId'>,
): Promise<Outcome> {
  const path = `/sync/v1/blobs/${photo.sha256}`;
  const length = String(photo.bytes.length);
  let offset: number | null = null;
  let conflicts = 0;
  for (;;) {
    if (offset === null) {
      const head = await reach(fetch, path, { method: 'HEAD', headers: TUS }, identity);
      const known = head.status === 200 || head.status === 204;
      if (!known && head.status !== 404 && head.status !== 410)
        return outcomeOf(head.status, 'photo_refused');
      offset = known ? Number(head.headers.get('Upload-Offset') ?? Number.NaN) : 0;
      if (!Number.isSafeInteger(offset) || offset < 0) return 'skip';
    }
    if (offset >= photo.bytes.length) return 'sent';
    const { status, headers, bytes } = await reach(
      fetch,
      path,
      {
        method: 'PATCH',
        body: photo.bytes.slice(offset, offset + PIECE_BYTES),
        headers: {
          ...TUS,
          'Content-Type': 'application/offset+octet-stream',
          'Upload-Offset': String(offset),
          'Upload-Length': length,
        },
      },
      identity,
    );
    if (status === 204 || status === 200) {
      const next = Number(headers.get('Upload-Offset'));
      if (!(next > offset)) return 'skip';
      offset = next;
    } else if (status === 409) {
      // Somebody else went on with it: ask again where it stands.
      if (++conflicts > CONFLICTS_MAX) return 'skip';
      offset = null;
    } else return outcomeOf(status, reasonOf(bytes));
  }
}

/** The code of a problem document. */
function reasonOf(bytes: Uint8Array): string {
  try {
    const problem: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof problem === 'object' && problem !== null && 'code' in problem)
      return String(problem.code);
  } catch {
    // No problem document: the status alone says no.
  }
  return 'photo_refused';
}

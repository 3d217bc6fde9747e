/*
 * pull: what the server shows of everyone, onto this device; independent of the outbox.
 *
 * Page and cursor are one transaction. A server in another epoch counts from 0 again, and what was
 * known of it is replaced as a whole (schema/sync.md S16).
 */
import { type Cursor, knownApply, knownCursor } from '../data/cache';
import { changesFromBytes } from './answers';
import { type Fetch, reach } from './reach';

export const PULL_LIMIT = 500;

export interface PullDeps {
  readonly cache: IDBDatabase;
  readonly fetch: Fetch;
}

/** Reads until nothing is new; false when the server could not be read. */
export async function pullRound(deps: PullDeps): Promise<boolean> {
  for (;;) {
    const cursor = await knownCursor(deps.cache);
    const { status, bytes } = await reach(deps.fetch, `/sync/v1/changes?${query(cursor)}`);
    if (status !== 200) return false;
    try {
      const page = changesFromBytes(bytes);
      await knownApply(deps.cache, page, cursor);
      if (!page.more) return true;
      // A page that leads nowhere would be asked for ever.
      const same = page.epoch === cursor.epoch && !page.restarted;
      if (same && page.next <= cursor.since) return false;
    } catch {
      return false;
    }
  }
}

function query(cursor: Cursor): URLSearchParams {
  const params = new URLSearchParams({ since: String(cursor.since), limit: String(PULL_LIMIT) });
  if (cursor.epoch !== '') params.set('epoch', cursor.epoch);
  // Cursors of before marks were told have none.
  if (cursor.mark) params.set('mark', cursor.mark);
  return params;
}

/*
 * alone: one tab sends at a time.
 *
 * Only politeness: two that send at once cost twice the bytes and change nothing, because the server
 * takes each operation and each piece of a photo once. Where the browser has no Web Locks (plain
 * HTTP), a row of the database with a time limit does. Politeness ends: a tab that the tablet has put
 * to sleep in the middle of sending keeps its lock (Safari), and must not silence the one in use.
 */
import { dbWrite } from '../data/db';

const LEASE_MS = 45_000;
const LOCK = 'kakikomap-sync';

export type Alone = (work: () => Promise<void>) => Promise<boolean>;

/** `inUse`: whether somebody looks at this tab. */
export function aloneByLock(locks: LockManager, now: () => number, inUse: () => boolean): Alone {
  let refusedSince: number | null = null;
  return async (work) => {
    let done = false;
    await locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (lock === null) return;
      refusedSince = null;
      await work();
      done = true;
    });
    if (done) return true;
    const at = now();
    // A clock that was put back starts the wait anew.
    if (refusedSince === null || refusedSince > at) refusedSince = at;
    if (!inUse() || at - refusedSince < LEASE_MS) return false;
    await work();
    return true;
  };
}

export function aloneByLease(db: IDBDatabase, tab: string, now: () => number): Alone {
  const take = (): Promise<boolean> =>
    dbWrite(db, ['meta'], async (tx) => {
      const lease = await tx.lease();
      const at = now();
      // A clock that was put back must not lock everybody out.
      const held = lease !== undefined && lease.untilMs > at && lease.untilMs <= at + LEASE_MS;
      if (held && lease.tab !== tab) return false;
      await tx.putLease({ tab, untilMs: at + LEASE_MS });
      return true;
    });
  const give = (): Promise<void> =>
    dbWrite(db, ['meta'], async (tx) => {
      if ((await tx.lease())?.tab === tab) await tx.putLease({ tab, untilMs: 0 });
    });
  return async (work) => {
    if (!(await take())) return false;
    try {
      await work();
    } finally {
      await give();
    }
    return true;
  };
}

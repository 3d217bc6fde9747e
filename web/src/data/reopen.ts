/*
 * reopen: a database stays usable when the browser ends its connection.
 *
 * Safari does that while the page is in the background or memory is short («Connection to Indexed
 * Database server lost», WebKit bugs 273827 and 277615); from then on every transaction on the old
 * connection throws until the page is loaded anew, and nothing more could be written on that tablet.
 * Here whoever holds the old connection goes on with a new one.
 *
 * Only what could not even begin is begun again. Of a transaction that broke off in the middle nobody
 * knows whether it was committed: its writer is told that it failed.
 */
export type Open = (name: string) => Promise<IDBDatabase>;

/** The first connection stands for all that follow it. */
const latest = new WeakMap<IDBDatabase, IDBDatabase>();
const opening = new WeakMap<IDBDatabase, Promise<IDBDatabase>>();

const isNamed = (error: unknown, name: string): boolean =>
  error instanceof DOMException && error.name === name;

/** All who find the connection ended at the same time wait for one new one. */
function reopened(first: IDBDatabase, open: Open): Promise<IDBDatabase> {
  const running = opening.get(first);
  if (running !== undefined) return running;
  const next = open(first.name)
    .then((db) => {
      latest.set(first, db);
      return db;
    })
    .finally(() => opening.delete(first));
  opening.set(first, next);
  return next;
}

/** `begin` makes the transaction, `work` uses it up; `open` opens the database of that name again. */
export async function transact<T>(
  first: IDBDatabase,
  open: Open,
  begin: (db: IDBDatabase) => IDBTransaction,
  work: (tx: IDBTransaction) => Promise<T>,
): Promise<T> {
  let db = latest.get(first) ?? first;
  let tx: IDBTransaction;
  try {
    tx = begin(db);
  } catch (error) {
    if (!isNamed(error, 'InvalidStateError')) throw error;
    db = await reopened(first, open);
    tx = begin(db);
  }
  try {
    return await work(tx);
  } catch (error) {
    // Its connection may be lost without saying so: the next transaction gets a new one.
    if (isNamed(error, 'UnknownError')) db.close();
    throw error;
  }
}

/** Opens once for all; a failure is not remembered, so that the next who asks tries again. */
export function once(open: () => Promise<IDBDatabase>): () => Promise<IDBDatabase> {
  let opened: Promise<IDBDatabase> | null = null;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}

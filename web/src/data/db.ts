/*
 * db: what the tablet keeps, in IndexedDB.
 *
 * Invariants
 * 1. What belongs together is written in one transaction with strict durability: an operation and
 *    the local row it changes are both there, or neither is.
 * 2. A frozen operation's bytes never change; see data/outbox.ts.
 */

/** One thing somebody did here, on its way to the server. */
export interface OpRow {
  /** Order of making; the key. */
  n?: number;
  opId: string;
  objectId: string;
  kind: number;
  register: number;
  rev: number;
  body: Uint8Array<ArrayBuffer>;
  madeMs: number;
  /** waiting: may still be taken back unseen. frozen: its bytes have been offered at least once. */
  state: 'waiting' | 'frozen' | 'stored' | 'refused';
  bytes: Uint8Array<ArrayBuffer> | null;
  reason: string;
  change: number;
  server: string;
  epoch: string;
}

/** A comment or a reply written on this device, as it shows here until the server knows it. */
export interface OwnRow {
  id: string;
  type: 'comment' | 'reply';
  commentId: string | null;
  kind: string;
  text: string;
  cardId: string | null;
  lonE7: number;
  latE7: number;
  buildingId: string;
  penName: string;
  madeMs: number;
  textRev: number;
  placeRev: number;
  state: 'waiting' | 'stored' | 'refused' | 'withdrawn';
  reason: string;
}

export interface ReactionRow {
  id: string;
  value: string;
  rev: number;
}

export interface Draft {
  kind: string | null;
  text: string;
  cardId: string | null;
  lon: number | null;
  lat: number | null;
  buildingId: string;
}

export interface Identity {
  deviceId: string;
  authorId: string;
  token: Uint8Array<ArrayBuffer>;
  /** The last number given to an operation of this device. */
  devSeq: number;
}

const VERSION = 1;

export type StoreName = 'meta' | 'ops' | 'own' | 'reaction' | 'draft';

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function dbOpen(name = 'kakikomap'): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    const db = request.result;
    db.createObjectStore('meta');
    db.createObjectStore('ops', { keyPath: 'n', autoIncrement: true }).createIndex(
      'state',
      'state',
    );
    db.createObjectStore('own', { keyPath: 'id' });
    db.createObjectStore('reaction', { keyPath: 'id' });
    db.createObjectStore('draft');
  };
  const db = await result(request);
  db.onversionchange = () => db.close();
  return db;
}

/**
 * One transaction: `work` may await only requests made through `tx`; it is committed when all of
 * them are done and resolves after the commit, so that what was promised is on the disk.
 */
export async function dbWrite<T>(
  db: IDBDatabase,
  stores: StoreName[],
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const transaction = db.transaction(stores, 'readwrite', { durability: 'strict' });
  const committed = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () =>
      reject(transaction.error ?? new Error('the transaction was aborted'));
  });
  let value: T;
  try {
    value = await work(new Tx(transaction));
  } catch (error) {
    committed.catch(() => undefined);
    try {
      transaction.abort();
    } catch {
      // It had ended already.
    }
    throw error;
  }
  await committed;
  return value;
}

export function dbRead<T>(
  db: IDBDatabase,
  stores: StoreName[],
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return work(new Tx(db.transaction(stores, 'readonly')));
}

/** The rows of each store with their types; the only place that knows them. */
export class Tx {
  readonly #tx: IDBTransaction;

  constructor(tx: IDBTransaction) {
    this.#tx = tx;
  }

  identity(): Promise<Identity | undefined> {
    return result<Identity | undefined>(this.#tx.objectStore('meta').get('identity'));
  }

  putIdentity(identity: Identity): Promise<unknown> {
    return result(this.#tx.objectStore('meta').put(identity, 'identity'));
  }

  draft(): Promise<Draft | undefined> {
    return result<Draft | undefined>(this.#tx.objectStore('draft').get('comment'));
  }

  putDraft(draft: Draft): Promise<unknown> {
    return result(this.#tx.objectStore('draft').put(draft, 'comment'));
  }

  deleteDraft(): Promise<unknown> {
    return result(this.#tx.objectStore('draft').delete('comment'));
  }

  addOp(op: OpRow): Promise<unknown> {
    return result(this.#tx.objectStore('ops').add(op));
  }

  putOp(op: OpRow): Promise<unknown> {
    return result(this.#tx.objectStore('ops').put(op));
  }

  deleteOp(n: number): Promise<unknown> {
    return result(this.#tx.objectStore('ops').delete(n));
  }

  ops(state: OpRow['state']): Promise<OpRow[]> {
    return result<OpRow[]>(this.#tx.objectStore('ops').index('state').getAll(state));
  }

  own(id: string): Promise<OwnRow | undefined> {
    return result<OwnRow | undefined>(this.#tx.objectStore('own').get(id));
  }

  owns(): Promise<OwnRow[]> {
    return result<OwnRow[]>(this.#tx.objectStore('own').getAll());
  }

  putOwn(row: OwnRow): Promise<unknown> {
    return result(this.#tx.objectStore('own').put(row));
  }

  deleteOwn(id: string): Promise<unknown> {
    return result(this.#tx.objectStore('own').delete(id));
  }

  reaction(id: string): Promise<ReactionRow | undefined> {
    return result<ReactionRow | undefined>(this.#tx.objectStore('reaction').get(id));
  }

  reactions(): Promise<ReactionRow[]> {
    return result<ReactionRow[]>(this.#tx.objectStore('reaction').getAll());
  }

  putReaction(row: ReactionRow): Promise<unknown> {
    return result(this.#tx.objectStore('reaction').put(row));
  }
}

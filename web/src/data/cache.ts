/*
 * cache: what can be fetched again: everyone's comments, the map's style, packs.
 *
 * A database of its own: it may be emptied at any time, and never stands in the way of data/db.ts.
 */
import type { Changes, CommentView, ReplyView } from '../sync/answers';
import { once, transact } from './reopen';

export interface Cursor {
  readonly server: string;
  readonly epoch: string;
  readonly since: number;
  /** Which change `since` is: a server put back to an old image may give its number to another. */
  readonly mark: string;
}

/** An answer of the server as it came, to be read when it cannot be asked. */
export interface Kept {
  readonly path: string;
  readonly atMs: number;
  readonly body: string;
}

export interface PackRow {
  readonly name: string;
  /** Changes with the content of the server's file. */
  readonly version: string;
  readonly madeMs: number;
  readonly bytes: number;
  readonly pieceBytes: number;
  /** SHA-256 of each piece, in hexadecimal. */
  readonly hashes: readonly string[];
  /** Which pieces are here and checked. */
  readonly have: readonly boolean[];
  /** The pieces that the area needs; null: all. */
  readonly wanted: readonly number[] | null;
  /** West, south, east, north of the part that is wanted; null: all of it. */
  readonly area: readonly [number, number, number, number] | null;
  readonly atMs: number;
  readonly store: 'file' | 'pieces';
  /** Everything wanted is here. */
  readonly done: boolean;
}

/** 2: comments with lines, areas, drawings and readings; 1 knew their points alone. */
const VERSION = 2;
type StoreName = 'meta' | 'comment' | 'reply' | 'kept' | 'pack' | 'piece';

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function cacheOpen(name = 'kakikomap-cache'): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = ({ oldVersion }) => {
    const db = request.result;
    if (oldVersion === 1 && request.transaction !== null) {
      // Packs are large and stay; comments are read from their first change on.
      for (const name of ['comment', 'reply']) request.transaction.objectStore(name).clear();
      request.transaction.objectStore('meta').delete('cursor');
      return;
    }
    for (const old of Array.from(db.objectStoreNames)) db.deleteObjectStore(old);
    db.createObjectStore('meta');
    db.createObjectStore('comment', { keyPath: 'id' });
    db.createObjectStore('reply', { keyPath: 'id' }).createIndex('commentId', 'commentId');
    db.createObjectStore('kept', { keyPath: 'path' });
    db.createObjectStore('pack', { keyPath: 'name' });
    db.createObjectStore('piece');
  };
  const db = await result(request);
  db.onversionchange = () => db.close();
  return db;
}

/** The one of the app. */
export const cacheDatabase = once(() => cacheOpen());

function write(
  db: IDBDatabase,
  stores: StoreName[],
  work: (store: (name: StoreName) => IDBObjectStore) => Promise<void> | void,
): Promise<void> {
  return transact(
    db,
    cacheOpen,
    (now) => now.transaction(stores, 'readwrite'),
    async (tx) => {
      const done = new Promise<void>((resolve, reject) => {
        tx.oncomplete = () => resolve();
        tx.onabort = () => reject(tx.error ?? new Error('the transaction was aborted'));
      });
      try {
        await work((name) => tx.objectStore(name));
      } catch (error) {
        done.catch(() => undefined);
        throw error;
      }
      await done;
    },
  );
}

const read = <T>(db: IDBDatabase, store: StoreName, ask: (s: IDBObjectStore) => IDBRequest<T>) =>
  transact(
    db,
    cacheOpen,
    (now) => now.transaction(store, 'readonly'),
    (tx) => result(ask(tx.objectStore(store))),
  );

const START: Cursor = { server: '', epoch: '', since: 0, mark: '' };

export async function knownCursor(db: IDBDatabase): Promise<Cursor> {
  return (await read<Cursor | undefined>(db, 'meta', (s) => s.get('cursor'))) ?? START;
}

/** A page of changes and where it ends, or neither. `from` is the cursor that it was asked with. */
export async function knownApply(db: IDBDatabase, page: Changes, from: Cursor): Promise<void> {
  const anew = page.restarted || (from.epoch !== '' && page.epoch !== from.epoch);
  await write(db, ['meta', 'comment', 'reply'], async (store) => {
    const now = (await result<Cursor | undefined>(store('meta').get('cursor'))) ?? START;
    // Another tab was faster: its page counts.
    if (now.epoch !== from.epoch || now.since !== from.since) return;
    if (anew) {
      store('comment').clear();
      store('reply').clear();
    }
    for (const { comment, reply, removed } of page.changes) {
      if (comment !== null) store('comment').put(comment);
      if (reply !== null) store('reply').put(reply);
      if (removed === null) continue;
      store('comment').delete(removed);
      store('reply').delete(removed);
      const replies = store('reply').index('commentId').openKeyCursor(removed);
      replies.onsuccess = () => {
        if (replies.result === null) return;
        store('reply').delete(replies.result.primaryKey);
        replies.result.continue();
      };
    }
    const { server, epoch, next, mark } = page;
    const cursor: Cursor = { server, epoch, since: next, mark };
    store('meta').put(cursor, 'cursor');
  });
}

export const knownComments = (db: IDBDatabase): Promise<CommentView[]> =>
  read<CommentView[]>(db, 'comment', (s) => s.getAll());

export const knownCount = (db: IDBDatabase): Promise<number> =>
  read<number>(db, 'comment', (s) => s.count());

export const knownComment = (db: IDBDatabase, id: string): Promise<CommentView | undefined> =>
  read<CommentView | undefined>(db, 'comment', (s) => s.get(id));

export const knownReplies = (db: IDBDatabase, commentId: string): Promise<ReplyView[]> =>
  read<ReplyView[]>(db, 'reply', (s) => s.index('commentId').getAll(commentId));

export function keep(db: IDBDatabase, path: string, body: string, atMs: number): Promise<void> {
  const kept: Kept = { path, body, atMs };
  return write(db, ['kept'], (store) => void store('kept').put(kept));
}

export const keptOf = (db: IDBDatabase, path: string): Promise<Kept | undefined> =>
  read<Kept | undefined>(db, 'kept', (s) => s.get(path));

export const packRows = (db: IDBDatabase): Promise<PackRow[]> =>
  read<PackRow[]>(db, 'pack', (s) => s.getAll());

export const packRow = (db: IDBDatabase, name: string): Promise<PackRow | undefined> =>
  read<PackRow | undefined>(db, 'pack', (s) => s.get(name));

export const packPut = (db: IDBDatabase, row: PackRow): Promise<void> =>
  write(db, ['pack'], (store) => void store('pack').put(row));

const pieceKey = (name: string, index: number): string => `${name}/${index}`;

export const piecePut = (
  db: IDBDatabase,
  name: string,
  index: number,
  bytes: ArrayBuffer,
): Promise<void> =>
  write(db, ['piece'], (store) => void store('piece').put(bytes, pieceKey(name, index)));

export const pieceGet = (
  db: IDBDatabase,
  name: string,
  index: number,
): Promise<ArrayBuffer | undefined> =>
  read<ArrayBuffer | undefined>(db, 'piece', (s) => s.get(pieceKey(name, index)));

export const packDelete = (db: IDBDatabase, name: string): Promise<void> =>
  write(db, ['pack', 'piece'], (store) => {
    store('pack').delete(name);
    store('piece').delete(IDBKeyRange.bound(`${name}/`, `${name}/\uffff`));
  });

/*
 * db: what the tablet must not lose, in IndexedDB. What may be fetched again is in data/cache.ts.
 *
 * Invariants
 * 1. What belongs together is written in one transaction with strict durability: an operation and
 *    the local row it changes are both there, or neither is.
 * 2. A frozen operation's bytes never change; see data/outbox.ts.
 * 3. A newer version of this file finds everything that an older one wrote (db.test.ts).
 * 4. Bytes are ArrayBuffers: one browser family loses Blobs (WebKit).
 * 5. A connection that the browser ends is opened again (data/reopen.ts).
 */
import { type Corner, opDevice, type Reading, type Stroke } from '../sync/messages';
import type { Mood, PlaceSource, Quantity, Shape } from '../sync/words';
import { transact } from './reopen';

/** A server, in one of its lives, that has taken something. */
export interface Held {
  server: string;
  epoch: string;
  /** Its change number there; 0: it said so, without a number. */
  change: number;
}

/** One thing somebody did here, on its way to the city. */
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
  /** The pseudonym it is made under; empty: the device's own. */
  authorId: string;
  meetingId: string;
  /** waiting: may still be taken back unseen. frozen: its bytes have been offered at least once. */
  state: 'waiting' | 'frozen' | 'stored' | 'refused';
  bytes: Uint8Array<ArrayBuffer> | null;
  /** The device's number of it, once frozen. */
  devSeq: number;
  reason: string;
  held: Held[];
}

export interface PhotoRef {
  id: string;
  width: number;
  height: number;
  alt: string;
}

/** A comment or a reply written on this device, as it shows here until the server knows it. */
export interface OwnRow {
  id: string;
  type: 'comment' | 'reply';
  commentId: string | null;
  kind: string;
  title: string;
  text: string;
  mood: Mood;
  cardId: string | null;
  lonE7: number;
  latE7: number;
  buildingId: string;
  shape: Shape;
  corners: readonly Corner[];
  source: PlaceSource;
  accuracyM: number;
  drawing: readonly Stroke[];
  readings: readonly Reading[];
  photos: readonly PhotoRef[];
  meetingId: string | null;
  authorId: string;
  /** The code of its receipt; empty: none. */
  receipt: string;
  penName: string;
  madeMs: number;
  textRev: number;
  titleRev: number;
  placeRev: number;
  state: 'waiting' | 'stored' | 'refused' | 'withdrawn';
  reason: string;
}

export interface ReactionRow {
  id: string;
  value: string;
  rev: number;
}

/** A value that is being measured: as typed, with the start of the wait (state/measuring.ts). */
export interface Measuring {
  quantity: Quantity;
  text: string;
  /** A name of write/reading.ts, or one's own words. */
  instrument: string;
  startedMs: number | null;
  /** How long it had stood when the value was typed. */
  waitedS: number | null;
  takenMs: number;
}

/** The comment that is being written; also what an unasked reload (the camera's) comes back to. */
export interface Draft {
  kind: string | null;
  title: string;
  text: string;
  mood: Mood;
  cardId: string | null;
  /** The point, or a place on the line or in the area. */
  lon: number | null;
  lat: number | null;
  buildingId: string;
  shape: Shape;
  /** Of lines and areas, in degrees. */
  corners: readonly (readonly [number, number])[];
  source: PlaceSource;
  accuracyM: number;
  drawing: readonly Stroke[];
  readings: readonly Reading[];
  measuring: readonly Measuring[];
  photos: readonly PhotoRef[];
  /** The form was open: it opens again at the start. */
  open: boolean;
}

export const EMPTY_DRAFT: Draft = {
  kind: null,
  title: '',
  text: '',
  mood: 'none',
  cardId: null,
  lon: null,
  lat: null,
  buildingId: '',
  shape: 'point',
  corners: [],
  source: 'tap',
  accuracyM: 0,
  drawing: [],
  readings: [],
  measuring: [],
  photos: [],
  open: false,
};

export interface PhotoRow {
  id: string;
  /** Of the JPEG as it is sent, in hexadecimal. */
  sha256: string;
  size: number;
  width: number;
  height: number;
  thumb: ArrayBuffer;
  alt: string;
  /** Empty while it belongs to the draft. */
  commentId: string;
  madeMs: number;
  /** city: the bytes are there, and gone from here. */
  state: 'draft' | 'waiting' | 'city' | 'refused';
  reason: string;
  held: Held[];
}

/** Who one is in a meeting; forgotten when all that was written in it is at the city. */
export interface Membership {
  meetingId: string;
  title: string;
  kind: string;
  spaceId: string | null;
  authorId: string;
  penName: string;
  animal: string;
  colour: string;
  /** School year for ruby; 0: not a school. */
  grade: number;
  hold: boolean;
  cards: readonly string[];
  questions: readonly string[];
  startsMs: number;
  endsMs: number;
  state: 'open' | 'finished';
}

/** What another tablet could not send and this one carries for it (data/parcel.ts). */
export interface CarriedRow {
  id: string;
  deviceId: string;
  token: Uint8Array<ArrayBuffer>;
  ops: readonly Uint8Array<ArrayBuffer>[];
  photos: readonly { sha256: string; bytes: ArrayBuffer }[];
}

export interface Identity {
  deviceId: string;
  authorId: string;
  token: Uint8Array<ArrayBuffer>;
  /** The last number given to an operation of this device. */
  devSeq: number;
}

/** One tab syncs at a time, where the browser has no locks of its own. */
export interface Lease {
  tab: string;
  untilMs: number;
}

const VERSION = 2;

export type StoreName =
  | 'meta'
  | 'ops'
  | 'own'
  | 'reaction'
  | 'draft'
  | 'photo'
  | 'photoBytes'
  | 'membership'
  | 'carried';

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Version 1: operations, own comments, reactions and one draft. */
function upgradeFrom0(db: IDBDatabase): void {
  db.createObjectStore('meta');
  db.createObjectStore('ops', { keyPath: 'n', autoIncrement: true }).createIndex('state', 'state');
  db.createObjectStore('own', { keyPath: 'id' });
  db.createObjectStore('reaction', { keyPath: 'id' });
  db.createObjectStore('draft');
}

/** As version 1 kept an operation: at most one server had it. */
interface OpRow1 {
  bytes: Uint8Array<ArrayBuffer> | null;
  change: number;
  server: string;
  epoch: string;
}

/** Version 2: photos, meetings, richer comments; who holds an operation is a list. */
function upgradeFrom1(db: IDBDatabase, tx: IDBTransaction): void {
  db.createObjectStore('photo', { keyPath: 'id' });
  db.createObjectStore('photoBytes');
  db.createObjectStore('membership', { keyPath: 'meetingId' });
  db.createObjectStore('carried', { keyPath: 'id' });
  tx.objectStore('ops').createIndex('objectId', 'objectId');
  each(tx.objectStore('ops'), (row: OpRow & OpRow1) => {
    const { change, server, epoch, ...kept } = row;
    return {
      ...kept,
      authorId: '',
      meetingId: '',
      devSeq: row.bytes === null ? 0 : opDevice(row.bytes).devSeq,
      held: row.state === 'stored' && server !== '' ? [{ server, epoch, change }] : [],
    };
  });
  each(tx.objectStore('own'), (row: OwnRow) => ({
    ...{ title: '', mood: 'none', shape: 'point', corners: [], source: 'tap', accuracyM: 0 },
    ...{ drawing: [], readings: [], photos: [], meetingId: null, authorId: '', receipt: '' },
    ...{ titleRev: 0 },
    ...row,
  }));
  each(tx.objectStore('draft'), (row: Draft) => ({ ...EMPTY_DRAFT, ...row }));
}

function each<Row>(store: IDBObjectStore, change: (row: Row) => unknown): void {
  const request = store.openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null) return;
    cursor.update(change(cursor.value));
    cursor.continue();
  };
}

export async function dbOpen(name = 'kakikomap'): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = ({ oldVersion }) => {
    if (oldVersion < 1) upgradeFrom0(request.result);
    if (oldVersion < 2 && request.transaction !== null)
      upgradeFrom1(request.result, request.transaction);
  };
  const db = await result(request);
  db.onversionchange = () => db.close();
  return db;
}

/**
 * One transaction: `work` may await only requests made through `tx`; it is committed when all of
 * them are done and resolves after the commit, so that what was promised is on the disk.
 */
export function dbWrite<T>(
  db: IDBDatabase,
  stores: StoreName[],
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transact(
    db,
    dbOpen,
    (now) => now.transaction(stores, 'readwrite', { durability: 'strict' }),
    (transaction) => committed(transaction, work),
  );
}

async function committed<T>(transaction: IDBTransaction, work: (tx: Tx) => Promise<T>): Promise<T> {
  const end = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () =>
      reject(transaction.error ?? new Error('the transaction was aborted'));
  });
  let value: T;
  try {
    value = await work(new Tx(transaction));
  } catch (error) {
    end.catch(() => undefined);
    try {
      transaction.abort();
    } catch {
      // It had ended already.
    }
    throw error;
  }
  await end;
  return value;
}

export function dbRead<T>(
  db: IDBDatabase,
  stores: StoreName[],
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transact(
    db,
    dbOpen,
    (now) => now.transaction(stores, 'readonly'),
    (transaction) => work(new Tx(transaction)),
  );
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

  lease(): Promise<Lease | undefined> {
    return result<Lease | undefined>(this.#tx.objectStore('meta').get('lease'));
  }

  putLease(lease: Lease): Promise<unknown> {
    return result(this.#tx.objectStore('meta').put(lease, 'lease'));
  }

  /** The meeting this device is in now, or nothing. */
  async currentMembership(): Promise<Membership | undefined> {
    const id = await result<string | undefined>(this.#tx.objectStore('meta').get('meeting'));
    return id === undefined ? undefined : this.membership(id);
  }

  setCurrentMeeting(meetingId: string | null): Promise<unknown> {
    const meta = this.#tx.objectStore('meta');
    if (meetingId === null) return result(meta.delete('meeting'));
    return result(meta.put(meetingId, 'meeting'));
  }

  membership(meetingId: string): Promise<Membership | undefined> {
    return result<Membership | undefined>(this.#tx.objectStore('membership').get(meetingId));
  }

  memberships(): Promise<Membership[]> {
    return result<Membership[]>(this.#tx.objectStore('membership').getAll());
  }

  putMembership(row: Membership): Promise<unknown> {
    return result(this.#tx.objectStore('membership').put(row));
  }

  deleteMembership(meetingId: string): Promise<unknown> {
    return result(this.#tx.objectStore('membership').delete(meetingId));
  }

  photo(id: string): Promise<PhotoRow | undefined> {
    return result<PhotoRow | undefined>(this.#tx.objectStore('photo').get(id));
  }

  photos(): Promise<PhotoRow[]> {
    return result<PhotoRow[]>(this.#tx.objectStore('photo').getAll());
  }

  putPhoto(row: PhotoRow): Promise<unknown> {
    return result(this.#tx.objectStore('photo').put(row));
  }

  deletePhoto(id: string): Promise<unknown> {
    return result(this.#tx.objectStore('photo').delete(id));
  }

  photoBytes(id: string): Promise<ArrayBuffer | undefined> {
    return result<ArrayBuffer | undefined>(this.#tx.objectStore('photoBytes').get(id));
  }

  putPhotoBytes(id: string, bytes: ArrayBuffer): Promise<unknown> {
    return result(this.#tx.objectStore('photoBytes').put(bytes, id));
  }

  deletePhotoBytes(id: string): Promise<unknown> {
    return result(this.#tx.objectStore('photoBytes').delete(id));
  }

  carried(): Promise<CarriedRow[]> {
    return result<CarriedRow[]>(this.#tx.objectStore('carried').getAll());
  }

  putCarried(row: CarriedRow): Promise<unknown> {
    return result(this.#tx.objectStore('carried').put(row));
  }

  deleteCarried(id: string): Promise<unknown> {
    return result(this.#tx.objectStore('carried').delete(id));
  }

  /** Returns its key. */
  addOp(op: OpRow): Promise<IDBValidKey> {
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

  op(n: IDBValidKey): Promise<OpRow | undefined> {
    return result<OpRow | undefined>(this.#tx.objectStore('ops').get(n));
  }

  opsOf(objectId: string): Promise<OpRow[]> {
    return result<OpRow[]>(this.#tx.objectStore('ops').index('objectId').getAll(objectId));
  }

  allOps(): Promise<OpRow[]> {
    return result<OpRow[]>(this.#tx.objectStore('ops').getAll());
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

/*
 * own: what was written on this device, and sending it.
 *
 * The database is the truth; the signals here mirror it after every change.
 */
import { computed, signal } from '@preact/signals-core';
import { dbOpen, dbRead, type OwnRow, type ReactionRow } from '../data/db';
import {
  commentWrite,
  identityGet,
  type NewComment,
  outboxCount,
  react,
  refusedForget,
  replyWrite,
  textEdit,
  withdraw,
} from '../data/outbox';
import type { Reaction } from '../sync/messages';
import { type Pusher, pusherStart } from '../sync/push';
import { hello } from './town';

const clock = { now: () => Date.now() };

export const owns = signal<ReadonlyMap<string, OwnRow>>(new Map());
export const ownReactions = signal<ReadonlyMap<string, ReactionRow>>(new Map());
export const waitingCount = signal(0);
/** Our own comments that the server does not show yet. */
export const ownWaiting = computed(() =>
  [...owns.value.values()]
    .filter(
      (row) =>
        row.type === 'comment' &&
        row.textRev === 0 &&
        (row.state === 'waiting' || row.state === 'refused'),
    )
    .sort((a, b) => b.madeMs - a.madeMs),
);

let opened: Promise<IDBDatabase> | null = null;
let pusher: Pusher | null = null;
let afterPush: () => void = () => undefined;

export function database(): Promise<IDBDatabase> {
  opened ??= dbOpen();
  return opened;
}

async function mirror(): Promise<void> {
  const db = await database();
  const [rows, reactions] = await dbRead(db, ['own', 'reaction'], (tx) =>
    Promise.all([tx.owns(), tx.reactions()]),
  );
  owns.value = new Map(rows.map((row) => [row.id, row]));
  ownReactions.value = new Map(reactions.map((row) => [row.id, row]));
  waitingCount.value = await outboxCount(db);
}

export async function ownStart(
  onReached: (reached: boolean) => void,
  onStored: () => void,
): Promise<void> {
  const db = await database();
  await identityGet(db);
  await mirror();
  afterPush = onStored;
  pusher = pusherStart({
    db,
    fetch: (input, init) => fetch(input, init),
    now: clock.now,
    random: Math.random,
    limits: () => ({
      ops: hello.value?.maxOps || 64,
      bytes: (hello.value?.maxPushBytes || 262_144) - 4_096,
      municipality: hello.value?.municipality || 11202,
    }),
    report: (_left, reached) => {
      onReached(reached);
      const before = waitingCount.value;
      mirror()
        .then(() => {
          if (waitingCount.value < before) afterPush();
        })
        .catch((error: unknown) => console.warn('the local store cannot be read', error));
    },
  });
  addEventListener('online', () => pusher?.kick());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') pusher?.kick();
  });
  if (waitingCount.value > 0) pusher.kick();
}

export function sendNow(): void {
  if (waitingCount.value > 0) pusher?.kick();
}

async function written<T>(work: (db: IDBDatabase) => Promise<T>): Promise<T> {
  const value = await work(await database());
  await mirror();
  pusher?.kick();
  return value;
}

export const ownComment = (comment: NewComment): Promise<OwnRow> =>
  written((db) => commentWrite(db, comment, clock));
export const ownReply = (reply: {
  commentId: string;
  text: string;
  penName: string;
}): Promise<OwnRow> => written((db) => replyWrite(db, reply, clock));
export const ownEdit = (id: string, text: string): Promise<OwnRow | null> =>
  written((db) => textEdit(db, id, text, clock));
export const ownWithdraw = (id: string): Promise<void> => written((db) => withdraw(db, id, clock));
export const ownReact = (id: string, value: Reaction): Promise<void> =>
  written((db) => react(db, id, value, clock));
export const ownForget = (id: string): Promise<void> => written((db) => refusedForget(db, id));

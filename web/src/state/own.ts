/*
 * own: what was written on this device, and sending it.
 *
 * The database is the truth; the signals here mirror it after every change.
 */
import { computed, signal } from '@preact/signals-core';
import {
  dbOpen,
  dbRead,
  dbWrite,
  type Membership,
  type OwnRow,
  type ReactionRow,
} from '../data/db';
import { type Mark, marksOf } from '../data/holders';
import {
  commentWrite,
  identityGet,
  type NewComment,
  type NewReply,
  outboxWaiting,
  react,
  replyWrite,
  type Speaker,
  textEdit,
  type Waiting,
  withdraw,
} from '../data/outbox';
import { photosSweep } from '../data/photos';
import { once } from '../data/reopen';
import { type Refused, refusedForget, trayItems } from '../data/tray';
import { aloneByLease, aloneByLock } from '../sync/alone';
import type { Hello } from '../sync/answers';
import type { Reaction } from '../sync/messages';
import { type Syncer, syncerStart } from '../sync/syncer';
import { randomBytes, uuidFromBytes } from '../sync/uuid';
import { kiosk, penName } from './prefs';
import { hello } from './town';

const clock = { now: () => Date.now() };

export const owns = signal<ReadonlyMap<string, OwnRow>>(new Map());
export const ownReactions = signal<ReadonlyMap<string, ReactionRow>>(new Map());
export const waiting = signal<Waiting>({ count: 0, oldestMs: 0 });
export const waitingCount = computed(() => waiting.value.count);
/** What is not at the city yet; what is not listed is. */
export const marks = signal<ReadonlyMap<string, Mark>>(new Map());
export const tray = signal<readonly Refused[]>([]);
/** The meeting this device is in now. */
export const membership = signal<Membership | null>(null);
/** As whom one writes here. */
export const speaker = computed<Speaker>(() =>
  speakerOf(membership.value, penName.value.trim(), kiosk.value),
);
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

const CHANNEL_OF: Readonly<Record<string, Speaker['channel']>> = {
  class: 'tablet',
  workshop: 'workshop',
  walk: 'tablet',
  lounge: 'lounge',
};

export function speakerOf(meeting: Membership | null, name: string, atKiosk: boolean): Speaker {
  if (meeting === null) {
    const channel = atKiosk ? 'kiosk' : 'web';
    const device = { authorId: '', hat: 'citizen', channel } as const;
    return { ...device, penName: name, meetingId: null, spaceId: null };
  }
  return {
    authorId: meeting.authorId,
    penName: meeting.penName,
    hat: meeting.kind === 'class' ? 'pupil' : 'citizen',
    channel: CHANNEL_OF[meeting.kind] ?? 'web',
    meetingId: meeting.meetingId,
    spaceId: meeting.spaceId,
  };
}

let syncer: Syncer | null = null;

export const database = once(() => dbOpen());

/** Reads the database into the signals. */
export async function mirror(): Promise<void> {
  const db = await database();
  const [rows, reactions, ops, photos, now] = await dbRead(
    db,
    ['own', 'reaction', 'ops', 'photo', 'meta', 'membership'],
    (tx) =>
      Promise.all([tx.owns(), tx.reactions(), tx.allOps(), tx.photos(), tx.currentMembership()]),
  );
  owns.value = new Map(rows.map((row) => [row.id, row]));
  ownReactions.value = new Map(reactions.map((row) => [row.id, row]));
  marks.value = marksOf(ops, photos);
  membership.value = now ?? null;
  tray.value = await trayItems(db);
  waiting.value = await outboxWaiting(db);
}

export async function ownStart(
  onRound: (reached: boolean, hello: Hello | null) => void,
  onStored: () => void,
): Promise<void> {
  const db = await database();
  await identityGet(db);
  await photosSweep(db);
  await mirror();
  const tab = uuidFromBytes(randomBytes(16));
  syncer = syncerStart({
    db,
    fetch: (input, init) => fetch(input, init),
    now: clock.now,
    random: Math.random,
    timers: {
      set: (work, ms) => window.setTimeout(work, ms),
      clear: (timer) => window.clearTimeout(Number(timer)),
    },
    alone:
      'locks' in navigator
        ? aloneByLock(navigator.locks, clock.now, () => document.visibilityState === 'visible')
        : aloneByLease(db, tab, clock.now),
    limits: () => ({
      ops: hello.value?.maxOps || 64,
      bytes: (hello.value?.maxPushBytes || 262_144) - 4_096,
      municipality: hello.value?.municipality || 11202,
    }),
    report: (round) => {
      onRound(round.reached, round.hello);
      const before = waitingCount.value;
      mirror()
        .then(() => {
          if (waitingCount.value < before) onStored();
        })
        .catch((error: unknown) => console.warn('the local store cannot be read', error));
    },
  });
  addEventListener('online', sendNow);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') sendNow();
  });
  sendNow();
}

export function sendNow(): void {
  syncer?.kick();
}

async function written<T>(work: (db: IDBDatabase) => Promise<T>): Promise<T> {
  const value = await work(await database());
  await mirror();
  syncer?.kick();
  return value;
}

export const ownComment = (comment: NewComment): Promise<OwnRow> =>
  written((db) => commentWrite(db, comment, clock));
export const ownReply = (reply: NewReply): Promise<OwnRow> =>
  written((db) => replyWrite(db, reply, clock));
export const ownEdit = (id: string, text: string): Promise<OwnRow | null> =>
  written((db) => textEdit(db, id, text, clock));
export const ownWithdraw = (id: string): Promise<void> => written((db) => withdraw(db, id, clock));
export const ownReact = (id: string, value: Reaction): Promise<void> =>
  written((db) => react(db, id, value, speaker.value, clock));
export const ownForget = (id: string): Promise<void> => written((db) => refusedForget(db, id));

/** Joined: from now on one writes here under the meeting's pen name. */
export const meetingEnter = (row: Membership): Promise<void> =>
  written((db) =>
    dbWrite(db, ['meta', 'membership'], async (tx) => {
      await tx.putMembership(row);
      await tx.setCurrentMeeting(row.meetingId);
    }),
  );

/** The tablet goes to the next person: nobody is in a meeting here. What waits is sent all the same. */
export const meetingLeave = (): Promise<void> =>
  written((db) =>
    dbWrite(db, ['meta'], async (tx) => {
      await tx.setCurrentMeeting(null);
    }),
  );

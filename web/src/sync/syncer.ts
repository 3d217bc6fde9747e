/*
 * syncer: when to send, and in which order.
 *
 * A round: who is there (hello); what does it have of ours (have); words (push); photos (upload);
 * what others' tablets could not send (data/parcel.ts); what the meeting may know. It starts at once
 * when something is written, then by a timer of 2 to 60 seconds with jitter, whenever the network or
 * the page comes back, and slowly while something has not reached the city yet. One tab at a time.
 */
import { dbRead } from '../data/db';
import { cityCovers } from '../data/holders';
import { meetingFinished, meetingsForget } from '../data/meetings';
import { identityGet, outboxWaiting, type Waiting } from '../data/outbox';
import type { Hello } from './answers';
import { carriedRound } from './carry';
import { haveRound } from './have';
import { type PushDeps, pushRound, retryDelayMs } from './push';
import { helloAsk, reach } from './reach';
import { uploadRound } from './upload';

/** While words or photos are on their way from a venue to the city. */
const CITY_WAIT_MS = 60_000;
/** Another tab is at work. */
const OTHER_TAB_MS = 4_000;

export interface Timers {
  readonly set: (work: () => void, ms: number) => unknown;
  readonly clear: (timer: unknown) => void;
}

export interface SyncDeps extends PushDeps {
  readonly random: () => number;
  readonly timers: Timers;
  /** Runs the work if no other tab is at it; false when one is. */
  readonly alone: (work: () => Promise<void>) => Promise<boolean>;
  /** Called after each round. */
  readonly report: (round: Round) => void;
}

export interface Round {
  readonly reached: boolean;
  readonly hello: Hello | null;
  readonly waiting: Waiting;
  /** Nothing is left to do, not even for the city. */
  readonly done: boolean;
}

async function rest(db: IDBDatabase): Promise<{ waiting: Waiting; city: boolean }> {
  const waiting = await outboxWaiting(db);
  const left = await dbRead(db, ['ops', 'photo', 'carried'], async (tx) => {
    const photos = await tx.photos();
    return (
      (await tx.ops('stored')).length +
      (await tx.carried()).length +
      photos.filter((photo) => photo.state === 'waiting').length
    );
  });
  return { waiting, city: left === 0 };
}

/** One round; what is left of it is done by the next. */
export async function syncRound(
  deps: Omit<SyncDeps, 'timers' | 'alone' | 'report' | 'random'>,
): Promise<Round> {
  const hello = await helloAsk(deps.fetch);
  let complete = false;
  if (hello !== null) {
    // What it has of ours comes first: only then do its numbers mean our operations.
    const asked = await haveRound(deps, hello);
    if (asked) await cityCovers(deps.db, hello, hello.cityChange);
    const pushed = await pushRound(deps);
    // The words first, and all of them; a photo never holds them up.
    const uploaded = pushed.reached && (await uploadRound(deps, hello));
    const carried = pushed.reached && (await carriedRound(deps));
    complete = asked && uploaded && carried;
  }
  const { waiting, city } = await rest(deps.db);
  if (hello !== null) await presenceSend(deps, waiting);
  await meetingsForget(deps.db);
  return { reached: hello !== null, hello, waiting, done: complete && waiting.count === 0 && city };
}

/** The teacher's board shows which tablets still hold something. */
async function presenceSend(
  deps: Pick<SyncDeps, 'db' | 'fetch' | 'now'>,
  waiting: Waiting,
): Promise<void> {
  const meeting = await dbRead(deps.db, ['meta', 'membership'], (tx) => tx.currentMembership());
  if (meeting === undefined) return;
  const age = waiting.oldestMs === 0 ? 0 : Math.max(0, deps.now() - waiting.oldestMs);
  const { status, bytes } = await reach(
    deps.fetch,
    `/api/meetings/${meeting.meetingId}/presence`,
    {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ waiting: waiting.count, oldest_s: Math.floor(age / 1000) }),
    },
    await identityGet(deps.db),
  );
  if (status === 200 && isOver(bytes)) await meetingFinished(deps.db, meeting.meetingId);
}

function isOver(bytes: Uint8Array): boolean {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === 'object' && json !== null && Reflect.get(json, 'state') === 'finished';
  } catch {
    return false;
  }
}

export interface Syncer {
  /** Something was written, or the network may be back: try now. */
  kick(): void;
  stop(): void;
}

export function syncerStart(deps: SyncDeps): Syncer {
  let failures = 0;
  let running = false;
  let again = false;
  let stopped = false;
  let timer: unknown;

  const later = (ms: number): void => {
    deps.timers.clear(timer);
    if (!stopped) timer = deps.timers.set(kick, ms);
  };
  const work = async (): Promise<void> => {
    const round = await syncRound(deps);
    failures = round.reached && round.waiting.count === 0 ? 0 : failures + 1;
    deps.report(round);
    if (round.done) return;
    const slow = round.reached && round.waiting.count === 0;
    later(slow ? CITY_WAIT_MS * (0.5 + deps.random()) : retryDelayMs(failures, deps.random()));
  };
  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    deps.timers.clear(timer);
    try {
      do {
        again = false;
        if (!(await deps.alone(work))) later(OTHER_TAB_MS * (0.5 + deps.random()));
      } while (again && !stopped);
    } catch (error) {
      failures += 1;
      later(retryDelayMs(failures, deps.random()));
      console.warn('sending failed', error);
    } finally {
      running = false;
    }
  };
  const kick = (): void => void run();
  return {
    kick,
    stop: () => {
      stopped = true;
      deps.timers.clear(timer);
    },
  };
}

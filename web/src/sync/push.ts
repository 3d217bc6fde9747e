/*
 * push: offers the outbox to the server until it has everything.
 *
 * It tries at once when something is written, then by a timer of 2 to 60 seconds with jitter, and
 * whenever the network or the page comes back. A batch that cannot be read is offered one by one,
 * so that a single bad operation is found and set aside. Downloads never wait for it.
 */
import { identityGet, type Offer, outboxOffer, outboxSettle } from '../data/outbox';
import { ACK, pushRequestBytes, pushResponseFromBytes } from './messages';
import { base64Url } from './uuid';

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
const TIMEOUT_MS = 30_000;

export interface PushLimits {
  readonly ops: number;
  readonly bytes: number;
  readonly municipality: number;
}

export interface PushDeps {
  readonly db: IDBDatabase;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly random: () => number;
  readonly limits: () => PushLimits;
  /** Called after each answer: what is still waiting, and whether the server could be reached. */
  readonly report: (left: number, reached: boolean) => void;
}

export type PushOutcome = { reached: true; left: number } | { reached: false; status: number };

/** One round: everything that waits now, in batches. */
export async function pushRound(deps: PushDeps): Promise<PushOutcome> {
  let single = false;
  for (;;) {
    const limits = deps.limits();
    const offers = await outboxOffer(deps.db, single ? { ...limits, ops: 1 } : limits);
    if (offers.length === 0) return { reached: true, left: 0 };
    const outcome = await pushBatch(deps, offers);
    if (outcome.kind === 'settled') {
      // Nothing settled: the server asks to wait; the next round tries again.
      if (outcome.left === 0 || outcome.settled === 0) return { reached: true, left: outcome.left };
    } else if (outcome.kind === 'unreadable' && offers.length > 1) {
      single = true;
    } else if (outcome.kind === 'unreadable') {
      const [bad] = offers;
      if (bad === undefined) return { reached: false, status: outcome.status };
      const ack = { opId: bad.opId, status: ACK.quarantined, change: 0, reason: 'unreadable' };
      await outboxSettle(deps.db, [ack], { server: '', epoch: '' });
    } else {
      return { reached: false, status: outcome.status };
    }
  }
}

type BatchOutcome =
  | { kind: 'settled'; left: number; settled: number }
  | { kind: 'unreadable'; status: number }
  | { kind: 'failed'; status: number };

async function pushBatch(deps: PushDeps, offers: readonly Offer[]): Promise<BatchOutcome> {
  const identity = await identityGet(deps.db);
  const body = pushRequestBytes(
    identity.deviceId,
    deps.now(),
    offers.map((offer) => offer.bytes),
  );
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await deps.fetch('/sync/v1/ops', {
      method: 'POST',
      body,
      headers: {
        'Content-Type': 'application/x-protobuf',
        Authorization: `Bearer ${base64Url(identity.token)}`,
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch {
    return { kind: 'failed', status: 0 };
  }
  if (response.ok) {
    const answer = pushResponseFromBytes(bytes);
    const left = await outboxSettle(deps.db, answer.acks, {
      server: answer.serverId,
      epoch: answer.epoch,
    });
    const settled = answer.acks.filter((ack) => ack.status !== ACK.retryLater).length;
    return { kind: 'settled', left, settled };
  }
  const unreadable = [400, 413, 415, 422].includes(response.status);
  return { kind: unreadable ? 'unreadable' : 'failed', status: response.status };
}

/** Doubles from 2 to 60 seconds, each between half and the whole of it, so that a class spreads out. */
export function retryDelayMs(failures: number, random: number): number {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
  return whole / 2 + (whole / 2) * random;
}

export interface Pusher {
  /** Something was written, or the network may be back: try now. */
  kick(): void;
}

export function pusherStart(deps: PushDeps): Pusher {
  let failures = 0;
  let running = false;
  let again = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    clearTimeout(timer);
    try {
      do {
        again = false;
        const outcome = await pushRound(deps);
        if (outcome.reached) {
          failures = outcome.left === 0 ? 0 : failures + 1;
          deps.report(outcome.left, true);
        } else {
          failures += 1;
          deps.report(-1, false);
        }
        if (!outcome.reached || outcome.left > 0) {
          timer = setTimeout(kick, retryDelayMs(failures, deps.random()));
        }
      } while (again);
    } finally {
      running = false;
    }
  };
  const kick = (): void => {
    run().catch((error: unknown) => {
      deps.report(-1, false);
      failures += 1;
      timer = setTimeout(kick, retryDelayMs(failures, deps.random()));
      console.warn('sending failed', error);
    });
  };
  return { kick };
}

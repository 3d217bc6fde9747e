/*
 * push: offers the outbox to the server until it has everything.
 *
 * A batch that cannot be read is offered one by one, so that a single bad operation is found and
 * set aside. Downloads never wait for it. When to try is decided in sync/syncer.ts.
 */
import { cityCovers, missingOffered } from '../data/holders';
import { identityGet, type Offer, outboxOffer, outboxSettle } from '../data/outbox';
import { pushResponseFromBytes } from './answers';
import { ACK, pushRequestBytes } from './messages';
import { type Fetch, PROTOBUF, reach } from './reach';

export interface PushLimits {
  readonly ops: number;
  readonly bytes: number;
  readonly municipality: number;
}

export interface PushDeps {
  readonly db: IDBDatabase;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly limits: () => PushLimits;
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
  const init = { method: 'POST', body, headers: { 'Content-Type': PROTOBUF } };
  const { status, bytes } = await reach(deps.fetch, '/sync/v1/ops', init, identity);
  if (status !== 200) {
    const unreadable = [400, 413, 415, 422].includes(status);
    return { kind: unreadable ? 'unreadable' : 'failed', status };
  }
  let answer: ReturnType<typeof pushResponseFromBytes>;
  try {
    answer = pushResponseFromBytes(bytes);
  } catch {
    return { kind: 'failed', status };
  }
  const offered = new Set(offers.map((offer) => offer.opId));
  const acks = answer.acks.filter((ack) => offered.has(ack.opId));
  let left = await outboxSettle(deps.db, acks, answer);
  await cityCovers(deps.db, answer, answer.cityChange);
  left += await missingOffered(deps.db, answer.missingSeq);
  const settled = acks.filter((ack) => ack.status !== ACK.retryLater).length;
  return { kind: 'settled', left, settled };
}

/** Doubles from 2 to 60 seconds, each between half and the whole of it, so that a class spreads out. */
export function retryDelayMs(failures: number, random: number): number {
  const whole = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
  return whole / 2 + (whole / 2) * random;
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

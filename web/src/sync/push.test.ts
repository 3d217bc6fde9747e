import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { dbOpen, dbRead } from '../data/db';
import { commentWrite, identityGet, outboxCount } from '../data/outbox';
import { newComment } from '../data/testing';
import { ACK } from './messages';
import { type PushDeps, pushRound, retryDelayMs } from './push';
import { bytesFromUuid, uuidFromBytes } from './uuid';
import { WireWriter, wireFields } from './wire';

const clock = { now: () => 1_795_377_600_000 };
let db: IDBDatabase;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  db = await dbOpen();
  await identityGet(db);
});

async function write(n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    await commentWrite(db, newComment(`${i}`), clock);
  }
}

const opsOf = (body: Uint8Array): string[] =>
  [...wireFields(body)]
    .filter(({ field }) => field === 4)
    .map(({ bytes }) => uuidFromBytes([...wireFields(bytes)][0]?.bytes ?? new Uint8Array(16)));

function answer(ops: readonly string[], status: number): Response {
  const writer = new WireWriter()
    .bytes(1, new Uint8Array(16).fill(1))
    .bytes(2, new Uint8Array(16).fill(2));
  for (const id of ops) {
    writer.message(4, new WireWriter().bytes(1, bytesFromUuid(id)).uint(2, status).done());
  }
  return new Response(writer.done(), { status: 200 });
}

/** A server whose answer to each batch is decided by the test. */
function deps(
  serve: (ops: readonly string[], call: number) => Response,
): PushDeps & { calls: string[][] } {
  const calls: string[][] = [];
  return {
    calls,
    db,
    fetch: (_input, init) => {
      const ops = init?.body instanceof Uint8Array ? opsOf(init.body) : [];
      calls.push(ops);
      return Promise.resolve(serve(ops, calls.length));
    },
    now: clock.now,
    limits: () => ({ ops: 2, bytes: 250_000, municipality: 11202 }),
  };
}

describe('a round of sending', () => {
  it('sends everything in batches', async () => {
    await write(5);
    const server = deps((ops) => answer(ops, ACK.stored));
    expect(await pushRound(server)).toEqual({ reached: true, left: 0 });
    expect(server.calls.map((ops) => ops.length)).toEqual([2, 2, 1]);
  });

  it('keeps everything when nobody answers', async () => {
    await write(3);
    const lost = {
      ...deps(() => answer([], ACK.stored)),
      fetch: () => Promise.reject(new TypeError('lost')),
    };
    expect(await pushRound(lost)).toEqual({ reached: false, status: 0 });
    expect(await outboxCount(db)).toBe(3);
  });

  it('offers the same operations again after a lost answer', async () => {
    await write(1);
    const server = deps((ops, call) => {
      if (call === 1) throw new TypeError('the answer was lost');
      return answer(ops, ACK.duplicate);
    });
    await pushRound({ ...server, fetch: async (input, init) => server.fetch(input, init) });
    expect(await pushRound(server)).toEqual({ reached: true, left: 0 });
    expect(server.calls[1]).toEqual(server.calls[0]);
  });

  it('finds the one bad operation and lets its neighbours through', async () => {
    await write(3);
    let bad = '';
    const server = deps((ops, call) => {
      if (call === 1) bad = ops[1] ?? '';
      return ops.includes(bad) ? new Response('', { status: 400 }) : answer(ops, ACK.stored);
    });
    expect(await pushRound(server)).toEqual({ reached: true, left: 0 });
    const rows = await dbRead(db, ['own'], (tx) => tx.owns());
    expect(rows.map((row) => row.state).sort()).toEqual(['refused', 'stored', 'stored']);
  });

  it('does not ask again at once when the server asks to wait', async () => {
    await write(1);
    const server = deps((ops) => answer(ops, ACK.retryLater));
    expect(await pushRound(server)).toEqual({ reached: true, left: 1 });
    expect(server.calls).toHaveLength(1);
  });

  it('keeps everything when the meeting is full for now, and sends it later', async () => {
    await write(3);
    const server = deps((ops, call) =>
      call === 2
        ? new Response('{"code":"limit"}', { status: 429, headers: { 'Retry-After': '20' } })
        : answer(ops, ACK.stored),
    );
    expect(await pushRound(server)).toEqual({ reached: false, status: 429 });
    expect(await outboxCount(db)).toBe(1);
    expect(await pushRound(server)).toEqual({ reached: true, left: 0 });
    expect(server.calls[2]).toEqual(server.calls[1]);
    const rows = await dbRead(db, ['own'], (tx) => tx.owns());
    expect(rows.map((row) => row.state)).toEqual(['stored', 'stored', 'stored']);
  });
});

describe('the wait between tries', () => {
  it('lies between half and the whole of a doubling second, up to a minute', () => {
    expect(retryDelayMs(0, 0)).toBe(1000);
    expect(retryDelayMs(1, 1)).toBe(4000);
    expect(retryDelayMs(2, 0)).toBe(4000);
    expect(retryDelayMs(50, 1)).toBe(60_000);
  });
});

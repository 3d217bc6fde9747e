import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it } from 'vitest';
import { cacheOpen, knownComments, knownCursor, knownReplies } from '../data/cache';
import { pullRound } from './pull';
import { bytesFromUuid } from './uuid';
import { WireWriter } from './wire';

const id = (n: number): string => `0192f3a0-7c00-7000-8000-00000000000${n}`;
let cache: IDBDatabase;
beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  cache = await cacheOpen();
});

const comment = (change: number, n: number, text: string): Uint8Array =>
  new WireWriter()
    .uint(1, change)
    .message(
      2,
      new WireWriter()
        .bytes(1, bytesFromUuid(id(n)))
        .string(3, text)
        .done(),
    )
    .done();
const reply = (change: number, n: number, to: number): Uint8Array =>
  new WireWriter()
    .uint(1, change)
    .message(
      3,
      new WireWriter()
        .bytes(1, bytesFromUuid(id(n)))
        .bytes(2, bytesFromUuid(id(to)))
        .done(),
    )
    .done();
const removed = (change: number, n: number): Uint8Array =>
  new WireWriter()
    .uint(1, change)
    .message(5, bytesFromUuid(id(n)))
    .done();

function page(
  epoch: number,
  next: number,
  changes: readonly Uint8Array[],
  more = false,
  restarted = false,
): Response {
  const writer = new WireWriter()
    .bytes(1, new Uint8Array(16).fill(1))
    .bytes(2, new Uint8Array(16).fill(epoch))
    .uint(3, restarted ? 1 : 0)
    .uint(4, next)
    .uint(5, more ? 1 : 0);
  for (const change of changes) writer.message(6, change);
  writer.bytes(7, new Uint8Array(8).fill(next));
  return new Response(writer.done(), { status: 200 });
}

/** Answers in turn; what was asked is written down. */
function server(...answers: (() => Response | Promise<Response>)[]) {
  const asked: string[] = [];
  const fetch = async (path: string): Promise<Response> => {
    asked.push(path.replace(/[0-9a-f]{32}/, (hex) => hex.slice(0, 2)));
    const answer = answers[asked.length - 1];
    if (answer === undefined) throw new TypeError('lost');
    return answer();
  };
  return { asked, deps: { cache, fetch } };
}
const texts = async () => (await knownComments(cache)).map((row) => row.text);

it('reads page after page, and only what is new the next time', async () => {
  const first = server(
    () => page(2, 5, [comment(4, 1, 'a'), comment(5, 2, 'b')], true),
    () => page(2, 7, [comment(7, 1, 'c')]),
  );
  expect(await pullRound(first.deps)).toBe(true);
  expect(await texts()).toEqual(['c', 'b']);
  const second = server(() => page(2, 7, []));
  expect(await pullRound(second.deps)).toBe(true);
  expect(second.asked).toEqual([
    '/sync/v1/changes?since=7&limit=500&epoch=02&mark=0707070707070707',
  ]);
});

it('what is taken from the public goes from here, with its replies', async () => {
  const { deps } = server(
    () => page(2, 3, [comment(1, 1, 'a'), comment(2, 2, 'b'), reply(3, 3, 1)]),
    () => page(2, 4, [removed(4, 1)]),
  );
  await pullRound(deps);
  expect(await knownReplies(cache, id(1))).toHaveLength(1);
  await pullRound(deps);
  expect(await texts()).toEqual(['b']);
  expect(await knownReplies(cache, id(1))).toEqual([]);
});

it('another epoch replaces everything that was known', async () => {
  const { deps } = server(
    () => page(2, 9, [comment(9, 1, 'old')]),
    () => page(3, 1, [comment(1, 2, 'new')], false, true),
  );
  await pullRound(deps);
  await pullRound(deps);
  expect(await texts()).toEqual(['new']);
  expect(await knownCursor(cache)).toMatchObject({ since: 1, epoch: '03'.repeat(16) });
});

it('a server put back to an old image, in the same epoch, is read anew to its end', async () => {
  const { deps } = server(
    () => page(2, 9, [comment(9, 1, 'old')]),
    () => page(2, 4, [comment(4, 2, 'new')], true, true),
    () => page(2, 6, [comment(6, 3, 'newer')]),
  );
  await pullRound(deps);
  expect(await pullRound(deps)).toBe(true);
  expect(await texts()).toEqual(['new', 'newer']);
});

it('a page that is cut leaves neither rows nor cursor', async () => {
  const { deps } = server(async () => {
    const whole = new Uint8Array(await page(2, 9, [comment(9, 1, 'a')]).arrayBuffer());
    return new Response(whole.subarray(0, whole.length - 3), { status: 200 });
  });
  expect(await pullRound(deps)).toBe(false);
  expect(await texts()).toEqual([]);
  expect((await knownCursor(cache)).since).toBe(0);
});

it('two tabs that read the same page leave it once', async () => {
  const answer = (): Response => page(2, 2, [comment(2, 1, 'a')]);
  const { deps } = server(answer, answer, answer, answer);
  await Promise.all([pullRound(deps), pullRound(deps)]);
  expect(await texts()).toEqual(['a']);
  expect((await knownCursor(cache)).since).toBe(2);
});

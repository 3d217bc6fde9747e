import { expect, it, vi } from 'vitest';
import { aloneByLock } from './alone';

/** As much of Web Locks as is used; `held`: by another tab. */
function locksOf(state: { held: boolean }): LockManager {
  const request = async (name: string, _options: object, work: (lock: Lock | null) => unknown) =>
    work(state.held ? null : { name, mode: 'exclusive' });
  return { request, query: async () => ({}) } as LockManager;
}

it('a tab that was put to sleep while it sent does not keep the one in use from sending', async () => {
  const clock = { now: 1_000_000 };
  const other = { held: true };
  const alone = aloneByLock(
    locksOf(other),
    () => clock.now,
    () => true,
  );
  const work = vi.fn(async () => undefined);
  expect(await alone(work)).toBe(false);
  clock.now += 44_000;
  expect(await alone(work)).toBe(false);
  expect(work).not.toHaveBeenCalled();
  clock.now += 2_000;
  expect(await alone(work)).toBe(true);
  expect(work).toHaveBeenCalledTimes(1);
  // The other one woke up and has ended: the wait for the next begins anew.
  other.held = false;
  expect(await alone(work)).toBe(true);
  other.held = true;
  expect(await alone(work)).toBe(false);
});

it('a tab in the background goes on waiting', async () => {
  const clock = { now: 1_000_000 };
  const alone = aloneByLock(
    locksOf({ held: true }),
    () => clock.now,
    () => false,
  );
  const work = vi.fn(async () => undefined);
  for (let i = 0; i < 5; i++, clock.now += 60_000) expect(await alone(work)).toBe(false);
  expect(work).not.toHaveBeenCalled();
});

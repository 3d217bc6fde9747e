import { expect, it, vi } from 'vitest';
import { within } from './patience';

it('a request is stopped by its asker, also where the browser has no AbortSignal.any', () => {
  vi.stubGlobal(
    'AbortSignal',
    Object.assign(class {}, { timeout: AbortSignal.timeout.bind(AbortSignal) }),
  );
  const asker = new AbortController();
  const signal = within(60_000, asker.signal);
  expect(signal.aborted).toBe(false);
  asker.abort(new Error('typed on'));
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toEqual(new Error('typed on'));
  vi.unstubAllGlobals();
});

it('by its time, with or without an asker', async () => {
  for (const signal of [within(1), within(1, new AbortController().signal)]) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    expect(signal.reason.name).toBe('TimeoutError');
  }
});

it('and never starts when its asker has given up already', () => {
  expect(within(60_000, AbortSignal.abort()).aborted).toBe(true);
});

/* history: undo and redo of something that is replaced as a whole at each step. */

export interface History<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
}

/** More steps than a hand takes back. */
const MOST = 200;

export function historyOf<T>(now: T): History<T> {
  return { past: [], now, future: [] };
}

export function historyDo<T>(history: History<T>, now: T): History<T> {
  return { past: [...history.past, history.now].slice(-MOST), now, future: [] };
}

export function historyUndo<T>({ past, now, future }: History<T>): History<T> {
  const before = past.at(-1);
  return before === undefined
    ? { past, now, future }
    : { past: past.slice(0, -1), now: before, future: [now, ...future] };
}

export function historyRedo<T>({ past, now, future }: History<T>): History<T> {
  const [next, ...rest] = future;
  return next === undefined
    ? { past, now, future }
    : { past: [...past, now], now: next, future: rest };
}

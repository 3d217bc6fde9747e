/* notice: one short message at a time, spoken by screen readers too; some offer an undo. */
import { signal } from '@preact/signals-core';
import type { Key } from '../i18n/catalogue';
import type { Params } from '../i18n/text';

export interface Notice {
  readonly n: number;
  readonly key: Key;
  readonly params?: Params;
  readonly action?: { readonly key: Key; readonly run: () => void };
}

export const notice = signal<Notice | null>(null);
/** What is only spoken: counts, arrivals, moves of the pin. */
export const spoken = signal<{
  readonly key: Key;
  readonly params?: Params;
  readonly n: number;
} | null>(null);

let count = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function notify(key: Key, more: { params?: Params; action?: Notice['action'] } = {}): void {
  clearTimeout(timer);
  count += 1;
  notice.value = { n: count, key, ...more };
  timer = setTimeout(noticeClose, more.action === undefined ? 5_000 : 12_000);
}

export function noticeClose(): void {
  clearTimeout(timer);
  notice.value = null;
}

export function speak(key: Key, params?: Params): void {
  count += 1;
  spoken.value = { key, n: count, ...(params === undefined ? {} : { params }) };
}

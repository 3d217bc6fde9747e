/*
 * kiosk: a tablet that stands somewhere for everyone. After a comment it shows the receipt and then
 * starts anew; what somebody left half-written it asks about and never throws away by itself.
 */
import { effect, signal } from '@preact/signals-core';
import { filter, NO_FILTER } from './comments';
import { kiosk, penName } from './prefs';
import { navigate } from './route';
import { draft, draftDelete, draftHolds, lastSent, step } from './writing';

/** Seconds until the first screen, while the receipt is shown; null: no receipt is. */
export const leaving = signal<number | null>(null);
/** Nobody has touched the screen for long, and something half-written is on it. */
export const alone = signal(false);

export const THANKS_S = 30;
/** Reading is not writing: the list comes back after this long without a touch. */
const IDLE_MS = 120_000;
/** Somebody who writes may think for long; the next one is asked, nothing is thrown away. */
const ALONE_MS = 300_000;

let touched = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

export function startAnew(): void {
  leaving.value = null;
  alone.value = false;
  lastSent.value = null;
  step.value = 'off';
  draftDelete();
  penName.value = '';
  filter.value = NO_FILTER;
  navigate({ name: 'list' });
}

export function stay(): void {
  leaving.value = null;
  alone.value = false;
  touched = Date.now();
}

/** Once a second. */
export function kioskTick(now: number): void {
  if (leaving.value !== null) {
    leaving.value -= 1;
    if (leaving.value <= 0) startAnew();
    return;
  }
  const idle = now - touched;
  if (draftHolds(draft.value) || step.value !== 'off') alone.value = idle > ALONE_MS;
  else if (idle > IDLE_MS) {
    touched = now;
    startAnew();
  }
}

export function kioskStart(): void {
  for (const name of ['pointerdown', 'keydown', 'input'] as const)
    addEventListener(name, () => {
      touched = Date.now();
    });
  effect(() => {
    clearInterval(timer);
    if (!kiosk.value) return;
    timer = setInterval(() => kioskTick(Date.now()), 1_000);
  });
  effect(() => {
    if (kiosk.value && lastSent.value !== null) leaving.value = THANKS_S;
  });
}

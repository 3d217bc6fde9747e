/*
 * measuring: readings while they are made: the value as typed, the instrument, the wait.
 *
 * The start of the wait is kept in the draft, not the seconds: it goes on while the page is closed.
 */
import { effect, signal } from '@preact/signals-core';
import type { Measuring } from '../data/db';
import { ja } from '../i18n/catalogue';
import type { Reading } from '../sync/messages';
import {
  INSTRUMENTS,
  isEarly,
  type QuantityName,
  valueFromText,
  waitedSeconds,
} from '../write/reading';
import { draft, draftSet } from './writing';

/** The time, once a second while a timer runs. */
export const now = signal(Date.now());
/** Counts timers that came to their end while somebody was there. */
export const timerDone = signal(0);

export function measuringAdd(quantity: QuantityName): void {
  const row: Measuring = {
    quantity,
    text: '',
    instrument: '',
    startedMs: null,
    waitedS: null,
    takenMs: 0,
  };
  draftSet({ measuring: [...draft.value.measuring, row] });
}

export function measuringRemove(at: number): void {
  draftSet({ measuring: draft.value.measuring.filter((_row, i) => i !== at) });
}

function change(at: number, to: Partial<Measuring>): void {
  draftSet({
    measuring: draft.value.measuring.map((row, i) => (i === at ? { ...row, ...to } : row)),
  });
}

/** A value is read when it is typed: from then on its wait is known. */
export function measuringSet(at: number, to: { text?: string; instrument?: string }): void {
  const row = draft.value.measuring[at];
  if (row === undefined) return;
  const read = to.text !== undefined && to.text !== row.text;
  const time = Date.now();
  change(at, {
    ...to,
    ...(read ? { waitedS: waitedSeconds(row.startedMs, time), takenMs: time } : {}),
  });
}

export function measuringTimer(at: number, on: boolean): void {
  now.value = Date.now();
  change(at, { startedMs: on ? now.value : null });
}

export function readingsFrom(rows: readonly Measuring[]): Reading[] {
  return rows.flatMap((row) => {
    const value = valueFromText(row.text);
    if (value === null) return [];
    const known = INSTRUMENTS.find((name) => name === row.instrument);
    return [
      {
        quantity: row.quantity,
        valueMilli: Math.round(value * 1000),
        // Exports show it as it is: in the words of the city.
        instrument: known === undefined ? row.instrument.trim() : ja[`instrument.${known}`],
        waitedS: row.waitedS ?? 0,
        takenMs: row.takenMs,
      },
    ];
  });
}

/** A short sound and a shake, for whoever asked for it. */
export function chime(): void {
  navigator.vibrate?.([200, 120, 200]);
  try {
    const audio = new AudioContext();
    const volume = audio.createGain();
    volume.connect(audio.destination);
    volume.gain.setValueAtTime(0.15, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.9);
    for (const [i, pitch] of [659, 880].entries()) {
      const tone = audio.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(volume);
      tone.start(audio.currentTime + 0.25 * i);
      tone.stop(audio.currentTime + 0.9);
    }
    setTimeout(() => void audio.close(), 1_500);
  } catch {
    // A device without sound has said it on the screen.
  }
}

export function measuringStart(): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  effect(() => {
    const running = draft.value.measuring.some((row) => row.startedMs !== null);
    clearInterval(timer);
    if (!running) return;
    timer = setInterval(() => {
      const [before, time] = [now.peek(), Date.now()];
      now.value = time;
      const ended = draft
        .peek()
        .measuring.some(
          ({ startedMs }) =>
            startedMs !== null &&
            isEarly(waitedSeconds(startedMs, before)) &&
            !isEarly(waitedSeconds(startedMs, time)),
        );
      if (ended) timerDone.value += 1;
    }, 1_000);
  });
}

/*
 * inside: what was written inside the meeting that one is in and is not public (yet).
 *
 * Tiles and the public list do not have it; the app lays it over them, for members only.
 */
import { effect, signal } from '@preact/signals-core';
import { insideGet } from '../api/own';
import type { Comment } from '../api/parse';
import { identityGet } from '../data/outbox';
import { notify } from './notice';
import { database, membership } from './own';

export const insideComments = signal<readonly Comment[]>([]);

/** The public stream does not tell of what is inside. */
const LOOK_MS = 20_000;

export async function insideLoad(): Promise<void> {
  const meetingId = membership.peek()?.meetingId;
  if (meetingId === undefined) return;
  const answer = await insideGet(await identityGet(await database()), meetingId);
  if (answer.ok && membership.peek()?.meetingId === meetingId)
    insideComments.value = answer.value.comments;
}

export function insideStart(): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let meetingId = '';
  let over = false;
  effect(() => {
    const now = membership.value?.meetingId ?? '';
    if (now === meetingId) {
      over = membership.value?.state === 'finished';
      return;
    }
    // The lesson is over and everything at the city: the tablet forgot by itself (data/meetings.ts).
    if (over && now === '') notify('class.wiped');
    over = membership.value?.state === 'finished';
    meetingId = now;
    clearInterval(timer);
    insideComments.value = [];
    if (now === '') return;
    void insideLoad();
    timer = setInterval(() => {
      if (document.visibilityState === 'visible') void insideLoad();
    }, LOOK_MS);
  });
}

/* meetings: those one leads, the one that is open, its board, and what is done with them. */
import { signal } from '@preact/signals';
import type { components } from 'contract';
import type { Result } from '../api/client';
import { isJson } from '../api/parse';
import { ask, done } from './ask';

export type Meeting = components['schemas']['Meeting'];
export type NewMeeting = components['schemas']['NewMeeting'];
export type Board = components['schemas']['Board'];
export type MeetingKind = Meeting['kind'];
export const MEETING_KINDS: readonly MeetingKind[] = [
  'class',
  'workshop',
  'walk',
  'lounge',
  'council',
];

export interface OpenMeeting {
  readonly meeting: Meeting;
  readonly code: string | null;
  readonly expires: string | null;
  readonly joinUrl: string | null;
}

function meetingFromJson(json: unknown): Meeting | null {
  return isJson(json) && typeof json.id === 'string' && typeof json.title === 'string'
    ? (json as unknown as Meeting)
    : null;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function openFromJson(json: unknown): OpenMeeting | null {
  if (!isJson(json)) return null;
  const meeting = meetingFromJson(json.meeting);
  if (meeting === null) return null;
  const path = textOrNull(json.join_url);
  return {
    meeting,
    code: textOrNull(json.code),
    expires: textOrNull(json.expires),
    joinUrl: path === null ? null : new URL(path, location.origin).href,
  };
}

export const meetings = signal<readonly Meeting[] | null>(null);
export const meetingsFailed = signal(false);

/** Open ones first, then by their start, newest first. */
export function sortMeetings(list: readonly Meeting[]): Meeting[] {
  return [...list].sort(
    (a, b) =>
      Number(a.state === 'finished') - Number(b.state === 'finished') ||
      b.starts.localeCompare(a.starts),
  );
}

export async function meetingsLoad(): Promise<void> {
  const answer = await ask('GET', '/api/meetings', (json) =>
    isJson(json) && Array.isArray(json.meetings)
      ? json.meetings.map(meetingFromJson).filter((meeting) => meeting !== null)
      : null,
  );
  meetingsFailed.value = !answer.ok;
  if (answer.ok) meetings.value = sortMeetings(answer.value);
}

export const meetingGet = (id: string): Promise<Result<OpenMeeting>> =>
  ask('GET', `/api/meetings/${id}`, openFromJson);
export const meetingOpen = (meeting: NewMeeting): Promise<Result<OpenMeeting>> =>
  ask('POST', '/api/meetings', openFromJson, meeting);
export const meetingNewCode = (id: string): Promise<Result<OpenMeeting>> =>
  ask('POST', `/api/meetings/${id}/code`, openFromJson);
export const meetingFinish = (id: string): Promise<Result<OpenMeeting>> =>
  ask('POST', `/api/meetings/${id}/finish`, openFromJson);
export const meetingExtend = (id: string, ends: string): Promise<Result<OpenMeeting>> =>
  ask('PATCH', `/api/meetings/${id}`, openFromJson, { ends });

export interface Released {
  readonly released: number;
  readonly left: number;
}

export const release = (
  id: string,
  comments: readonly string[] | 'all',
): Promise<Result<Released>> =>
  ask(
    'POST',
    `/api/meetings/${id}/release`,
    (json) =>
      isJson(json) && typeof json.released === 'number'
        ? { released: json.released, left: Array.isArray(json.left) ? json.left.length : 0 }
        : null,
    { comments },
  );

/** A pupil forgot: a new PIN, told once. */
export const pinRenew = (id: string, penName: string): Promise<Result<string>> =>
  ask(
    'POST',
    `/api/meetings/${id}/pin`,
    (json) => (isJson(json) && typeof json.pin === 'string' ? json.pin : null),
    { pen_name: penName },
  );

/** Names, PINs and words of a finished meeting go for good. */
export const personsForget = (id: string): Promise<Result<true>> =>
  ask('DELETE', `/api/meetings/${id}/persons`, done);

export const boardGet = (id: string): Promise<Result<Board>> =>
  ask('GET', `/api/meetings/${id}/board`, (json) =>
    isJson(json) && isJson(json.counts) && Array.isArray(json.tablets)
      ? (json as unknown as Board)
      : null,
  );

/** Calls back when the board has changed; returns how to stop. The browser reconnects by itself. */
export function boardWatch(id: string, changed: () => void): () => void {
  const source = new EventSource(`/api/meetings/${id}/live`);
  source.addEventListener('board', changed);
  return () => source.close();
}

/*
 * joining: coming into a meeting by its code, under a pen name; handing the tablet on; leaving.
 *
 * No real name is asked for anywhere. PIN and words are sent once and not kept here.
 */
import { signal } from '@preact/signals-core';
import type { Failure, Result } from '../api/client';
import {
  type FreeName,
  type Joined,
  joinAsk,
  joinName,
  joinReturn,
  type Meeting,
  type TakenName,
} from '../api/own';
import { identityGet } from '../data/outbox';
import { gradeFromNumber } from '../i18n/grade';
import { codeRead } from '../sync/receipt';
import { guardForget } from './guard';
import { insideLoad } from './inside';
import { database, meetingEnter, meetingLeave } from './own';
import { grade, lang } from './prefs';
import { draftDelete, step } from './writing';

export type Trouble = 'none' | 'code' | 'network' | 'many' | 'taken' | 'wrong' | 'other';

export const joined = signal<Joined | null>(null);
export const joinTrouble = signal<Trouble>('none');
export const joinBusy = signal(false);
/** The words that bring a name back, while they are shown. */
export const recoveryWords = signal<readonly string[] | null>(null);
/** The code of the meeting the tablet is in: the next pupil need not type it. */
const CODE_KEY = 'kakikomap.code';

export function codeKept(): string {
  try {
    return sessionStorage.getItem(CODE_KEY) ?? '';
  } catch {
    return '';
  }
}

function codeKeep(code: string): void {
  try {
    if (code === '') sessionStorage.removeItem(CODE_KEY);
    else sessionStorage.setItem(CODE_KEY, code);
  } catch {
    // Then it is typed again.
  }
}

const CODE_LENGTH = 8;

function troubleOf({ kind, status }: Failure, wrong: Trouble): Trouble {
  if (kind === 'network') return 'network';
  if (status === 429) return 'many';
  if (status === 409) return 'taken';
  if (status === 404 || status === 422) return 'code';
  return status === 401 ? wrong : 'other';
}

async function asked<T>(work: () => Promise<Result<T>>, wrong: Trouble): Promise<T | null> {
  if (joinBusy.value) return null;
  joinBusy.value = true;
  joinTrouble.value = 'none';
  try {
    const answer = await work();
    if (answer.ok) return answer.value;
    joinTrouble.value = troubleOf(answer.failure, wrong);
    return null;
  } finally {
    joinBusy.value = false;
  }
}

export async function joinOpen(typed: string): Promise<boolean> {
  const code = codeRead(typed, CODE_LENGTH);
  if (code === null) {
    joinTrouble.value = 'code';
    return false;
  }
  const identity = await identityGet(await database());
  const answer = await asked(() => joinAsk(identity, code), 'other');
  if (answer === null) return false;
  joined.value = answer;
  codeKeep(code);
  // A class reads in its own words from here on.
  const year = gradeFromNumber(answer.meeting.grade);
  if (year !== null) {
    lang.value = 'easy';
    grade.value = year;
  }
  return true;
}

async function enter(meeting: Meeting, taken: TakenName, name: FreeName | null): Promise<void> {
  const { id, spaceId, kind, title, hold, cards, questions, startsMs, endsMs, state } = meeting;
  await meetingEnter({
    ...{ meetingId: id, spaceId, kind, title, hold, cards, questions, startsMs, endsMs, state },
    authorId: taken.authorId,
    penName: taken.penName,
    animal: name?.animal ?? '',
    colour: name?.colour ?? '',
    grade: meeting.grade,
  });
  void insideLoad();
}

export async function nameTake(name: FreeName, pin: string): Promise<boolean> {
  const now = joined.value;
  if (now === null) return false;
  const identity = await identityGet(await database());
  const body = { code: codeKept(), pen_name: name.name, pin };
  const taken = await asked(() => joinName(identity, body), 'other');
  if (taken === null) {
    // Somebody was quicker: other names are free.
    if (joinTrouble.value === 'taken') await namesAgain();
    return false;
  }
  await enter(now.meeting, taken, name);
  recoveryWords.value = taken.words;
  return true;
}

async function namesAgain(): Promise<void> {
  const identity = await identityGet(await database());
  const answer = await joinAsk(identity, codeKept());
  if (answer.ok) joined.value = answer.value;
}

export async function nameReturn(
  penName: string,
  by: { pin: string } | { words: string[] },
): Promise<boolean> {
  const now = joined.value;
  if (now === null) return false;
  const identity = await identityGet(await database());
  const body = { code: codeKept(), pen_name: penName.trim(), ...by };
  const taken = await asked(() => joinReturn(identity, body), 'wrong');
  if (taken === null) return false;
  await enter(now.meeting, taken, null);
  return true;
}

/** Nothing of the one before stays on the screen; what waits is sent all the same, under its name. */
export async function handOver(): Promise<void> {
  step.value = 'off';
  draftDelete();
  guardForget();
  recoveryWords.value = null;
  await meetingLeave();
}

export async function meetingQuit(): Promise<void> {
  await handOver();
  codeKeep('');
  joined.value = null;
}

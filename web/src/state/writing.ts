/*
 * writing: the comment that is being written, from choosing the place to sending.
 *
 * Every change is kept in the database, so that closing the page (or the camera killing it) loses
 * nothing.
 */
import { computed, effect, signal } from '@preact/signals-core';
import { type Draft, dbRead, dbWrite, EMPTY_DRAFT as EMPTY, type OwnRow } from '../data/db';
import { receiptMake } from '../sync/receipt';
import { COMMENT_KIND, type CommentKind } from '../sync/words';
import { readingFault } from '../write/reading';
import { connection } from './live';
import { notify } from './notice';
import { database, ownComment, ownWithdraw, speaker } from './own';
import { navigate } from './route';
import { TEXT_LIMIT, TITLE_LIMIT } from './town';

const E7 = 1e7;

export type Step = 'off' | 'place' | 'draw' | 'form' | 'similar';

export const step = signal<Step>('off');
export const draft = signal<Draft>(EMPTY);
/** Name of the building the pin is on, for the screen only. */
export const buildingName = signal('');
/** A draft of an earlier visit that was found at the start. */
export const leftDraft = signal(false);
export const tried = signal(false);
export const saveFailed = signal(false);
export const sending = signal(false);
/** Words that begin a reply to a comment that says the same already. */
export const replyText = signal<{ readonly id: string; readonly text: string } | null>(null);
/** The one that was just kept, with its receipt; the kiosk starts anew after it. */
export const lastSent = signal<OwnRow | null>(null);

export const textLeft = computed(() => TEXT_LIMIT - [...draft.value.text.trim()].length);

/** Whether there is something that one would miss. */
export function draftHolds(now: Draft): boolean {
  return (
    now.kind !== null ||
    now.text.trim() !== '' ||
    now.title.trim() !== '' ||
    now.drawing.length + now.measuring.length + now.photos.length > 0
  );
}

export type Fault = 'kind' | 'text' | 'long' | 'reading';
export const faults = computed<readonly Fault[]>(() => {
  const { kind, text, title, measuring, drawing } = draft.value;
  const list: Fault[] = [];
  if (kind === null) list.push('kind');
  // A drawing, a measured value or a title may speak for itself.
  const speaks = title.trim() !== '' || measuring.length > 0 || drawing.length > 0;
  if (text.trim() === '' && !speaks) list.push('text');
  else if (textLeft.value < 0) list.push('long');
  if (measuring.some((row) => readingFault(row.quantity, row.text) !== null)) list.push('reading');
  return list;
});

export function writeStart(): void {
  tried.value = false;
  saveFailed.value = false;
  leftDraft.value = false;
  step.value = 'place';
}

export function draftSet(change: Partial<Draft>): void {
  draft.value = { ...draft.value, ...change };
}

export function writeCancel(): void {
  step.value = 'off';
  leftDraft.value = draftHolds(draft.value);
  if (!leftDraft.value) draftDelete();
}

export function draftDelete(): void {
  draft.value = EMPTY;
  buildingName.value = '';
  leftDraft.value = false;
}

const plain = (text: string): string => text.trim().normalize('NFC');

function undo(id: string): void {
  ownWithdraw(id)
    .then(() => {
      navigate({ name: 'list' });
      notify('write.undone');
    })
    .catch(() => notify('write.errorSave'));
}

/** `readings` turns what was measured into what is sent (state/measuring.ts). */
let readings: (now: Draft) => Draft['readings'] = (now) => now.readings;
export function readingsBy(work: typeof readings): void {
  readings = work;
}

export async function writeSend(): Promise<boolean> {
  tried.value = true;
  const now = draft.value;
  const { kind, lon, lat } = now;
  if (faults.value.length > 0 || kind === null || lon === null || lat === null || sending.value)
    return false;
  sending.value = true;
  saveFailed.value = false;
  try {
    const row = await ownComment({
      kind: kind in COMMENT_KIND ? (kind as CommentKind) : 'idea',
      title: plain(now.title).slice(0, TITLE_LIMIT),
      text: plain(now.text),
      mood: now.mood,
      cardId: now.cardId,
      place: {
        lonE7: Math.round(lon * E7),
        latE7: Math.round(lat * E7),
        buildingId: now.buildingId,
        shape: now.shape,
        corners: now.corners.map(([x, y]) => [Math.round(x * E7), Math.round(y * E7)] as const),
        source: now.buildingId !== '' && now.source === 'tap' ? 'building' : now.source,
        accuracyM: now.accuracyM,
      },
      drawing: now.drawing,
      readings: readings(now),
      photos: now.photos.map((photo) => ({ ...photo, alt: plain(photo.alt) })),
      speaker: speaker.value,
      receipt: receiptMake(),
    });
    step.value = 'off';
    draftDelete();
    lastSent.value = row;
    navigate({ name: 'comment', id: row.id });
    // Where nothing can be sent now, «on the map» would promise too much; a class keeps it inside.
    const key =
      connection.value === 'lost'
        ? 'comment.waiting'
        : row.meetingId !== null
          ? 'write.sentClass'
          : 'write.sent';
    notify(key, { action: { key: 'write.undo', run: () => undo(row.id) } });
    return true;
  } catch {
    saveFailed.value = true;
    return false;
  } finally {
    sending.value = false;
  }
}

let dirty = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Keeps the draft for good, to be called and waited for before the camera opens: on small tablets
 * the camera ends the page. Fails when it cannot be kept; then the camera must not open.
 */
export async function draftHold(): Promise<void> {
  const now = { ...draft.value, open: true };
  const db = await database();
  await dbWrite(db, ['draft'], (tx) => tx.putDraft(now));
}

/** What is written now is on the disk when this is done. */
export async function draftStore(): Promise<void> {
  clearTimeout(timer);
  if (!dirty) return;
  dirty = false;
  const now: Draft = { ...draft.value, open: false };
  try {
    const db = await database();
    await dbWrite(db, ['draft'], (tx) => (draftHolds(now) ? tx.putDraft(now) : tx.deleteDraft()));
  } catch {
    saveFailed.value = true;
  }
}

export async function writingStart(): Promise<void> {
  const db = await database();
  const kept = await dbRead(db, ['draft'], (tx) => tx.draft());
  if (kept !== undefined && draftHolds({ ...EMPTY, ...kept })) {
    draft.value = { ...EMPTY, ...kept, open: false };
    // The camera ended the page: on we go where it was opened.
    if (kept.open) step.value = 'form';
    else leftDraft.value = true;
  }
  let first = true;
  effect(() => {
    void draft.value;
    if (first) {
      first = false;
      return;
    }
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => void draftStore(), 300);
  });
  document.addEventListener('visibilitychange', () => void draftStore());
  addEventListener('pagehide', () => void draftStore());
}

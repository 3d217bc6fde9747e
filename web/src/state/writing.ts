/*
 * writing: the comment that is being written, from choosing the place to sending.
 *
 * Every change is kept in the database, so that closing the page (or the camera killing it) loses
 * nothing.
 */
import { computed, effect, signal } from '@preact/signals-core';
import { type Draft, dbRead, dbWrite, EMPTY_DRAFT as EMPTY, type Tx } from '../data/db';
import { COMMENT_KIND, type CommentKind } from '../sync/messages';
import { receiptMake } from '../sync/receipt';
import { connection } from './live';
import { notify } from './notice';
import { database, ownComment, ownWithdraw, speaker } from './own';
import { navigate } from './route';
import { TEXT_LIMIT } from './town';

const E7 = 1e7;

export type Step = 'off' | 'place' | 'form';

export const step = signal<Step>('off');
export const draft = signal<Draft>(EMPTY);
/** Name of the building the pin is on, for the screen only. */
export const buildingName = signal('');
/** A draft of an earlier visit that was found at the start. */
export const leftDraft = signal(false);
export const tried = signal(false);
export const saveFailed = signal(false);
export const sending = signal(false);

export const textLeft = computed(() => TEXT_LIMIT - [...draft.value.text.trim()].length);

export type Fault = 'kind' | 'text' | 'long';
export const faults = computed<readonly Fault[]>(() => {
  const list: Fault[] = [];
  if (draft.value.kind === null) list.push('kind');
  if (draft.value.text.trim() === '') list.push('text');
  else if (textLeft.value < 0) list.push('long');
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
  const { kind, text } = draft.value;
  leftDraft.value = kind !== null || text.trim() !== '';
  if (!leftDraft.value) draftDelete();
}

export function draftDelete(): void {
  draft.value = EMPTY;
  buildingName.value = '';
  leftDraft.value = false;
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
      title: now.title.trim().normalize('NFC'),
      text: now.text.trim().normalize('NFC'),
      mood: now.mood,
      cardId: now.cardId,
      place: {
        lonE7: Math.round(lon * E7),
        latE7: Math.round(lat * E7),
        buildingId: now.buildingId,
        shape: now.shape,
        corners: now.corners.map(([x, y]) => [Math.round(x * E7), Math.round(y * E7)] as const),
        source: now.source,
        accuracyM: now.accuracyM,
      },
      drawing: now.drawing,
      readings: now.readings,
      photos: now.photos,
      speaker: speaker.value,
      receipt: receiptMake(),
    });
    step.value = 'off';
    draftDelete();
    navigate({ name: 'comment', id: row.id });
    // Where nothing can be sent now, «on the map» would promise too much.
    notify(connection.value === 'lost' ? 'comment.waiting' : 'write.sent', {
      action: {
        key: 'write.undo',
        run: () => {
          ownWithdraw(row.id)
            .then(() => {
              navigate({ name: 'list' });
              notify('write.undone');
            })
            .catch(() => notify('write.errorSave'));
        },
      },
    });
    return true;
  } catch {
    saveFailed.value = true;
    return false;
  } finally {
    sending.value = false;
  }
}

function isWorthKeeping(now: Draft): boolean {
  return (
    now.kind !== null || now.text.trim() !== '' || now.title.trim() !== '' || now.photos.length > 0
  );
}

/**
 * Keeps the draft for good, to be called and waited for before the camera opens: on small tablets
 * the camera ends the page. Fails when it cannot be kept; then the camera must not open.
 */
export async function draftHold(): Promise<void> {
  const now = { ...draft.value, open: true };
  const db = await database();
  await dbWrite(db, ['draft'], (tx) => tx.putDraft(now));
}

export async function writingStart(): Promise<void> {
  const db = await database();
  const kept = await dbRead(db, ['draft'], (tx) => tx.draft());
  if (kept !== undefined && isWorthKeeping(kept)) {
    draft.value = { ...kept, open: false };
    // The camera ended the page: on we go where it was opened.
    if (kept.open) step.value = 'form';
    else leftDraft.value = true;
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dirty = false;
  const save = (): void => {
    clearTimeout(timer);
    if (!dirty) return;
    dirty = false;
    const now = draft.value;
    const write = (tx: Tx) => (isWorthKeeping(now) ? tx.putDraft(now) : tx.deleteDraft());
    dbWrite(db, ['draft'], write).catch(() => {
      saveFailed.value = true;
    });
  };
  let first = true;
  effect(() => {
    void draft.value;
    if (first) {
      first = false;
      return;
    }
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 300);
  });
  document.addEventListener('visibilitychange', save);
  addEventListener('pagehide', save);
}

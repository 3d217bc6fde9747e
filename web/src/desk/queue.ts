/* queue: what waits for a person, one of it opened with its history, and what is decided. */
import { signal } from '@preact/signals';
import type { components } from 'contract';
import type { Result } from '../api/client';
import { isJson } from '../api/parse';
import { ask } from './ask';

export type Item = components['schemas']['ModerationItem'];
export type Detail = components['schemas']['ModerationDetail'];
export type Action = components['schemas']['ModerationAction'];
export type ActionName = Action['action'];
export type Reason = Action['reason'];
export type Box = components['schemas']['RedactionBox'];
export type Wanted = 'held' | 'signals' | 'appeals' | 'all';
export const WANTED: readonly Wanted[] = ['held', 'signals', 'appeals', 'all'];

export const REASONS: readonly Reason[] = [
  'personal_information',
  'third_person_name',
  'abuse',
  'advertising',
  'off_topic',
  'duplicate',
  'unsafe_place',
  'person_in_photo',
  'illegal',
  'test',
  'author',
  'other',
];

export interface QueueFilter {
  readonly state: Wanted;
  readonly meeting: string | null;
}

export interface Page {
  readonly items: readonly Item[];
  readonly next: number | null;
}

function itemFromJson(json: unknown): Item | null {
  return isJson(json) && typeof json.id === 'string' && typeof json.status === 'string'
    ? (json as unknown as Item)
    : null;
}

function pageFromJson(json: unknown): Page | null {
  if (!isJson(json) || !Array.isArray(json.items)) return null;
  return {
    items: json.items.map(itemFromJson).filter((item) => item !== null),
    next: typeof json.next === 'number' ? json.next : null,
  };
}

export function pageGet(filter: QueueFilter, cursor: number | null): Promise<Result<Page>> {
  const params = new URLSearchParams({ state: filter.state });
  if (filter.meeting !== null) params.set('meeting', filter.meeting);
  if (cursor !== null) params.set('cursor', String(cursor));
  return ask('GET', `/api/moderation?${params}`, pageFromJson);
}

export const detailGet = (id: string): Promise<Result<Detail>> =>
  ask('GET', `/api/moderation/${id}`, (json) =>
    isJson(json) && isJson(json.item) && Array.isArray(json.history)
      ? (json as unknown as Detail)
      : null,
  );

/** null: the object is no more (it was erased). */
export const decide = (id: string, action: Action): Promise<Result<{ item: Item | null }>> =>
  ask(
    'POST',
    `/api/moderation/${id}`,
    (json) => ({ item: json === null ? null : itemFromJson(json) }),
    action,
  );

export interface BulkDone {
  readonly done: number;
  readonly refused: number;
}

export const decideMany = (
  ids: readonly string[],
  action: ActionName,
  reason: Reason,
  note: string,
): Promise<Result<BulkDone>> =>
  ask(
    'POST',
    '/api/moderation',
    (json) =>
      isJson(json) && typeof json.done === 'number'
        ? { done: json.done, refused: Array.isArray(json.refused) ? json.refused.length : 0 }
        : null,
    { ids, action, reason, ...(note === '' ? {} : { note }) },
  );

export const filter = signal<QueueFilter>({ state: 'held', meeting: null });
export const items = signal<readonly Item[] | null>(null);
export const next = signal<number | null>(null);
export const failed = signal(false);
export const chosen = signal<ReadonlySet<string>>(new Set());

let run = 0;

export async function queueLoad(more = false): Promise<void> {
  run += 1;
  const mine = run;
  const answer = await pageGet(filter.value, more ? next.value : null);
  if (mine !== run) return;
  failed.value = !answer.ok;
  if (!answer.ok) return;
  items.value = more ? [...(items.value ?? []), ...answer.value.items] : answer.value.items;
  next.value = answer.value.next;
  const there = new Set(items.value.map((item) => item.id));
  chosen.value = new Set([...chosen.value].filter((id) => there.has(id)));
}

export function queueFilter(change: Partial<QueueFilter>): void {
  filter.value = { ...filter.value, ...change };
  items.value = null;
  chosen.value = new Set();
  void queueLoad();
}

export function choose(id: string, on: boolean): void {
  const now = new Set(chosen.value);
  if (on) now.add(id);
  else now.delete(id);
  chosen.value = now;
}

/** What can be done with an item as it is now; the server checks again. */
export function actionsFor(item: Item, mayErase: boolean): ActionName[] {
  const actions: ActionName[] = [];
  if (item.status === 'withdrawn') return mayErase ? ['erase'] : [];
  if (item.status === 'held') actions.push('publish');
  if (item.status === 'public') actions.push('hold');
  if (item.status !== 'masked' && item.type !== 'photo') actions.push('mask');
  if (item.status !== 'hidden') actions.push('hide');
  if (item.status === 'hidden' || item.status === 'masked') actions.push('restore');
  if (item.type === 'comment') actions.push('blur');
  if (mayErase) actions.push('erase');
  return actions;
}

/** Two corners of a drag over a picture → a box in thousandths, in order and inside. */
export function boxFromDrag(
  a: { x: number; y: number },
  b: { x: number; y: number },
  size: { width: number; height: number },
): Box | null {
  const share = (value: number, whole: number): number =>
    Math.round(Math.min(1, Math.max(0, whole > 0 ? value / whole : 0)) * 1000);
  const box = {
    left: Math.min(share(a.x, size.width), share(b.x, size.width)),
    right: Math.max(share(a.x, size.width), share(b.x, size.width)),
    top: Math.min(share(a.y, size.height), share(b.y, size.height)),
    bottom: Math.max(share(a.y, size.height), share(b.y, size.height)),
  };
  // A tap is no box.
  return box.right - box.left >= 10 && box.bottom - box.top >= 10 ? box : null;
}

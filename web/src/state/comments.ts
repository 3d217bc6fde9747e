/*
 * comments: the filtered list and the opened comment.
 *
 * What is shown = what the server confirmed, with this device's waiting operations replayed on top.
 */
import { computed, effect, signal, untracked } from '@preact/signals-core';
import { commentGet, commentsGet, type Failure, type Filter, type Result } from '../api/client';
import { commentsCount } from '../api/count';
import { insideCommentGet } from '../api/own';
import type { Comment, CommentDetail, CommentPage, Reply } from '../api/parse';
import type { OwnRow } from '../data/db';
import { identityGet } from '../data/outbox';
import { COMMENT_KIND, type CommentKind } from '../sync/messages';
import { insideComments } from './inside';
import { told } from './mine';
import { speak } from './notice';
import { detailInstead, type PageWish, pageInstead } from './offline';
import { database, membership, ownReactions, owns, ownWaiting, speaker } from './own';
import { setParam, startParams, view } from './route';
import { cardsById } from './town';

const PAGE = 60;

function listParam(params: URLSearchParams, name: string): string[] {
  return (params.get(name) ?? '').split(',').filter((word) => word !== '');
}

export function filterFromParams(params: URLSearchParams): Filter {
  return {
    q: params.get('q') ?? '',
    kinds: listParam(params, 'kind'),
    cards: listParam(params, 'card'),
    channels: listParam(params, 'channel'),
  };
}

export const filter = signal<Filter>(filterFromParams(startParams));
export const filterCount = computed(
  () => filter.value.kinds.length + filter.value.cards.length + filter.value.channels.length,
);
export const filtered = computed(() => filterCount.value > 0 || filter.value.q.trim() !== '');
export const NO_FILTER: Filter = { q: '', kinds: [], cards: [], channels: [] };

export type Bounds = readonly [number, number, number, number];
export const onlyInView = signal(false);
/** What the map shows now; null until it has drawn. */
export const mapBounds = signal<Bounds | null>(null);

interface List {
  readonly comments: readonly Comment[];
  readonly next: string | null;
  readonly matched: number | null;
  readonly state: 'loading' | 'ready' | 'failed';
  readonly failure: Failure | null;
}

const list = signal<List>({
  comments: [],
  next: null,
  matched: null,
  state: 'loading',
  failure: null,
});
export const listState = computed(() => list.value.state);
export const listHasMore = computed(() => list.value.next !== null);

/** A comment as it is shown: `mine` is ours, `waiting` and `refused` are not with the server. */
export interface ShownComment extends Comment {
  /** Written by whoever has the tablet now. */
  readonly mine: boolean;
  readonly local: 'none' | 'waiting' | 'refused';
  readonly reason: string;
}

/** On a shared tablet only the one who wrote it may change it. */
function isMine(own: OwnRow): boolean {
  return own.authorId === speaker.value.authorId;
}

function replayed(comment: Comment, own: OwnRow | undefined): ShownComment | null {
  if (own === undefined) return { ...comment, mine: false, local: 'none', reason: '' };
  if (own.state === 'withdrawn') return null;
  const edited = own.textRev > 0 && own.state === 'waiting';
  return {
    ...comment,
    ...(edited ? { text: own.text, edited: true } : {}),
    mine: isMine(own),
    local: edited ? 'waiting' : own.state === 'refused' ? 'refused' : 'none',
    reason: own.reason,
  };
}

export function shownFromOwn(row: OwnRow): ShownComment {
  const mine = isMine(row);
  const status = told.value.get(row.id)?.status;
  return {
    id: row.id,
    lon: row.lonE7 / 1e7,
    lat: row.latE7 / 1e7,
    kind: row.kind in COMMENT_KIND ? (row.kind as CommentKind) : 'idea',
    title: row.title,
    text: row.text,
    mood: row.mood,
    shape: row.shape,
    corners: row.corners.map(([x, y]) => [x / 1e7, y / 1e7] as const),
    drawing: row.drawing,
    readings: row.readings,
    photos: row.photos.map((photo) => ({ ...photo, url: '', thumb: '' })),
    meetingId: row.meetingId,
    source: '',
    cardId: row.cardId,
    cardTitle: row.cardId === null ? null : (cardsById.value.get(row.cardId)?.title ?? null),
    channel: row.meetingId === null ? 'web' : 'tablet',
    hat: row.meetingId === null ? 'citizen' : 'pupil',
    hatLabel: null,
    // The next person at the tablet does not see who wrote before.
    penName: (mine && row.penName) || null,
    status:
      status === 'masked' || status === 'held'
        ? status
        : row.meetingId !== null && row.state === 'stored'
          ? 'held'
          : 'public',
    createdAt: new Date(row.madeMs).toISOString(),
    edited: false,
    buildingId: row.buildingId || null,
    agree: 0,
    disagree: 0,
    unsure: 0,
    replyCount: 0,
    change: 0,
    mine,
    local: row.state === 'refused' ? 'refused' : row.state === 'stored' ? 'none' : 'waiting',
    reason: row.reason,
  };
}

/** Whether a comment that the server has not seen would be in the filtered list. */
export function matches(comment: ShownComment, wanted: Filter): boolean {
  const plain = (text: string): string => text.normalize('NFKC').toLowerCase();
  const words = plain(`${comment.title}\n${comment.text}`);
  return (
    (wanted.q.trim() === '' || words.includes(plain(wanted.q.trim()))) &&
    (wanted.kinds.length === 0 || wanted.kinds.includes(comment.kind)) &&
    (wanted.cards.length === 0 ||
      (comment.cardId !== null && wanted.cards.includes(comment.cardId))) &&
    (wanted.channels.length === 0 || wanted.channels.includes(comment.channel))
  );
}

export const shown = computed<readonly ShownComment[]>(() => {
  const confirmed = list.value.comments;
  const known = new Set(confirmed.map((comment) => comment.id));
  const waiting = ownWaiting.value
    .filter((row) => !known.has(row.id))
    .map(shownFromOwn)
    .filter((comment) => matches(comment, filter.value));
  const replay = (comments: readonly Comment[]): ShownComment[] =>
    comments
      .map((comment) => replayed(comment, owns.value.get(comment.id)))
      .filter((comment) => comment !== null);
  const inside = replay(insideComments.value.filter((comment) => !known.has(comment.id)));
  return [
    ...waiting,
    ...inside.filter((comment) => matches(comment, filter.value)),
    ...replay(confirmed),
  ];
});

/** How many there are: exact, or at least so many where more pages wait. */
export const found = computed(() => {
  const { matched, comments, next } = list.value;
  const extra = shown.value.length - comments.length;
  if (matched !== null) return { n: Math.max(0, matched + extra), more: false };
  return { n: shown.value.length, more: next !== null };
});

let running: AbortController | null = null;

function bboxNow(): { bbox?: Bounds } {
  const bounds = mapBounds.value;
  return onlyInView.value && bounds !== null ? { bbox: bounds } : {};
}

/** From the server, else from what this device knows. */
async function pageGet(
  wanted: Filter,
  page: PageWish,
  signal: AbortSignal,
): Promise<Result<CommentPage>> {
  const answer = await commentsGet(wanted, page, signal);
  return answer.ok ? answer : pageInstead(answer.failure, wanted, page);
}

/** Loads the list anew; what is on the screen stays until the answer is there. */
export async function listLoad(quiet = false): Promise<void> {
  running?.abort();
  const control = new AbortController();
  running = control;
  const before = untracked(() => list.value);
  if (!quiet) list.value = { ...before, state: 'loading', failure: null };
  // A quiet refresh keeps as many as were already read.
  const limit = quiet ? Math.min(1000, Math.max(PAGE, before.comments.length)) : PAGE;
  const answer = await pageGet(
    untracked(() => filter.value),
    { limit, ...untracked(bboxNow) },
    control.signal,
  );
  if (control.signal.aborted) return;
  if (answer.ok) {
    const { comments, next } = answer.value;
    // While the count is on its way the old one stays, if it is of the same question.
    list.value = {
      comments,
      next,
      matched: quiet ? before.matched : null,
      state: 'ready',
      failure: null,
    };
    await countLoad(control.signal);
    if (!quiet && untracked(() => filtered.value)) {
      speak(found.value.more ? 'list.foundMore' : 'list.found', { n: found.value.n });
    }
  } else if (!quiet) {
    list.value = { ...list.value, state: 'failed', failure: answer.failure };
  }
}

/** How many there are in all, when the first page does not hold them. */
async function countLoad(signal: AbortSignal): Promise<void> {
  const now = untracked(() => list.value);
  if (now.next === null || untracked(() => onlyInView.value)) {
    list.value = { ...now, matched: null };
    return;
  }
  const matched = await commentsCount(
    untracked(() => filter.value),
    signal,
  );
  if (!signal.aborted) list.value = { ...untracked(() => list.value), matched };
}

export async function listMore(): Promise<void> {
  const { next, comments } = list.value;
  if (next === null) return;
  const control = new AbortController();
  running?.abort();
  running = control;
  const answer = await pageGet(
    filter.value,
    { limit: PAGE, cursor: next, ...bboxNow() },
    control.signal,
  );
  if (control.signal.aborted) return;
  if (!answer.ok) {
    list.value = { ...list.value, state: 'failed', failure: answer.failure };
    return;
  }
  const known = new Set(comments.map((comment) => comment.id));
  const added = answer.value.comments.filter((comment) => !known.has(comment.id));
  list.value = {
    ...list.value,
    comments: [...comments, ...added],
    next: answer.value.next,
    state: 'ready',
    failure: null,
  };
}

type Detail =
  | { readonly state: 'none' }
  | { readonly state: 'loading'; readonly id: string }
  | { readonly state: 'missing'; readonly id: string }
  | { readonly state: 'failed'; readonly id: string }
  | { readonly state: 'ready'; readonly id: string; readonly detail: CommentDetail };

const detail = signal<Detail>({ state: 'none' });

export interface ShownReply extends Reply {
  readonly mine: boolean;
  readonly local: 'none' | 'waiting' | 'refused';
}

export type Opened =
  | { readonly state: 'none' | 'loading' | 'missing' | 'failed' }
  | {
      readonly state: 'ready';
      readonly comment: ShownComment;
      readonly replies: readonly ShownReply[];
    };

/** The comment that is open, from the server or, until it answers, from the list or this device. */
export const opened = computed<Opened>(() => {
  const now = view.value;
  if (now.name !== 'comment') return { state: 'none' };
  const own = owns.value.get(now.id);
  if (own?.state === 'withdrawn') return { state: 'missing' };
  const state = detail.value;
  const fromServer = state.state === 'ready' && state.id === now.id ? state.detail : null;
  const comment =
    fromServer !== null
      ? replayed(fromServer, own)
      : (shown.value.find((item) => item.id === now.id) ??
        // What is held or hidden is still there for the one who wrote it.
        (own !== undefined && own.type === 'comment' && (own.state !== 'stored' || isMine(own))
          ? shownFromOwn(own)
          : null));
  if (comment !== null)
    return {
      state: 'ready',
      comment: withReaction(comment, fromServer),
      replies: repliesOf(now.id, fromServer),
    };
  if (state.state === 'missing' || state.state === 'failed') return { state: state.state };
  return { state: 'loading' };
});

/** The count already holds our own stored reaction; a newer one that still waits is added by hand. */
const reactionBase = new Map<string, { value: string; change: number }>();

function withReaction(comment: ShownComment, fromServer: CommentDetail | null): ShownComment {
  const mine = ownReactions.value.get(comment.id)?.value ?? 'none';
  if (fromServer === null) return comment;
  const base = reactionBase.get(comment.id);
  if (base === undefined || base.change !== fromServer.change) {
    reactionBase.set(comment.id, { value: mine, change: fromServer.change });
    return comment;
  }
  if (base.value === mine) return comment;
  const delta = (name: string): number => (mine === name ? 1 : 0) - (base.value === name ? 1 : 0);
  return {
    ...comment,
    agree: Math.max(0, comment.agree + delta('agree')),
    disagree: Math.max(0, comment.disagree + delta('disagree')),
    unsure: Math.max(0, comment.unsure + delta('unsure')),
  };
}

function repliesOf(id: string, fromServer: CommentDetail | null): ShownReply[] {
  const known = new Set(fromServer?.replies.map((reply) => reply.id));
  const confirmed: ShownReply[] = [];
  for (const reply of fromServer?.replies ?? []) {
    const own = owns.value.get(reply.id);
    if (own?.state === 'withdrawn') continue;
    confirmed.push({ ...reply, mine: own !== undefined && isMine(own), local: 'none' });
  }
  const waiting = [...owns.value.values()]
    .filter(
      (row) =>
        row.type === 'reply' &&
        row.commentId === id &&
        !known.has(row.id) &&
        row.state !== 'withdrawn',
    )
    .sort((a, b) => a.madeMs - b.madeMs)
    .map(
      (row): ShownReply => ({
        id: row.id,
        text: row.text,
        channel: 'web',
        hat: 'citizen',
        hatLabel: null,
        penName: row.penName || null,
        source: '',
        createdAt: new Date(row.madeMs).toISOString(),
        edited: false,
        mine: isMine(row),
        local: row.state === 'refused' ? 'refused' : row.state === 'stored' ? 'none' : 'waiting',
      }),
    );
  return [...confirmed, ...waiting];
}

let detailRunning: AbortController | null = null;

/** Inside a meeting one may read more than the public: the device says who it is. */
async function detailAsk(id: string, signal: AbortSignal): Promise<Result<CommentDetail>> {
  if (membership.peek() === null) return commentGet(id, signal);
  return insideCommentGet(await identityGet(await database()), id, signal);
}

export async function detailLoad(id: string, quiet = false): Promise<void> {
  detailRunning?.abort();
  // What waits on this device cannot be asked for yet.
  const own = untracked(() => owns.value.get(id));
  if (own !== undefined && own.textRev === 0 && own.state === 'waiting') return;
  const control = new AbortController();
  detailRunning = control;
  if (!quiet) detail.value = { state: 'loading', id };
  const told = await detailAsk(id, control.signal);
  const answer = told.ok ? told : await detailInstead(told.failure, id);
  if (control.signal.aborted) return;
  if (answer.ok) detail.value = { state: 'ready', id, detail: answer.value };
  else if (answer.failure.status === 404 || answer.failure.status === 410)
    detail.value = { state: 'missing', id };
  else if (!quiet) detail.value = { state: 'failed', id };
}

/** After a change: the list, and the open comment if it is the one. */
export function refresh(ids: ReadonlySet<string> | null): void {
  void listLoad(true);
  const now = view.value;
  if (now.name === 'comment' && (ids === null || ids.has(now.id))) void detailLoad(now.id, true);
}

export function commentsStart(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = true;
  effect(() => {
    const wanted = filter.value;
    setParam('q', wanted.q.trim());
    setParam('kind', wanted.kinds.join(','));
    setParam('card', wanted.cards.join(','));
    setParam('channel', wanted.channels.join(','));
    clearTimeout(timer);
    timer = setTimeout(() => void listLoad(), first ? 0 : 220);
    first = false;
  });
  let areaTimer: ReturnType<typeof setTimeout> | undefined;
  let wasOnly = false;
  effect(() => {
    const only = onlyInView.value;
    void (only && mapBounds.value);
    if (!only && !wasOnly) return;
    wasOnly = only;
    clearTimeout(areaTimer);
    areaTimer = setTimeout(() => void listLoad(), 300);
  });
  effect(() => {
    const now = view.value;
    if (now.name === 'comment') {
      const { id } = now;
      untracked(() => void detailLoad(id));
    } else detail.value = { state: 'none' };
  });
}

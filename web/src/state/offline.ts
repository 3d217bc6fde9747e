/*
 * offline: what everyone wrote, as far as this device knows it, for when nobody can be asked.
 *
 * A copy is kept up to date while there is a connection: by change numbers, so that what was hidden
 * or erased goes from here, too. A town with very many comments is copied only on request.
 */
import { signal } from '@preact/signals-core';
import type { Failure, Filter, Result } from '../api/client';
import type { Comment, CommentDetail, CommentPage, Reply } from '../api/parse';
import { cacheDatabase, knownComment, knownComments, knownReplies } from '../data/cache';
import type { CommentView, ReplyView } from '../sync/answers';
import { pullRound } from '../sync/pull';
import { cardsById, hello } from './town';

/** Up to so many changes a device copies them without being asked: some megabytes. */
const COPY_MAX = 20_000;
const GATHER_MS = 1_500;

/** What the map shows when the server cannot be reached; null: it can, or nothing is known. */
export const knownPoints = signal<readonly Comment[] | null>(null);

/** Counts how often the copy became newer. */
export const copied = signal(0);

let timer: ReturnType<typeof setTimeout> | undefined;
let running = false;

/** Something may be new: copies it soon. `wanted`: also when it is much. */
export function copySoon(wanted = false): void {
  if (!wanted && (hello.value === null || hello.value.change > COPY_MAX)) return;
  clearTimeout(timer);
  timer = setTimeout(() => void copyNow(), GATHER_MS);
}

export async function copyNow(): Promise<boolean> {
  if (running) return false;
  running = true;
  try {
    const cache = await cacheDatabase();
    const done = await pullRound({ cache, fetch: (path, init) => fetch(path, init) });
    copied.value += 1;
    return done;
  } catch (error) {
    console.warn('comments cannot be kept on this device', error);
    return false;
  } finally {
    running = false;
  }
}

export async function offlineShow(lost: boolean): Promise<void> {
  const views = lost ? await cacheDatabase().then(knownComments) : [];
  knownPoints.value = views.length === 0 ? null : views.map(commentFromView);
}

export function commentFromView(view: CommentView): Comment {
  return {
    id: view.id,
    lon: view.place.lonE7 / 1e7,
    lat: view.place.latE7 / 1e7,
    kind: view.kind,
    title: view.title,
    text: view.text,
    mood: view.mood,
    shape: view.place.shape,
    corners: view.place.corners.map(([x, y]) => [x / 1e7, y / 1e7] as const),
    drawing: view.drawing,
    readings: view.readings,
    photos: view.photos.map(({ id, width, height, alt }) => ({
      ...{ id, width, height, alt },
      url: '',
      thumb: '',
    })),
    meetingId: view.meetingId,
    source: view.source,
    cardId: view.cardId,
    cardTitle: view.cardId === null ? null : (cardsById.value.get(view.cardId)?.title ?? null),
    channel: view.channel,
    hat: view.hat,
    hatLabel: null,
    penName: view.penName || null,
    status: view.status === 'masked' ? 'masked' : 'public',
    createdAt: new Date(view.madeMs).toISOString(),
    edited: view.edited,
    buildingId: view.place.buildingId || null,
    agree: view.agree,
    disagree: view.disagree,
    unsure: view.unsure,
    replyCount: view.replyCount,
    change: 0,
  };
}

function replyFromView(view: ReplyView): Reply {
  return {
    id: view.id,
    text: view.text,
    channel: view.channel,
    hat: view.hat,
    hatLabel: null,
    penName: view.penName || null,
    source: view.source,
    createdAt: new Date(view.madeMs).toISOString(),
    edited: view.edited,
  };
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** The server's own filter, over what is known here. */
export function passes(
  view: { title?: string } & Pick<Comment, 'text' | 'kind' | 'cardId' | 'channel'>,
  wanted: Filter,
): boolean {
  const word = plain(wanted.q.trim());
  return (
    (word === '' || plain(`${view.title ?? ''}\n${view.text}`).includes(word)) &&
    (wanted.kinds.length === 0 || wanted.kinds.includes(view.kind)) &&
    (wanted.cards.length === 0 || (view.cardId !== null && wanted.cards.includes(view.cardId))) &&
    (wanted.channels.length === 0 || wanted.channels.includes(view.channel))
  );
}

export interface PageWish {
  readonly limit: number;
  readonly cursor?: string;
  readonly bbox?: readonly [number, number, number, number];
}

/** Instead of an answer that did not come; the failure itself when nothing is known here. */
export async function pageInstead(
  failure: Failure,
  wanted: Filter,
  page: PageWish,
): Promise<Result<CommentPage>> {
  if (failure.kind !== 'network') return { ok: false, failure };
  const views = await cacheDatabase()
    .then(knownComments)
    .catch(() => []);
  if (views.length === 0) return { ok: false, failure };
  const [west, south, east, north] = page.bbox ?? [-180, -90, 180, 90];
  const matching = views
    .filter(({ place }) => {
      const [lon, lat] = [place.lonE7 / 1e7, place.latE7 / 1e7];
      return lon >= west && lon <= east && lat >= south && lat <= north;
    })
    .filter((view) => passes(view, wanted))
    .sort((a, b) => b.madeMs - a.madeMs || (a.id < b.id ? 1 : -1));
  const from = Number(page.cursor ?? 0) || 0;
  const until = from + page.limit;
  const value: CommentPage = {
    comments: matching.slice(from, until).map(commentFromView),
    next: until < matching.length ? String(until) : null,
    change: 0,
  };
  return { ok: true, value };
}

export async function detailInstead(failure: Failure, id: string): Promise<Result<CommentDetail>> {
  if (failure.kind !== 'network') return { ok: false, failure };
  const cache = await cacheDatabase().catch(() => null);
  const view = cache === null ? undefined : await knownComment(cache, id);
  if (cache === null || view === undefined) return { ok: false, failure };
  const replies = (await knownReplies(cache, id)).sort((a, b) => a.madeMs - b.madeMs);
  return { ok: true, value: { ...commentFromView(view), replies: replies.map(replyFromView) } };
}

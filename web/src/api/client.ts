/*
 * client: the one place that talks JSON with the server.
 *
 * Answers are parsed at this border (api/parse.ts); inside the app everything has its type.
 * Expected failures are values: the network, a refusal, an answer that is not what was promised.
 */

import { cacheDatabase, keep, keptOf } from '../data/cache';
import { type Layer, layersFromJson } from './layers';
import {
  type Card,
  type CommentDetail,
  type CommentPage,
  cardsFromJson,
  detailFromJson,
  pageFromJson,
} from './parse';
import { within } from './patience';

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

export interface Failure {
  /** network: nobody answered. refused: the server said no. garbled: the answer makes no sense. aborted: we stopped. */
  readonly kind: 'network' | 'refused' | 'garbled' | 'aborted';
  readonly status: number;
  readonly code: string;
}

const TIMEOUT_MS = 20_000;

/** One question as JSON, or without a body; the answer is parsed or is a failure. */
export async function askJson<T>(
  method: string,
  path: string,
  body: unknown,
  parse: (json: unknown) => T | null,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
  onText?: (text: string) => void,
): Promise<Result<T>> {
  try {
    const response = await fetch(path, {
      method,
      signal: within(TIMEOUT_MS, signal),
      headers: body === null ? headers : { ...headers, 'Content-Type': 'application/json' },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      const problem: unknown = await response.json().catch(() => null);
      const code =
        typeof problem === 'object' && problem !== null && 'code' in problem
          ? String(problem.code)
          : '';
      return { ok: false, failure: { kind: 'refused', status: response.status, code } };
    }
    const text = await response.text();
    const value = parse(jsonOf(text));
    if (value === null)
      return { ok: false, failure: { kind: 'garbled', status: response.status, code: '' } };
    onText?.(text);
    return { ok: true, value };
  } catch {
    const kind = signal?.aborted ? 'aborted' : 'network';
    return { ok: false, failure: { kind, status: 0, code: '' } };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the app cannot open without: kept on the device, and read there when nobody answers. */
async function getKept<T>(path: string, parse: (json: unknown) => T | null): Promise<Result<T>> {
  const cache = await cacheDatabase().catch(() => null);
  const answer = await getJson(path, parse, undefined, (text) => {
    // A device without room goes on without a memory.
    if (cache !== null) keep(cache, path, text, Date.now()).catch(() => undefined);
  });
  if (answer.ok || answer.failure.kind !== 'network' || cache === null) return answer;
  const kept = await keptOf(cache, path).catch(() => undefined);
  const value = kept === undefined ? null : parse(jsonOf(kept.body));
  return value === null ? answer : { ok: true, value };
}

function getJson<T>(
  path: string,
  parse: (json: unknown) => T | null,
  signal?: AbortSignal,
  onText?: (text: string) => void,
): Promise<Result<T>> {
  return askJson('GET', path, null, parse, {}, signal, onText);
}

export interface Filter {
  readonly q: string;
  readonly kinds: readonly string[];
  readonly cards: readonly string[];
  readonly channels: readonly string[];
}

/** The filter as the server's parameters; the same for the list and for the tiles of the map. */
export function filterParams(filter: Filter): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.q.trim() !== '') params.set('q', filter.q.trim());
  if (filter.kinds.length > 0) params.set('kind', filter.kinds.join(','));
  if (filter.cards.length > 0) params.set('card', filter.cards.join(','));
  if (filter.channels.length > 0) params.set('channel', filter.channels.join(','));
  return params;
}

export function commentsGet(
  filter: Filter,
  page: { limit: number; cursor?: string; bbox?: readonly [number, number, number, number] },
  signal?: AbortSignal,
): Promise<Result<CommentPage>> {
  const params = filterParams(filter);
  params.set('limit', String(page.limit));
  if (page.cursor !== undefined) params.set('cursor', page.cursor);
  if (page.bbox !== undefined)
    params.set('bbox', page.bbox.map((degree) => degree.toFixed(7)).join(','));
  return getJson(`/api/comments?${params}`, pageFromJson, signal);
}

export function commentGet(id: string, signal?: AbortSignal): Promise<Result<CommentDetail>> {
  return getJson(`/api/comments/${id}`, detailFromJson, signal);
}

export function cardsGet(): Promise<Result<Card[]>> {
  return getKept('/api/cards', cardsFromJson);
}

export interface TownTiles {
  /** Plain words; anything between angle brackets is left out. */
  readonly attribution: string;
  /** West, south, east, north; null when the server does not say. */
  readonly bounds: readonly [number, number, number, number] | null;
  /** Longitude and latitude of where there is most to see. */
  readonly center: readonly [number, number] | null;
}

/** A TileJSON, as the map reads it. */
export function tileJsonGet(name: string): Promise<Result<Record<string, unknown>>> {
  return getKept(`/tiles/${name}.json`, (json) =>
    typeof json === 'object' && json !== null ? { ...json } : null,
  );
}

export function layersGet(): Promise<Result<Layer[]>> {
  return getKept('/api/layers', layersFromJson);
}

export function townTilesGet(): Promise<Result<TownTiles>> {
  return getKept('/tiles/city.json', (json) => {
    if (typeof json !== 'object' || json === null) return null;
    const attribution =
      'attribution' in json ? String(json.attribution).replaceAll(/<[^>]*>/g, '') : '';
    const numbers: unknown[] = 'bounds' in json && Array.isArray(json.bounds) ? json.bounds : [];
    const [west, south, east, north] = numbers.map(Number);
    const known = [west, south, east, north].every(Number.isFinite);
    const middle: unknown[] = 'center' in json && Array.isArray(json.center) ? json.center : [];
    const [lon = Number.NaN, lat = Number.NaN] = middle.map(Number);
    return {
      attribution,
      center: Number.isFinite(lon) && Number.isFinite(lat) ? [lon, lat] : null,
      bounds: known ? [west ?? 0, south ?? 0, east ?? 0, north ?? 0] : null,
    };
  });
}

export function styleGet(theme: string, lang: string): Promise<Result<Record<string, unknown>>> {
  return getKept(`/api/style.json?theme=${theme}&lang=${lang}`, (json) =>
    typeof json === 'object' && json !== null ? { ...json } : null,
  );
}

/*
 * parse: answers of the server, checked field by field against the contract (schema/openapi.yaml).
 *
 * A single comment that makes no sense is left out rather than failing its neighbours. The types
 * at the bottom tie each name that is read here to the generated contract.
 */

import type { components } from 'contract';
import type { Reading, Stroke } from '../sync/messages';
import { isUuid } from '../sync/uuid';
import {
  CHANNEL,
  type Channel,
  COMMENT_KIND,
  type CommentKind,
  HAT,
  type Hat,
  MOOD,
  type Mood,
  QUANTITY,
  SHAPE,
  type Shape,
} from '../sync/words';

export interface Photo {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
  /** Addresses of the picture and of the small one; empty when its bytes have not come. */
  readonly url: string;
  readonly thumb: string;
}

export interface Comment {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  readonly kind: CommentKind;
  readonly title: string;
  readonly text: string;
  readonly mood: Mood;
  readonly shape: Shape;
  /** Of lines and areas, in degrees. */
  readonly corners: readonly (readonly [number, number])[];
  readonly drawing: readonly Stroke[];
  readonly readings: readonly Reading[];
  readonly photos: readonly Photo[];
  readonly meetingId: string | null;
  /** Of an official fact: where the city published it. */
  readonly source: string;
  readonly cardId: string | null;
  readonly cardTitle: string | null;
  readonly channel: Channel;
  readonly hat: Hat;
  readonly hatLabel: string | null;
  readonly penName: string | null;
  readonly status: 'public' | 'masked' | 'held';
  readonly createdAt: string;
  readonly edited: boolean;
  readonly buildingId: string | null;
  readonly agree: number;
  readonly disagree: number;
  readonly unsure: number;
  readonly replyCount: number;
  readonly change: number;
}

export interface Reply {
  readonly id: string;
  readonly text: string;
  readonly channel: Channel;
  readonly hat: Hat;
  readonly hatLabel: string | null;
  readonly penName: string | null;
  /** Of an official answer: where the city published it. */
  readonly source: string;
  readonly createdAt: string;
  readonly edited: boolean;
}

export interface CommentDetail extends Comment {
  readonly replies: readonly Reply[];
}

export interface CommentPage {
  readonly comments: readonly Comment[];
  readonly next: string | null;
  readonly change: number;
}

export interface Card {
  readonly id: string;
  readonly title: string;
  readonly titleEasy: string;
  readonly titleEn: string;
  readonly description: string;
  readonly icon: string;
  readonly colour: string;
  readonly position: number;
  readonly commentCount: number;
}

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
export const numberOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0;

export function oneOf<T extends string>(known: Record<T, unknown>, value: unknown): T | null {
  return typeof value === 'string' && Object.hasOwn(known, value) ? (value as T) : null;
}

/** Reads only names the contract has: a renamed field is a compile error here. */
export function reader<T extends object>(json: Json): (name: keyof T & string) => unknown {
  return (name) => json[name];
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

const E7 = 1e7;

function spots(value: unknown): [number, number][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((at) =>
    Array.isArray(at) && typeof at[0] === 'number' && typeof at[1] === 'number'
      ? [[at[0], at[1]] as [number, number]]
      : [],
  );
}

/** A line or an area beside the point that stands for it; of an area the ring is closed. */
function shapeFrom(shape: unknown, geometry: unknown): Pick<Comment, 'shape' | 'corners'> {
  const name = oneOf<Shape>(SHAPE, shape) ?? 'point';
  if (name === 'point' || !isJson(geometry)) return { shape: 'point', corners: [] };
  const at: unknown = geometry.coordinates;
  if (name === 'line') return { shape: name, corners: spots(at) };
  return { shape: name, corners: spots(Array.isArray(at) ? at[0] : null).slice(0, -1) };
}

function strokeFrom(json: Json): Stroke {
  const get = reader<components['schemas']['Stroke']>(json);
  const corners = spots(get('path')).map(
    ([lon, lat]) => [Math.round(lon * E7), Math.round(lat * E7)] as const,
  );
  return { corners, colour: numberOf(get('colour')), width: numberOf(get('width')) || 1 };
}

function readingFrom(json: Json): Reading | null {
  const get = reader<components['schemas']['Reading']>(json);
  const quantity = oneOf<Reading['quantity']>(QUANTITY, get('quantity'));
  const value = get('value');
  if (quantity === null || typeof value !== 'number') return null;
  return {
    quantity,
    valueMilli: Math.round(value * 1000),
    instrument: textOf(get('instrument')),
    waitedS: numberOf(get('waited_s')),
    takenMs: Date.parse(textOf(get('taken_at'))) || 0,
  };
}

/** Only addresses of this server's own pictures. */
const pictureUrl = (value: unknown): string =>
  typeof value === 'string' && value.startsWith('/photos/') ? value : '';

function photoFrom(json: Json): Photo | null {
  const get = reader<components['schemas']['Photo']>(json);
  const id = textOf(get('id'));
  if (!isUuid(id)) return null;
  return {
    id,
    width: numberOf(get('width')),
    height: numberOf(get('height')),
    alt: textOf(get('alt')),
    url: pictureUrl(get('url')),
    thumb: pictureUrl(get('thumb')),
  };
}

export function commentFromJson(json: unknown): Comment | null {
  if (!isJson(json) || !isJson(json.geometry) || !isJson(json.properties)) return null;
  const at = json.geometry.coordinates;
  if (!Array.isArray(at) || typeof at[0] !== 'number' || typeof at[1] !== 'number') return null;
  const get = reader<components['schemas']['CommentProperties']>(json.properties);
  const kind = oneOf(COMMENT_KIND, get('kind'));
  if (kind === null || typeof json.id !== 'string' || !isUuid(json.id)) return null;
  const status = get('status');
  return {
    id: json.id,
    lon: at[0],
    lat: at[1],
    kind,
    title: textOf(get('title')),
    text: textOf(get('text')),
    mood: oneOf<Mood>(MOOD, get('mood')) ?? 'none',
    ...shapeFrom(get('shape'), get('geometry')),
    drawing: list(get('drawing')).map(strokeFrom),
    readings: list(get('readings'))
      .map(readingFrom)
      .filter((reading) => reading !== null),
    photos: list(get('photos'))
      .map(photoFrom)
      .filter((photo) => photo !== null),
    meetingId: textOrNull(get('meeting')),
    source: textOf(get('source')),
    cardId: textOrNull(get('card')),
    cardTitle: textOrNull(get('card_title')),
    channel: oneOf(CHANNEL, get('channel')) ?? 'web',
    hat: oneOf(HAT, get('hat')) ?? 'citizen',
    hatLabel: textOrNull(get('hat_label')),
    penName: textOrNull(get('pen_name')),
    status: status === 'masked' || status === 'held' ? status : 'public',
    createdAt: textOf(get('created_at')),
    edited: get('edited') === true,
    buildingId: textOrNull(get('building_id')),
    agree: numberOf(get('agree')),
    disagree: numberOf(get('disagree')),
    unsure: numberOf(get('unsure')),
    replyCount: numberOf(get('reply_count')),
    change: numberOf(get('change')),
  };
}

export function pageFromJson(json: unknown): CommentPage | null {
  if (!isJson(json) || !Array.isArray(json.features)) return null;
  return {
    comments: json.features.map(commentFromJson).filter((comment) => comment !== null),
    next: textOrNull(json.next),
    change: numberOf(json.change),
  };
}

export function replyFromJson(json: unknown): Reply | null {
  if (!isJson(json)) return null;
  const get = reader<components['schemas']['Reply']>(json);
  const id = get('id');
  if (typeof id !== 'string' || !isUuid(id)) return null;
  return {
    id,
    text: textOf(get('text')),
    channel: oneOf(CHANNEL, get('channel')) ?? 'web',
    hat: oneOf(HAT, get('hat')) ?? 'citizen',
    hatLabel: textOrNull(get('hat_label')),
    penName: textOrNull(get('pen_name')),
    source: textOf(get('source')),
    createdAt: textOf(get('created_at')),
    edited: get('edited') === true,
  };
}

export function detailFromJson(json: unknown): CommentDetail | null {
  const comment = commentFromJson(json);
  if (comment === null || !isJson(json)) return null;
  const replies = Array.isArray(json.replies) ? json.replies : [];
  return { ...comment, replies: replies.map(replyFromJson).filter((reply) => reply !== null) };
}

export function cardsFromJson(json: unknown): Card[] | null {
  if (!isJson(json) || !Array.isArray(json.cards)) return null;
  const cards: Card[] = [];
  for (const item of json.cards) {
    if (!isJson(item)) continue;
    const get = reader<components['schemas']['Card']>(item);
    const id = textOf(get('id'));
    if (!isUuid(id)) continue;
    const title = textOf(get('title'));
    cards.push({
      id,
      title,
      titleEasy: textOf(get('title_easy')) || title,
      titleEn: textOf(get('title_en')) || title,
      description: textOf(get('description')),
      icon: textOf(get('icon')),
      colour: textOf(get('colour')),
      position: numberOf(get('position')),
      commentCount: numberOf(get('comment_count')),
    });
  }
  return cards.sort((a, b) => a.position - b.position);
}

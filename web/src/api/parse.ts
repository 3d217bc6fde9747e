/*
 * parse: answers of the server, checked field by field against the contract (schema/openapi.yaml).
 *
 * A single comment that makes no sense is left out rather than failing its neighbours. The types
 * at the bottom tie each name that is read here to the generated contract.
 */

import type { components } from 'contract';
import type { Channel, CommentKind, Hat } from '../sync/messages';
import { CHANNEL, COMMENT_KIND, HAT } from '../sync/messages';
import { isUuid } from '../sync/uuid';

export interface Comment {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  readonly kind: CommentKind;
  readonly text: string;
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

type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
const numberOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0;

function oneOf<T extends string>(known: Record<T, unknown>, value: unknown): T | null {
  return typeof value === 'string' && Object.hasOwn(known, value) ? (value as T) : null;
}

/** Reads only names the contract has: a renamed field is a compile error here. */
function reader<T extends object>(json: Json): (name: keyof T & string) => unknown {
  return (name) => json[name];
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
    text: textOf(get('text')),
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

function replyFromJson(json: unknown): Reply | null {
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

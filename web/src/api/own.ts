/*
 * own: what one asks the server about oneself: joining a meeting, receipts, objections.
 *
 * Questions of a device carry its token and id; a receipt is asked for by its code alone.
 */
import type { components } from 'contract';
import type { Identity } from '../data/db';
import { base64Url, isUuid, type Uuid } from '../sync/uuid';
import { COMMENT_KIND, type CommentKind } from '../sync/words';
import { askJson, type Result } from './client';
import {
  type CommentDetail,
  type CommentPage,
  detailFromJson,
  isJson,
  type Json,
  numberOf,
  oneOf,
  pageFromJson,
  type Reply,
  reader,
  replyFromJson,
  textOf,
  textOrNull,
} from './parse';

export interface Meeting {
  readonly id: Uuid;
  readonly kind: string;
  readonly title: string;
  readonly state: 'open' | 'finished';
  readonly startsMs: number;
  readonly endsMs: number;
  readonly cards: readonly Uuid[];
  readonly questions: readonly string[];
  readonly hold: boolean;
  readonly grade: number;
  readonly spaceId: Uuid | null;
}

export interface FreeName {
  readonly name: string;
  readonly animal: string;
  readonly colour: string;
}

export interface Joined {
  readonly meeting: Meeting;
  readonly penNames: readonly FreeName[];
}

export interface TakenName {
  readonly authorId: Uuid;
  readonly penName: string;
  readonly words: readonly string[];
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
const timeOf = (value: unknown): number => Date.parse(textOf(value)) || 0;

export function meetingFromJson(json: unknown): Meeting | null {
  if (!isJson(json)) return null;
  const get = reader<components['schemas']['Meeting']>(json);
  const id = textOf(get('id'));
  if (!isUuid(id)) return null;
  return {
    id,
    kind: textOf(get('kind')),
    title: textOf(get('title')),
    state: get('state') === 'finished' ? 'finished' : 'open',
    startsMs: timeOf(get('starts')),
    endsMs: timeOf(get('ends')),
    cards: strings(get('cards')),
    questions: strings(get('questions')),
    hold: get('hold') === true,
    grade: numberOf(get('grade')),
    spaceId: textOrNull(get('space')),
  };
}

export function joinedFromJson(json: unknown): Joined | null {
  if (!isJson(json)) return null;
  const meeting = meetingFromJson(json.meeting);
  if (meeting === null || !Array.isArray(json.pen_names)) return null;
  const penNames = json.pen_names.filter(isJson).map((item) => ({
    name: textOf(item.name),
    animal: textOf(item.animal),
    colour: textOf(item.colour),
  }));
  return { meeting, penNames: penNames.filter(({ name }) => name !== '') };
}

function takenFromJson(json: unknown): TakenName | null {
  if (!isJson(json)) return null;
  const authorId = textOf(json.author_id);
  if (!isUuid(authorId)) return null;
  return { authorId, penName: textOf(json.pen_name), words: strings(json.words) };
}

export function headersOf(identity: Identity): Record<string, string> {
  return {
    Authorization: `Bearer ${base64Url(identity.token)}`,
    'X-Device-Id': identity.deviceId,
  };
}

export function joinAsk(identity: Identity, code: string): Promise<Result<Joined>> {
  return askJson('POST', '/api/join', { code }, joinedFromJson, headersOf(identity));
}

export function joinName(
  identity: Identity,
  body: { code: string; pen_name: string; pin: string },
): Promise<Result<TakenName>> {
  return askJson('POST', '/api/join/name', body, takenFromJson, headersOf(identity));
}

export function joinReturn(
  identity: Identity,
  body: { code: string; pen_name: string } & ({ pin: string } | { words: string[] }),
): Promise<Result<TakenName>> {
  return askJson('POST', '/api/join/return', body, takenFromJson, headersOf(identity));
}

/** A comment that only those inside a meeting may read: with the device's token. */
export function insideCommentGet(
  identity: Identity,
  id: string,
  signal?: AbortSignal,
): Promise<Result<CommentDetail>> {
  return askJson('GET', `/api/comments/${id}`, null, detailFromJson, headersOf(identity), signal);
}

export type OwnStatus = 'held' | 'public' | 'masked' | 'hidden' | 'withdrawn';
const STATUSES: Record<OwnStatus, true> = {
  held: true,
  public: true,
  masked: true,
  hidden: true,
  withdrawn: true,
};

export interface Told {
  readonly status: OwnStatus;
  /** A code of the server's list; empty: none. */
  readonly reason: string;
  /** The server's own words for a reason that this app does not know. */
  readonly reasonText: string;
  readonly note: string;
}

function toldFrom(json: Json): Told {
  return {
    status: oneOf(STATUSES, json.status) ?? 'held',
    reason: textOf(json.reason),
    reasonText: textOf(json.reason_text),
    note: textOf(json.note),
  };
}

export interface ReceiptAnswer extends Told {
  readonly id: Uuid;
  readonly kind: CommentKind;
  readonly title: string;
  readonly text: string;
  readonly penName: string;
  readonly made: string;
  readonly cluster: number | null;
  readonly replies: readonly Reply[];
}

export function receiptFromJson(json: unknown): ReceiptAnswer | null {
  if (!isJson(json) || !isJson(json.comment)) return null;
  const get = reader<components['schemas']['ReceiptAnswer']['comment']>(json.comment);
  const id = textOf(get('id'));
  if (!isUuid(id)) return null;
  const cluster = get('cluster');
  return {
    ...toldFrom(json.comment),
    id,
    kind: oneOf<CommentKind>(COMMENT_KIND, get('kind')) ?? 'idea',
    title: textOf(get('title')),
    text: textOf(get('text')),
    penName: textOf(get('pen_name')),
    made: textOf(get('made')),
    cluster: typeof cluster === 'number' ? cluster : null,
    replies: (Array.isArray(json.replies) ? json.replies : [])
      .map(replyFromJson)
      .filter((reply) => reply !== null),
  };
}

export function receiptOpen(code: string): Promise<Result<ReceiptAnswer>> {
  return askJson('POST', '/api/receipts', { code }, receiptFromJson);
}

export function receiptWithdraw(code: string): Promise<Result<ReceiptAnswer>> {
  return askJson('POST', '/api/receipts/withdraw', { code }, receiptFromJson);
}

/** «I do not agree»; by a receipt's code, or by the device that wrote it. */
export function appealSend(
  identity: Identity | null,
  body: { id: Uuid; target: Uuid; text: string; receipt?: string },
): Promise<Result<true>> {
  return askJson(
    'POST',
    '/api/appeals',
    body,
    (json) => (isJson(json) ? true : null),
    identity === null ? {} : headersOf(identity),
  );
}

export interface Mine {
  /** What became of what this device sent, by the object's id. */
  readonly told: ReadonlyMap<Uuid, Told>;
  /** What is no more: erased by those who may. */
  readonly erased: ReadonlySet<Uuid>;
}

export function mineFromJson(json: unknown): Mine | null {
  if (!isJson(json) || !Array.isArray(json.objects)) return null;
  const told = new Map<Uuid, Told>();
  const erased = new Set<Uuid>();
  for (const item of json.objects) {
    if (!isJson(item) || typeof item.id !== 'string') continue;
    if (item.type === 'erased') erased.add(item.id);
    else told.set(item.id, toldFrom(item));
  }
  return { told, erased };
}

export function mineGet(identity: Identity): Promise<Result<Mine>> {
  return askJson('GET', '/api/mine', null, mineFromJson, headersOf(identity));
}

/** What was written inside a meeting, for its members. */
export function insideGet(identity: Identity, meeting: Uuid): Promise<Result<CommentPage>> {
  const path = `/api/comments?meeting=${meeting}&limit=500`;
  return askJson('GET', path, null, pageFromJson, headersOf(identity));
}

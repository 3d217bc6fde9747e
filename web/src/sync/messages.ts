/*
 * messages: schema/proto/sync.proto in TypeScript, as far as the app speaks it.
 *
 * What the app makes it encodes, what it is told it decodes; the numbers are those of the .proto
 * file and never change. messages.test.ts compares with bytes that protoc made.
 */
import { bytesFromUuid, type Uuid, uuidFromBytes } from './uuid';
import { textFromWire, WireWriter, wireFields } from './wire';

export const OP_KIND = { create: 1, edit: 2, delete: 3, react: 4 } as const;
export const REGISTER = {
  none: 0,
  text: 1,
  place: 2,
  kind: 3,
  card: 4,
  status: 5,
  reaction: 6,
} as const;
export const COMMENT_KIND = {
  idea: 1,
  trouble: 2,
  good: 3,
  question: 4,
  action: 5,
  reading: 6,
} as const;
export const CHANNEL = {
  web: 1,
  tablet: 2,
  kiosk: 3,
  paper: 4,
  phone: 5,
  workshop: 6,
  lounge: 7,
  import: 8,
} as const;
export const HAT = { citizen: 1, pupil: 2, staff: 3, moderator: 4, official: 5 } as const;
export const REACTION = { none: 0, agree: 1, disagree: 2, unsure: 3 } as const;
export const ACK = {
  stored: 1,
  duplicate: 2,
  conflictBytes: 3,
  quarantined: 4,
  gone: 5,
  retryLater: 6,
} as const;

export type CommentKind = keyof typeof COMMENT_KIND;
export type Channel = keyof typeof CHANNEL;
export type Hat = keyof typeof HAT;
export type Reaction = keyof typeof REACTION;

export interface Place {
  readonly lonE7: number;
  readonly latE7: number;
  readonly buildingId: string;
}

export interface CommentBody {
  readonly kind: CommentKind;
  readonly text: string;
  readonly place: Place;
  readonly cardId: Uuid | null;
  readonly channel: Channel;
  readonly hat: Hat;
  readonly penName: string;
}

export interface ReplyBody {
  readonly commentId: Uuid;
  readonly text: string;
  readonly channel: Channel;
  readonly hat: Hat;
  readonly penName: string;
}

export type Body =
  | { readonly comment: CommentBody }
  | { readonly reply: ReplyBody }
  | { readonly text: string }
  | { readonly place: Place }
  | { readonly reaction: Reaction }
  | { readonly reason: string };

function placeBytes(place: Place): Uint8Array {
  return new WireWriter()
    .sint(1, place.lonE7)
    .sint(2, place.latE7)
    .string(3, place.buildingId)
    .done();
}

function commentBytes(comment: CommentBody): Uint8Array {
  const writer = new WireWriter()
    .uint(1, COMMENT_KIND[comment.kind])
    .string(2, comment.text)
    .message(3, placeBytes(comment.place));
  if (comment.cardId !== null) writer.bytes(4, bytesFromUuid(comment.cardId));
  return writer
    .uint(6, CHANNEL[comment.channel])
    .uint(7, HAT[comment.hat])
    .string(8, comment.penName)
    .done();
}

function replyBytes(reply: ReplyBody): Uint8Array {
  return new WireWriter()
    .bytes(1, bytesFromUuid(reply.commentId))
    .string(2, reply.text)
    .uint(3, CHANNEL[reply.channel])
    .uint(4, HAT[reply.hat])
    .string(5, reply.penName)
    .done();
}

export function bodyBytes(body: Body): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  if ('comment' in body) writer.message(1, commentBytes(body.comment));
  else if ('reply' in body) writer.message(2, replyBytes(body.reply));
  else if ('text' in body) writer.message(5, new TextEncoder().encode(body.text));
  else if ('place' in body) writer.message(6, placeBytes(body.place));
  else if ('reaction' in body) writer.present(10, REACTION[body.reaction]);
  else writer.message(11, new TextEncoder().encode(body.reason));
  return writer.done();
}

export interface Op {
  readonly opId: Uuid;
  readonly deviceId: Uuid;
  readonly devSeq: number;
  readonly kind: number;
  readonly objectId: Uuid;
  readonly register: number;
  readonly rev: number;
  readonly authorId: Uuid;
  readonly municipality: number;
  readonly madeMs: number;
  readonly body: Uint8Array;
}

export function opBytes(op: Op): Uint8Array<ArrayBuffer> {
  return new WireWriter()
    .bytes(1, bytesFromUuid(op.opId))
    .bytes(2, bytesFromUuid(op.deviceId))
    .uint(3, op.devSeq)
    .uint(4, op.kind)
    .bytes(5, bytesFromUuid(op.objectId))
    .uint(6, op.register)
    .uint(7, op.rev)
    .bytes(8, bytesFromUuid(op.authorId))
    .uint(9, op.municipality)
    .sint(10, op.madeMs)
    .bytes(15, op.body)
    .done();
}

export const SCHEMA = 1;

export function pushRequestBytes(
  deviceId: Uuid,
  sentMs: number,
  ops: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter().bytes(1, bytesFromUuid(deviceId)).sint(2, sentMs).uint(3, SCHEMA);
  for (const op of ops) writer.message(4, op);
  return writer.done();
}

export interface OpAck {
  readonly opId: Uuid;
  readonly status: number;
  readonly change: number;
  readonly reason: string;
}

export interface PushResponse {
  readonly serverId: Uuid;
  readonly epoch: string;
  readonly acks: readonly OpAck[];
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function opAck(bytes: Uint8Array): OpAck {
  const ack = { opId: '', status: 0, change: 0, reason: '' };
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) ack.opId = uuidFromBytes(value);
    else if (field === 2) ack.status = number;
    else if (field === 3) ack.change = number;
    else if (field === 4) ack.reason = textFromWire(value);
  }
  return ack;
}

export function pushResponseFromBytes(bytes: Uint8Array): PushResponse {
  let serverId = '';
  let epoch = '';
  const acks: OpAck[] = [];
  for (const { field, bytes: value } of wireFields(bytes)) {
    if (field === 1) serverId = hex(value);
    else if (field === 2) epoch = hex(value);
    else if (field === 4) acks.push(opAck(value));
  }
  return { serverId, epoch, acks };
}

export interface Hello {
  readonly maxOps: number;
  readonly maxPushBytes: number;
  readonly maxTextBytes: number;
  readonly municipality: number;
  readonly municipalityName: string;
  readonly change: number;
  readonly demo: boolean;
}

export function helloFromBytes(bytes: Uint8Array): Hello {
  const hello = {
    maxOps: 64,
    maxPushBytes: 262144,
    maxTextBytes: 0,
    municipality: 0,
    municipalityName: '',
    change: 0,
    demo: false,
  };
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 6) hello.maxOps = number;
    else if (field === 7) hello.maxPushBytes = number;
    else if (field === 8) hello.maxTextBytes = number;
    else if (field === 9) hello.municipality = number;
    else if (field === 10) hello.municipalityName = textFromWire(value);
    else if (field === 11) hello.change = number;
    else if (field === 12) hello.demo = number !== 0;
  }
  return hello;
}

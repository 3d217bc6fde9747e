/*
 * messages: what the app says, of schema/proto/sync.proto. What it is told is in sync/answers.ts.
 *
 * messages.test.ts compares with bytes that protoc made.
 */
import { bytesFromUuid, type Uuid, uuidFromBytes } from './uuid';
import { WireWriter, wireFields } from './wire';
import {
  CHANNEL,
  type Channel,
  COMMENT_KIND,
  type CommentKind,
  HAT,
  type Hat,
  MOOD,
  type Mood,
  PLACE_SOURCE,
  type PlaceSource,
  QUANTITY,
  type Quantity,
  REACTION,
  type Reaction,
  SHAPE,
  type Shape,
} from './words';

export * from './words';

/** Longitude and latitude in 1e-7 degree. */
export type Corner = readonly [number, number];

export interface Place {
  /** The point, or a place on the line or in the area. */
  readonly lonE7: number;
  readonly latE7: number;
  readonly buildingId: string;
  readonly shape: Shape;
  /** Of lines 2 or more, of areas 3 or more and not closed; of points none. */
  readonly corners: readonly Corner[];
  readonly source: PlaceSource;
  /** Of a position the device found itself; 0: not known. */
  readonly accuracyM: number;
}

/** A line drawn over the map. */
export interface Stroke {
  readonly corners: readonly Corner[];
  /** 0–5, of the app's palette. */
  readonly colour: number;
  /** 1–3. */
  readonly width: number;
}

/** What an instrument showed: 35.5 °C is 35500. */
export interface Reading {
  readonly quantity: Quantity;
  readonly valueMilli: number;
  readonly instrument: string;
  readonly waitedS: number;
  readonly takenMs: number;
}

export interface CommentBody {
  readonly kind: CommentKind;
  readonly title: string;
  readonly text: string;
  readonly mood: Mood;
  readonly place: Place;
  readonly drawing: readonly Stroke[];
  readonly readings: readonly Reading[];
  readonly cardId: Uuid | null;
  readonly spaceId: Uuid | null;
  readonly meetingId: Uuid | null;
  readonly channel: Channel;
  readonly hat: Hat;
  readonly penName: string;
  /** SHA-256 of the receipt's code (sync/receipt.ts), or nothing. */
  readonly receipt: Uint8Array | null;
}

export interface ReplyBody {
  readonly commentId: Uuid;
  readonly text: string;
  readonly channel: Channel;
  readonly hat: Hat;
  readonly penName: string;
}

export interface PhotoBody {
  readonly commentId: Uuid;
  readonly sha256: Uint8Array;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly position: number;
  readonly alt: string;
}

export type Body =
  | { readonly comment: CommentBody }
  | { readonly reply: ReplyBody }
  | { readonly text: string }
  | { readonly place: Place }
  | { readonly reaction: Reaction }
  | { readonly reason: string }
  | { readonly photo: PhotoBody }
  | { readonly title: string };

/** Corners as differences: the first from `start`, each next from the one before. */
function pathOf(corners: readonly Corner[], start: Corner): number[] {
  const path: number[] = [];
  let [lon, lat] = start;
  for (const corner of corners) {
    path.push(corner[0] - lon, corner[1] - lat);
    [lon, lat] = corner;
  }
  return path;
}

export function cornersFromPath(path: readonly number[], start: Corner): Corner[] {
  const corners: Corner[] = [];
  let [lon, lat] = start;
  for (let i = 0; i + 1 < path.length; i += 2) {
    lon += path[i] ?? 0;
    lat += path[i + 1] ?? 0;
    corners.push([lon, lat]);
  }
  return corners;
}

function placeBytes(place: Place): Uint8Array {
  return new WireWriter()
    .sint(1, place.lonE7)
    .sint(2, place.latE7)
    .string(3, place.buildingId)
    .uint(4, SHAPE[place.shape])
    .sints(5, pathOf(place.corners, [place.lonE7, place.latE7]))
    .uint(6, PLACE_SOURCE[place.source])
    .uint(7, place.accuracyM)
    .done();
}

function strokeBytes(stroke: Stroke): Uint8Array {
  // As in Place: every corner is a step of the path, the first one of no length.
  const [start = [0, 0] as Corner] = stroke.corners;
  return new WireWriter()
    .sint(1, start[0])
    .sint(2, start[1])
    .sints(3, pathOf(stroke.corners, start))
    .uint(4, stroke.colour)
    .uint(5, stroke.width)
    .done();
}

function readingBytes(reading: Reading): Uint8Array {
  return new WireWriter()
    .uint(1, QUANTITY[reading.quantity])
    .sint(2, reading.valueMilli)
    .string(3, reading.instrument)
    .uint(4, reading.waitedS)
    .sint(5, reading.takenMs)
    .done();
}

const idBytes = (id: Uuid | null): Uint8Array =>
  id === null ? new Uint8Array(0) : bytesFromUuid(id);

function commentBytes(comment: CommentBody): Uint8Array {
  const writer = new WireWriter()
    .uint(1, COMMENT_KIND[comment.kind])
    .string(2, comment.text)
    .message(3, placeBytes(comment.place))
    .bytes(4, idBytes(comment.cardId))
    .bytes(5, idBytes(comment.spaceId))
    .uint(6, CHANNEL[comment.channel])
    .uint(7, HAT[comment.hat])
    .string(8, comment.penName)
    .string(9, comment.title)
    .uint(10, MOOD[comment.mood]);
  for (const stroke of comment.drawing) writer.message(11, strokeBytes(stroke));
  for (const reading of comment.readings) writer.message(12, readingBytes(reading));
  return writer
    .bytes(13, idBytes(comment.meetingId))
    .bytes(14, comment.receipt ?? new Uint8Array(0))
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

function photoBytes(photo: PhotoBody): Uint8Array {
  return new WireWriter()
    .bytes(1, bytesFromUuid(photo.commentId))
    .bytes(2, photo.sha256)
    .uint(3, photo.bytes)
    .uint(4, photo.width)
    .uint(5, photo.height)
    .uint(6, photo.position)
    .string(7, photo.alt)
    .done();
}

const utf8 = new TextEncoder();

export function bodyBytes(body: Body): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  if ('comment' in body) writer.message(1, commentBytes(body.comment));
  else if ('reply' in body) writer.message(2, replyBytes(body.reply));
  else if ('text' in body) writer.message(5, utf8.encode(body.text));
  else if ('place' in body) writer.message(6, placeBytes(body.place));
  else if ('reaction' in body) writer.present(10, REACTION[body.reaction]);
  else if ('photo' in body) writer.message(13, photoBytes(body.photo));
  else if ('title' in body) writer.message(15, utf8.encode(body.title));
  else writer.message(11, utf8.encode(body.reason));
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

/** The device and the number an operation was frozen with. */
export function opDevice(bytes: Uint8Array): { deviceId: Uuid; devSeq: number } {
  const found = { deviceId: '', devSeq: 0 };
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 2) found.deviceId = uuidFromBytes(value);
    else if (field === 3) found.devSeq = number;
  }
  return found;
}

/** Before a device lets go of something: who has it? At most 1000 operations. */
export function haveRequestBytes(
  ops: readonly Uuid[],
  sha256s: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  for (const id of ops) writer.message(1, bytesFromUuid(id));
  for (const sha256 of sha256s) writer.message(2, sha256);
  return writer.done();
}

/*
 * answers: what the server says, of schema/proto/sync.proto; fields we do not know are skipped.
 */
import { type Corner, cornersFromPath, type Place, type Reading, type Stroke } from './messages';
import { type Uuid, uuidFromBytes } from './uuid';
import { sintsFromWire, textFromWire, uintsFromWire, unzigzag, wireFields } from './wire';
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
  QUANTITY,
  SHAPE,
  STATUS,
  type Status,
  wordOf,
} from './words';

/** Which server, and which of its lives: a restored database begins a new epoch. */
export interface Origin {
  readonly server: string;
  readonly epoch: string;
}

export interface OpAck {
  readonly opId: Uuid;
  readonly status: number;
  readonly change: number;
  readonly reason: string;
}

export interface PushResponse extends Origin {
  readonly acks: readonly OpAck[];
  /** Up to this change number of this epoch the city has everything. */
  readonly cityChange: number;
  /** Numbers of this device that never came. */
  readonly missingSeq: readonly number[];
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function bytesFromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length >> 1 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
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

/** repeated uint64: packed by most writers, one by one by some. */
function numbers(list: number[], number: number, bytes: Uint8Array): void {
  if (bytes.length === 0) list.push(number);
  else list.push(...uintsFromWire(bytes));
}

export function pushResponseFromBytes(bytes: Uint8Array): PushResponse {
  const answer = { server: '', epoch: '', acks: [] as OpAck[], cityChange: 0 };
  const missingSeq: number[] = [];
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) answer.server = hex(value);
    else if (field === 2) answer.epoch = hex(value);
    else if (field === 4) answer.acks.push(opAck(value));
    else if (field === 5) answer.cityChange = number;
    else if (field === 6) numbers(missingSeq, number, value);
  }
  return { ...answer, missingSeq };
}

export interface HaveResponse extends Origin {
  /** This server does not have it, not even refused. */
  readonly missingOps: ReadonlySet<Uuid>;
  readonly cityOps: ReadonlySet<Uuid>;
  readonly missingPhotos: ReadonlySet<string>;
  readonly cityPhotos: ReadonlySet<string>;
}

export function haveResponseFromBytes(bytes: Uint8Array): HaveResponse {
  const origin = { server: '', epoch: '' };
  const missingOps = new Set<Uuid>();
  const cityOps = new Set<Uuid>();
  const missingPhotos = new Set<string>();
  const cityPhotos = new Set<string>();
  for (const { field, bytes: value } of wireFields(bytes)) {
    if (field === 1) origin.server = hex(value);
    else if (field === 2) origin.epoch = hex(value);
    else if (field === 3) missingOps.add(uuidFromBytes(value));
    else if (field === 4) cityOps.add(uuidFromBytes(value));
    else if (field === 5) missingPhotos.add(hex(value));
    else if (field === 6) cityPhotos.add(hex(value));
  }
  return { ...origin, missingOps, cityOps, missingPhotos, cityPhotos };
}

export interface Hello extends Origin {
  readonly serverMs: number;
  readonly maxOps: number;
  readonly maxPushBytes: number;
  readonly maxTextBytes: number;
  readonly municipality: number;
  readonly municipalityName: string;
  readonly change: number;
  readonly demo: boolean;
  /** It hands on to a city's server. */
  readonly venue: boolean;
  readonly cityChange: number;
  /** When a venue last reached the city; 0: never. */
  readonly cityContactMs: number;
}

export function helloFromBytes(bytes: Uint8Array): Hello {
  const hello = {
    server: '',
    epoch: '',
    serverMs: 0,
    maxOps: 64,
    maxPushBytes: 262144,
    maxTextBytes: 0,
    municipality: 0,
    municipalityName: '',
    change: 0,
    demo: false,
    venue: false,
    cityChange: 0,
    cityContactMs: 0,
  };
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) hello.server = hex(value);
    else if (field === 2) hello.epoch = hex(value);
    else if (field === 3) hello.serverMs = unzigzag(number);
    else if (field === 6) hello.maxOps = number;
    else if (field === 7) hello.maxPushBytes = number;
    else if (field === 8) hello.maxTextBytes = number;
    else if (field === 9) hello.municipality = number;
    else if (field === 10) hello.municipalityName = textFromWire(value);
    else if (field === 11) hello.change = number;
    else if (field === 12) hello.demo = number !== 0;
    else if (field === 13) hello.venue = number !== 0;
    else if (field === 14) hello.cityChange = number;
    else if (field === 15) hello.cityContactMs = unzigzag(number);
  }
  return hello;
}

export interface PhotoView {
  readonly id: Uuid;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
  /** Counts redactions. */
  readonly version: number;
  /** Its bytes have come. */
  readonly here: boolean;
}

/** What the audience may see of a comment now. */
export interface CommentView {
  readonly id: Uuid;
  readonly kind: CommentKind;
  readonly title: string;
  readonly text: string;
  readonly mood: Mood;
  readonly place: Place;
  readonly drawing: readonly Stroke[];
  readonly readings: readonly Reading[];
  readonly photos: readonly PhotoView[];
  readonly cardId: Uuid | null;
  readonly spaceId: Uuid | null;
  readonly meetingId: Uuid | null;
  readonly quotedId: Uuid | null;
  readonly channel: Channel;
  readonly hat: Hat;
  readonly penName: string;
  readonly source: string;
  readonly status: Status;
  readonly madeMs: number;
  readonly edited: boolean;
  readonly agree: number;
  readonly disagree: number;
  readonly unsure: number;
  readonly replyCount: number;
}

export interface ReplyView {
  readonly id: Uuid;
  readonly commentId: Uuid;
  readonly text: string;
  readonly channel: Channel;
  readonly hat: Hat;
  readonly penName: string;
  readonly source: string;
  readonly madeMs: number;
  readonly edited: boolean;
}

export interface Change {
  readonly change: number;
  readonly comment: CommentView | null;
  readonly reply: ReplyView | null;
  readonly removed: Uuid | null;
}

export interface Changes extends Origin {
  /** The epoch asked for is not this one: counted from 0 again. */
  readonly restarted: boolean;
  readonly next: number;
  /** Which change `next` is, for the next question. */
  readonly mark: string;
  readonly more: boolean;
  readonly changes: readonly Change[];
}

const idOrNull = (bytes: Uint8Array): Uuid | null =>
  bytes.length === 16 ? uuidFromBytes(bytes) : null;

function placeFromBytes(bytes: Uint8Array): Place {
  const place = { lonE7: 0, latE7: 0, buildingId: '', shape: 0, source: 0, accuracyM: 0 };
  let path: number[] = [];
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) place.lonE7 = unzigzag(number);
    else if (field === 2) place.latE7 = unzigzag(number);
    else if (field === 3) place.buildingId = textFromWire(value);
    else if (field === 4) place.shape = number;
    else if (field === 5) path = path.concat(sintsFromWire(value));
    else if (field === 6) place.source = number;
    else if (field === 7) place.accuracyM = number;
  }
  return {
    ...place,
    shape: wordOf(SHAPE, place.shape, 'point'),
    source: wordOf(PLACE_SOURCE, place.source, 'unknown'),
    corners: cornersFromPath(path, [place.lonE7, place.latE7]),
  };
}

function strokeFromBytes(bytes: Uint8Array): Stroke {
  let [lon, lat, colour, width] = [0, 0, 0, 0];
  let path: number[] = [];
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) lon = unzigzag(number);
    else if (field === 2) lat = unzigzag(number);
    else if (field === 3) path = path.concat(sintsFromWire(value));
    else if (field === 4) colour = number;
    else if (field === 5) width = number;
  }
  const start: Corner = [lon, lat];
  return { corners: cornersFromPath(path, start), colour, width };
}

function readingFromBytes(bytes: Uint8Array): Reading {
  const reading = { valueMilli: 0, instrument: '', waitedS: 0, takenMs: 0 };
  let quantity = 0;
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) quantity = number;
    else if (field === 2) reading.valueMilli = unzigzag(number);
    else if (field === 3) reading.instrument = textFromWire(value);
    else if (field === 4) reading.waitedS = number;
    else if (field === 5) reading.takenMs = unzigzag(number);
  }
  return { ...reading, quantity: wordOf(QUANTITY, quantity, 'air_temperature') };
}

function photoViewFromBytes(bytes: Uint8Array): PhotoView {
  const photo = { id: '', width: 0, height: 0, alt: '', version: 0, here: false };
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) photo.id = uuidFromBytes(value);
    else if (field === 2) photo.width = number;
    else if (field === 3) photo.height = number;
    else if (field === 4) photo.alt = textFromWire(value);
    else if (field === 5) photo.version = number;
    else if (field === 6) photo.here = number !== 0;
  }
  return photo;
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

function commentViewFromBytes(bytes: Uint8Array): CommentView {
  const drawing: Stroke[] = [];
  const readings: Reading[] = [];
  const photos: PhotoView[] = [];
  const view: Mutable<CommentView> = {
    id: '',
    kind: 'idea',
    title: '',
    text: '',
    mood: 'none',
    place: placeFromBytes(new Uint8Array(0)),
    drawing,
    readings,
    photos,
    cardId: null,
    spaceId: null,
    meetingId: null,
    quotedId: null,
    channel: 'web',
    hat: 'citizen',
    penName: '',
    source: '',
    status: 'public',
    madeMs: 0,
    edited: false,
    agree: 0,
    disagree: 0,
    unsure: 0,
    replyCount: 0,
  };
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) view.id = uuidFromBytes(value);
    else if (field === 2) view.kind = wordOf(COMMENT_KIND, number, 'idea');
    else if (field === 3) view.text = textFromWire(value);
    else if (field === 4) view.place = placeFromBytes(value);
    else if (field === 5) view.cardId = idOrNull(value);
    else if (field === 6) view.spaceId = idOrNull(value);
    else if (field === 7) view.channel = wordOf(CHANNEL, number, 'web');
    else if (field === 8) view.hat = wordOf(HAT, number, 'citizen');
    else if (field === 9) view.penName = textFromWire(value);
    else if (field === 10) view.status = wordOf(STATUS, number, 'masked');
    else if (field === 11) view.madeMs = unzigzag(number);
    else if (field === 12) view.edited = number !== 0;
    else if (field === 13) view.agree = number;
    else if (field === 14) view.disagree = number;
    else if (field === 15) view.unsure = number;
    else if (field === 16) view.replyCount = number;
    else if (field === 21) view.title = textFromWire(value);
    else if (field === 22) view.mood = wordOf(MOOD, number, 'none');
    else if (field === 23) drawing.push(strokeFromBytes(value));
    else if (field === 24) readings.push(readingFromBytes(value));
    else if (field === 25) view.meetingId = idOrNull(value);
    else if (field === 26) photos.push(photoViewFromBytes(value));
    else if (field === 27) view.source = textFromWire(value);
    else if (field === 29) view.quotedId = idOrNull(value);
  }
  return view;
}

function replyViewFromBytes(bytes: Uint8Array): ReplyView {
  const view: Mutable<ReplyView> = {
    id: '',
    commentId: '',
    text: '',
    channel: 'web',
    hat: 'citizen',
    penName: '',
    source: '',
    madeMs: 0,
    edited: false,
  };
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) view.id = uuidFromBytes(value);
    else if (field === 2) view.commentId = uuidFromBytes(value);
    else if (field === 3) view.text = textFromWire(value);
    else if (field === 4) view.channel = wordOf(CHANNEL, number, 'web');
    else if (field === 5) view.hat = wordOf(HAT, number, 'citizen');
    else if (field === 6) view.penName = textFromWire(value);
    else if (field === 7) view.madeMs = unzigzag(number);
    else if (field === 8) view.edited = number !== 0;
    else if (field === 10) view.source = textFromWire(value);
  }
  return view;
}

function changeFromBytes(bytes: Uint8Array): Change {
  const change: Mutable<Change> = { change: 0, comment: null, reply: null, removed: null };
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) change.change = number;
    else if (field === 2) change.comment = commentViewFromBytes(value);
    else if (field === 3) change.reply = replyViewFromBytes(value);
    else if (field === 5) change.removed = idOrNull(value);
  }
  return change;
}

export function changesFromBytes(bytes: Uint8Array): Changes {
  const page: Mutable<Changes> = {
    server: '',
    epoch: '',
    restarted: false,
    next: 0,
    mark: '',
    more: false,
    changes: [],
  };
  const changes: Change[] = [];
  for (const { field, number, bytes: value } of wireFields(bytes)) {
    if (field === 1) page.server = hex(value);
    else if (field === 2) page.epoch = hex(value);
    else if (field === 3) page.restarted = number !== 0;
    else if (field === 4) page.next = number;
    else if (field === 5) page.more = number !== 0;
    else if (field === 6) changes.push(changeFromBytes(value));
    else if (field === 7) page.mark = hex(value);
  }
  return { ...page, changes };
}

/*
 * words: the choices of schema/proto/sync.proto and their numbers, which never change.
 */
export const OP_KIND = { create: 1, edit: 2, delete: 3, react: 4 } as const;
export const REGISTER = {
  none: 0,
  text: 1,
  place: 2,
  kind: 3,
  card: 4,
  status: 5,
  reaction: 6,
  title: 7,
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
export const MOOD = { none: 0, happy: 1, calm: 2, sad: 3, angry: 4, hot: 5 } as const;
export const SHAPE = { point: 0, line: 1, area: 2 } as const;
export const PLACE_SOURCE = {
  unknown: 0,
  tap: 1,
  position: 2,
  building: 3,
  paper: 4,
  guarded: 5,
} as const;
export const QUANTITY = {
  air_temperature: 1,
  wbgt: 2,
  surface_temperature: 3,
  humidity: 4,
} as const;
export const HAT = { citizen: 1, pupil: 2, staff: 3, moderator: 4, official: 5 } as const;
export const STATUS = { held: 1, public: 2, masked: 3, hidden: 4, withdrawn: 5 } as const;
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
export type Mood = keyof typeof MOOD;
export type Shape = keyof typeof SHAPE;
export type PlaceSource = keyof typeof PLACE_SOURCE;
export type Quantity = keyof typeof QUANTITY;
export type Hat = keyof typeof HAT;
export type Status = keyof typeof STATUS;
export type Reaction = keyof typeof REACTION;

/** The word of a number; what a newer server says and we do not know is the last resort. */
export function wordOf<T extends string>(
  words: Readonly<Record<T, number>>,
  number: number,
  otherwise: T,
): T {
  for (const word in words) if (words[word] === number) return word;
  return otherwise;
}

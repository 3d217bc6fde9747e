/* testing: what the tests of data/ and sync/ write; the app itself does not import it. */
import type { NewComment, Speaker } from './outbox';

export const SPEAKER: Speaker = {
  authorId: '',
  penName: '',
  hat: 'citizen',
  channel: 'web',
  meetingId: null,
  spaceId: null,
};

export function newComment(text: string, more: Partial<NewComment> = {}): NewComment {
  return {
    kind: 'idea',
    title: '',
    text,
    mood: 'none',
    cardId: null,
    place: {
      lonE7: 1_393_880_000,
      latE7: 361_470_000,
      buildingId: '',
      shape: 'point',
      corners: [],
      source: 'tap',
      accuracyM: 0,
    },
    drawing: [],
    readings: [],
    photos: [],
    speaker: SPEAKER,
    receipt: '',
    ...more,
  };
}

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  return [...out, rest];
}

interface TestEntry {
  id: number;
  run: number;
  length: number;
  offset: number;
}

function directory(entries: readonly TestEntry[]): Uint8Array {
  return Uint8Array.from([
    ...varint(entries.length),
    ...entries.flatMap((entry, i) => varint(entry.id - (entries[i - 1]?.id ?? 0))),
    ...entries.flatMap((entry) => varint(entry.run)),
    ...entries.flatMap((entry) => varint(entry.length)),
    ...entries.flatMap((entry) => varint(entry.offset + 1)),
  ]);
}

/** An archive of all tiles up to a level, each saying its number; one leaf directory for all. */
export function archiveBytes(
  maxZoom: number,
  gzip: boolean,
  pack: (bytes: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const packed = (bytes: Uint8Array): Uint8Array => (gzip ? Uint8Array.from(pack(bytes)) : bytes);
  const entries: TestEntry[] = [];
  const tiles: Uint8Array[] = [];
  let offset = 0;
  for (let id = 0; id < (4 ** (maxZoom + 1) - 1) / 3; id++) {
    const tile = packed(new TextEncoder().encode(`tile ${id}`));
    entries.push({ id, run: 1, length: tile.length, offset });
    tiles.push(tile);
    offset += tile.length;
  }
  const leaf = packed(directory(entries));
  const root = packed(directory([{ id: 0, run: 0, length: leaf.length, offset: 0 }]));
  const head = new Uint8Array(127);
  head.set([...'PMTiles'].map((letter) => letter.charCodeAt(0)));
  const view = new DataView(head.buffer);
  const starts = [127, root.length, 0, 0, 127 + root.length, leaf.length];
  const data = 127 + root.length + leaf.length;
  [...starts, data, offset].forEach((value, i) => {
    view.setBigUint64(8 + 8 * i, BigInt(value), true);
  });
  head.set([3], 7);
  head.set([gzip ? 2 : 1, gzip ? 2 : 1, 1, 0, maxZoom], 97);
  const out = new Uint8Array(data + offset);
  let at = 0;
  for (const part of [head, root, leaf, ...tiles]) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

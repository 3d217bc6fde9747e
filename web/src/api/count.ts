/*
 * count: how many comments match, however many there are.
 *
 * The tile of the whole world holds every matching comment as clusters with a count each; their
 * sum is the number found. One small answer, whatever the size of the town.
 */
import { textFromWire, wireFields } from '../sync/wire';
import { type Filter, filterParams } from './client';

/** Field numbers of vector_tile.proto (Mapbox Vector Tile 2.1). */
const TILE_LAYER = 3;
const LAYER = { name: 1, features: 2, keys: 3, values: 4 } as const;
const FEATURE_TAGS = 2;
const VALUE = { int: 4, uint: 5, sint: 6 } as const;

function packed(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
      scale = 1;
    }
  }
  return numbers;
}

function wholeNumber(bytes: Uint8Array): number {
  for (const { field, number } of wireFields(bytes)) {
    if (field === VALUE.int || field === VALUE.uint) return number;
    if (field === VALUE.sint) return number % 2 === 1 ? -(number + 1) / 2 : number / 2;
  }
  return 0;
}

/** The sum of `count` over the features of the layer `comment`; a point without it counts as one. */
export function countFromTile(tile: Uint8Array): number {
  let sum = 0;
  for (const layer of wireFields(tile)) {
    if (layer.field !== TILE_LAYER) continue;
    let name = '';
    const keys: string[] = [];
    const values: Uint8Array[] = [];
    const tags: number[][] = [];
    for (const { field, bytes } of wireFields(layer.bytes)) {
      if (field === LAYER.name) name = textFromWire(bytes);
      else if (field === LAYER.keys) keys.push(textFromWire(bytes));
      else if (field === LAYER.values) values.push(bytes);
      else if (field === LAYER.features) {
        const own = [...wireFields(bytes)].find((part) => part.field === FEATURE_TAGS);
        tags.push(own === undefined ? [] : packed(own.bytes));
      }
    }
    if (name !== 'comment') continue;
    const countKey = keys.indexOf('count');
    for (const pairs of tags) {
      let count = 1;
      for (let i = 0; i + 1 < pairs.length; i += 2) {
        const value = values[pairs[i + 1] ?? -1];
        if (pairs[i] === countKey && value !== undefined) count = wholeNumber(value);
      }
      sum += count;
    }
  }
  return sum;
}

/** Null when the server did not answer: the screen then says «at least so many». */
export async function commentsCount(filter: Filter, signal: AbortSignal): Promise<number | null> {
  const query = filterParams(filter).toString();
  try {
    const response = await fetch(`/tiles/comments/0/0/0.mvt${query === '' ? '' : `?${query}`}`, {
      signal,
    });
    if (!response.ok) return null;
    return countFromTile(new Uint8Array(await response.arrayBuffer()));
  } catch {
    return null;
  }
}

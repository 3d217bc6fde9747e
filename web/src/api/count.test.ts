import { describe, expect, it } from 'vitest';
import { WireWriter } from '../sync/wire';
import { countFromTile } from './count';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const number = (field: number, value: number): Uint8Array =>
  new WireWriter().present(field, value).done();

function layer(
  name: string,
  keys: string[],
  values: Uint8Array[],
  features: number[][],
): Uint8Array {
  const writer = new WireWriter().present(15, 2).message(1, text(name));
  for (const tags of features) {
    writer.message(2, new WireWriter().message(2, Uint8Array.from(tags)).present(3, 1).done());
  }
  for (const key of keys) writer.message(3, text(key));
  for (const value of values) writer.message(4, value);
  return writer.done();
}

describe('the number found', () => {
  const comments = layer(
    'comment',
    ['count', 'idea'],
    [number(5, 300), number(6, 84), number(4, 5)],
    [
      [0, 0, 1, 2],
      [0, 1],
      [1, 2],
    ],
  );

  it('is the sum of the clusters, and one for a single comment', () => {
    const tile = new WireWriter().message(3, comments).done();
    expect(countFromTile(tile)).toBe(300 + 42 + 1);
  });

  it('looks at no other layer', () => {
    const tile = new WireWriter()
      .message(3, layer('road', ['count'], [number(5, 9)], [[0, 0]]))
      .done();
    expect(countFromTile(tile)).toBe(0);
  });

  it('is nothing for an empty tile', () => {
    expect(countFromTile(new Uint8Array(0))).toBe(0);
  });
});

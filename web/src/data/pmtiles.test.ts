import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Archive, type Read, tileId, tilesOfBox } from './pmtiles';
import { archiveBytes } from './testing';

const over =
  (bytes: Uint8Array<ArrayBuffer>): Read =>
  async (offset, length) =>
    offset + length <= bytes.length ? bytes.slice(offset, offset + length) : null;

describe('a tile’s number', () => {
  it.each([
    [0, 0, 0, 0],
    [1, 0, 0, 1],
    [1, 0, 1, 2],
    [1, 1, 1, 3],
    [1, 1, 0, 4],
    [2, 0, 0, 5],
    [12, 3423, 1763, 19_078_479],
  ])('%i/%i/%i is %i, as the standard says', (z, x, y, id) => {
    expect(tileId(z, x, y)).toBe(id);
  });

  it('is met once by each tile of a level', () => {
    const ids = new Set<number>();
    for (let x = 0; x < 32; x++) for (let y = 0; y < 32; y++) ids.add(tileId(5, x, y));
    expect(ids.size).toBe(1024);
    expect(Math.min(...ids)).toBe(341);
    expect(Math.max(...ids)).toBe(341 + 1023);
  });
});

describe('an archive', () => {
  const text = (bytes: unknown): string =>
    bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : String(bytes);

  it.each([false, true])('finds its tiles through a leaf directory (gzip: %s)', async (gzip) => {
    const archive = await Archive.open(over(archiveBytes(4, gzip, gzipSync)));
    expect(archive?.header).toMatchObject({ minZoom: 0, maxZoom: 4, tilesGzip: gzip });
    expect(text(await archive?.tile(4, 3, 9))).toBe(`tile ${tileId(4, 3, 9)}`);
    expect(text(await archive?.tile(0, 0, 0))).toBe('tile 0');
    expect(await archive?.tile(5, 0, 0)).toBe('none');
  });

  it('says that a part is not here, and finds it when it has come', async () => {
    const bytes = archiveBytes(4, false, gzipSync);
    let here = 0;
    const archive = await Archive.open(async (offset, length) =>
      here++ === 0 || here > 3 ? bytes.slice(offset, offset + length) : null,
    );
    expect(await archive?.tile(4, 3, 9)).toBe(null);
    expect(await archive?.tile(4, 3, 9)).toBe(null);
    expect(text(await archive?.tile(4, 3, 9))).toBe(`tile ${tileId(4, 3, 9)}`);
  });

  it('that is something else is none', async () => {
    expect(await Archive.open(over(new Uint8Array(200)))).toBe(null);
    expect(await Archive.open(over(new Uint8Array(10)))).toBe(null);
  });
});

it('a box touches the tiles that the map asks for', () => {
  expect(tilesOfBox([139.388, 36.147, 139.388, 36.147], 14)).toEqual({
    x: [14535, 14535],
    y: [6425, 6425],
  });
  expect(tilesOfBox([-180, -90, 180, 90], 1)).toEqual({ x: [0, 1], y: [0, 1] });
});

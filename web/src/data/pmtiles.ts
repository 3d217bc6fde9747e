/*
 * pmtiles: reads tiles from a PMTiles archive (version 3) of which perhaps only parts are here.
 *
 * `read` gives bytes of the archive or null where they are not on the device. Offsets are JavaScript
 * numbers: an archive is smaller than 2^53 bytes.
 */
export type Read = (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer> | null>;

export interface Header {
  readonly rootOffset: number;
  readonly rootLength: number;
  readonly leafOffset: number;
  readonly leafLength: number;
  readonly dataOffset: number;
  readonly directoriesGzip: boolean;
  readonly tilesGzip: boolean;
  readonly minZoom: number;
  readonly maxZoom: number;
}

interface Entry {
  readonly id: number;
  readonly run: number;
  readonly length: number;
  readonly offset: number;
}

export const HEADER_BYTES = 127;
const GZIP = 2;
const DEPTH_MAX = 4;

export function headerFromBytes(bytes: Uint8Array): Header | null {
  if (bytes.length < HEADER_BYTES || bytes[7] !== 3) return null;
  if (String.fromCharCode(...bytes.subarray(0, 7)) !== 'PMTiles') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u64 = (at: number): number => Number(view.getBigUint64(at, true));
  return {
    rootOffset: u64(8),
    rootLength: u64(16),
    leafOffset: u64(40),
    leafLength: u64(48),
    dataOffset: u64(56),
    directoriesGzip: view.getUint8(97) === GZIP,
    tilesGzip: view.getUint8(98) === GZIP,
    minZoom: view.getUint8(100),
    maxZoom: view.getUint8(101),
  };
}

/** The place of a tile along the Hilbert curve of its level, after all lower levels (section 4.1). */
export function tileId(z: number, x: number, y: number): number {
  let id = (4 ** z - 1) / 3;
  let [a, b] = [x, y];
  for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
    const right = (a & side) > 0 ? 1 : 0;
    const down = (b & side) > 0 ? 1 : 0;
    id += side * side * ((3 * right) ^ down);
    if (down === 0) {
      if (right === 1) [a, b] = [side - 1 - (a & (side - 1)), side - 1 - (b & (side - 1))];
      [a, b] = [b, a];
    }
  }
  return id;
}

export async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function entriesFromBytes(bytes: Uint8Array): Entry[] {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('a directory is cut short');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const count = varint();
  if (count > bytes.length) throw new RangeError('a directory claims more than it holds');
  const list = (): number[] => Array.from({ length: count }, varint);
  const [deltas, runs, lengths, offsets] = [list(), list(), list(), list()];
  const entries: Entry[] = [];
  let id = 0;
  for (let i = 0; i < count; i++) {
    id += deltas[i] ?? 0;
    const before = entries[i - 1];
    const offset = offsets[i] ?? 0;
    entries.push({
      id,
      run: runs[i] ?? 0,
      length: lengths[i] ?? 0,
      // Zero: right behind the entry before.
      offset: offset === 0 && before !== undefined ? before.offset + before.length : offset - 1,
    });
  }
  return entries;
}

/** The last entry whose id is not above `id`. */
function entryFor(entries: readonly Entry[], id: number): Entry | undefined {
  let [low, high] = [0, entries.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.id ?? 0) <= id) low = middle + 1;
    else high = middle - 1;
  }
  return entries[high];
}

export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** An archive that has been opened; null from `read` means "not here", and is passed on. */
export class Archive {
  readonly header: Header;
  readonly #read: Read;
  readonly #directories = new Map<number, Promise<Entry[] | null>>();

  private constructor(header: Header, read: Read) {
    this.header = header;
    this.#read = read;
  }

  static async open(read: Read): Promise<Archive | null> {
    const bytes = await read(0, HEADER_BYTES);
    const header = bytes === null ? null : headerFromBytes(bytes);
    return header === null ? null : new Archive(header, read);
  }

  #directory(offset: number, length: number): Promise<Entry[] | null> {
    const known = this.#directories.get(offset);
    if (known !== undefined) return known;
    const load = async (): Promise<Entry[] | null> => {
      const bytes = await this.#read(offset, length);
      if (bytes === null) return null;
      return entriesFromBytes(this.header.directoriesGzip ? await gunzip(bytes) : bytes);
    };
    const loading = load().then((entries) => {
      // What is not here now may have come when it is asked for again.
      if (entries === null) this.#directories.delete(offset);
      return entries;
    });
    this.#directories.set(offset, loading);
    return loading;
  }

  /** Where a tile lies; 'none': the archive has no such tile; null: its directory is not here. */
  async range(z: number, x: number, y: number): Promise<Range | 'none' | null> {
    const { header } = this;
    const id = tileId(z, x, y);
    let [offset, length] = [header.rootOffset, header.rootLength];
    for (let depth = 0; depth < DEPTH_MAX; depth++) {
      const entries = await this.#directory(offset, length);
      if (entries === null) return null;
      const entry = entryFor(entries, id);
      if (entry === undefined) return 'none';
      if (entry.run > 0) {
        if (id >= entry.id + entry.run) return 'none';
        return { offset: header.dataOffset + entry.offset, length: entry.length };
      }
      [offset, length] = [header.leafOffset + entry.offset, entry.length];
    }
    return 'none';
  }

  /** A tile as the map reads it; 'none' and null as in range. */
  async tile(z: number, x: number, y: number): Promise<Uint8Array<ArrayBuffer> | 'none' | null> {
    const range = await this.range(z, x, y);
    if (range === null || range === 'none') return range;
    const bytes = await this.#read(range.offset, range.length);
    return bytes === null || !this.header.tilesGzip ? bytes : gunzip(bytes);
  }
}

export type Box = readonly [number, number, number, number];

/** West, south, east, north as the tiles of a level that touch it. */
export function tilesOfBox(box: Box, z: number): { x: [number, number]; y: [number, number] } {
  const [west, south, east, north] = box;
  const side = 2 ** z;
  const inside = (value: number): number => Math.max(0, Math.min(side - 1, Math.floor(value)));
  const column = (lon: number): number => inside(((lon + 180) / 360) * side);
  const row = (lat: number): number => {
    const phi = (lat * Math.PI) / 180;
    return inside(((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * side);
  };
  return { x: [column(west), column(east)], y: [row(north), row(south)] };
}

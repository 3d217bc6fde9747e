/*
 * shelf: where this browser keeps packs: its private file system where a worker can write there,
 * else rows of IndexedDB (WebKitGTK, plain HTTP).
 */
import { cacheDatabase } from '../data/cache';
import { type PieceWish, rowShelf, type Shelf } from '../data/packs';

const fileOf = (name: string): string => `${name}.pmtiles`;

function writer(): (file: string, offset: number, bytes: Uint8Array<ArrayBuffer>) => Promise<void> {
  const worker = new Worker(new URL('../pack-worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, (ok: boolean) => void>();
  let count = 0;
  worker.onmessage = ({ data }: MessageEvent<{ n: number; ok: boolean }>) => {
    waiting.get(data.n)?.(data.ok);
    waiting.delete(data.n);
  };
  worker.onerror = () => {
    for (const answer of waiting.values()) answer(false);
    waiting.clear();
  };
  return (file, offset, bytes) =>
    new Promise((resolve, reject) => {
      count += 1;
      const wish: PieceWish = { n: count, file, offset, bytes };
      waiting.set(count, (ok) => (ok ? resolve() : reject(new Error('a piece was not written'))));
      worker.postMessage(wish);
    });
}

function fileShelf(write: ReturnType<typeof writer>): Shelf {
  const folder = (): Promise<FileSystemDirectoryHandle> => navigator.storage.getDirectory();
  return {
    kind: 'file',
    put: (name, _index, offset, bytes) => write(fileOf(name), offset, bytes),
    get: async (name, { offset }, from, length) => {
      const file = await (await folder()).getFileHandle(fileOf(name)).then((it) => it.getFile());
      const part = file.slice(offset + from, offset + from + length);
      return new Uint8Array(await part.arrayBuffer());
    },
    remove: async (name) => {
      await (await folder()).removeEntry(fileOf(name)).catch(() => undefined);
    },
  };
}

async function choose(): Promise<Shelf> {
  if (navigator.storage?.getDirectory !== undefined) {
    try {
      const write = writer();
      await write('try', 0, new Uint8Array(0));
      return fileShelf(write);
    } catch {
      // The file system is there, but not for us (private windows): rows will do.
    }
  }
  return rowShelf(await cacheDatabase());
}

let chosen: Promise<Shelf> | null = null;

export function shelf(): Promise<Shelf> {
  chosen ??= choose();
  return chosen;
}

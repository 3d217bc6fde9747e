/*
 * pack-worker: writes pieces of packs into the browser's private file system.
 *
 * Only a worker may write there by a sync handle, and only a sync handle is everywhere where that
 * file system is. A piece is on the disk (flush) before it is answered for.
 */
import type { PieceWish } from './data/packs';

declare const self: DedicatedWorkerGlobalScope;

async function write({ file, offset, bytes }: PieceWish): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(file, { create: true });
  const access = await handle.createSyncAccessHandle();
  try {
    for (let at = 0; at < bytes.length; ) {
      const count = access.write(bytes.subarray(at), { at: offset + at });
      if (count === 0) throw new DOMException('the disk is full', 'QuotaExceededError');
      at += count;
    }
    access.flush();
  } finally {
    access.close();
  }
}

// One after the other: a file has one handle at a time.
let queue = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<PieceWish>) => {
  queue = queue.then(() =>
    write(data).then(
      () => self.postMessage({ n: data.n, ok: true }),
      () => self.postMessage({ n: data.n, ok: false }),
    ),
  );
};

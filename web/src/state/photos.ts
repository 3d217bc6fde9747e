/* photos: the pictures of the draft: taken, ordered, described, thrown away. */
import { signal } from '@preact/signals-core';
import { dbRead } from '../data/db';
import { PHOTOS_PER_COMMENT, photoForget } from '../data/photos';
import { database } from './own';
import { draft, draftSet, draftStore } from './writing';

export { PHOTOS_PER_COMMENT };

export const photoTrouble = signal<'none' | 'failed' | 'full'>('none');
export const photoBusy = signal(0);

const urls = new Map<string, string>();
/** Counts thumbnails that have been read, so that the screen looks again. */
export const thumbsRead = signal(0);

/** The small picture of a photo that this tablet keeps; empty until it is read. */
export function thumbOf(id: string): string {
  void thumbsRead.value;
  const url = urls.get(id);
  if (url !== undefined) return url;
  urls.set(id, '');
  void database()
    .then((db) => dbRead(db, ['photo'], (tx) => tx.photo(id)))
    .then((row) => {
      if (row === undefined) return;
      urls.set(id, URL.createObjectURL(new Blob([row.thumb], { type: 'image/jpeg' })));
      thumbsRead.value += 1;
    })
    .catch(() => undefined);
  return '';
}

/** `take` makes a picture small and keeps it (ui/photo-take.ts). */
export async function photosAdd(
  files: readonly Blob[],
  take: (file: Blob) => Promise<{ id: string; width: number; height: number }>,
): Promise<void> {
  photoTrouble.value = 'none';
  for (const file of files) {
    if (draft.value.photos.length >= PHOTOS_PER_COMMENT) {
      photoTrouble.value = 'full';
      return;
    }
    photoBusy.value += 1;
    try {
      const { id, width, height } = await take(file);
      draftSet({ photos: [...draft.value.photos, { id, width, height, alt: '' }] });
      await draftStore();
    } catch {
      photoTrouble.value = 'failed';
    } finally {
      photoBusy.value -= 1;
    }
  }
}

export async function photoRemove(id: string): Promise<void> {
  draftSet({ photos: draft.value.photos.filter((photo) => photo.id !== id) });
  await draftStore();
  await photoForget(await database(), id);
}

export function photoMove(at: number, by: -1 | 1): void {
  const photos = [...draft.value.photos];
  const [one, other] = [photos[at], photos[at + by]];
  if (one === undefined || other === undefined) return;
  photos[at] = other;
  photos[at + by] = one;
  draftSet({ photos });
}

export function photoAlt(id: string, alt: string): void {
  draftSet({
    photos: draft.value.photos.map((photo) => (photo.id === id ? { ...photo, alt } : photo)),
  });
}

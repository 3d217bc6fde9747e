/*
 * photo-take: a file of the camera becomes a small picture, kept on the tablet.
 *
 * Drawing it on a canvas applies the orientation and leaves behind what a camera writes into its
 * files: position, serial number, thumbnail. Call it only after the draft has been stored: opening
 * the camera may end the page.
 */
import {
  PHOTO_BYTES_MAX,
  PHOTO_SIDE_MAX,
  photoKeep,
  type Shrunk,
  type Taken,
  THUMB_SIDE,
} from '../data/photos';
import { database } from '../state/own';

const QUALITIES = [0.85, 0.75, 0.65, 0.5] as const;

function draw(image: ImageBitmap, longest: number): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser cannot draw pictures');
  // What is see-through would turn black in a JPEG.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function jpegOf(canvas: HTMLCanvasElement, quality: number): Promise<ArrayBuffer> {
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', quality);
  });
  if (blob === null) throw new Error('this browser cannot make a JPEG');
  return blob.arrayBuffer();
}

export async function shrink(file: Blob): Promise<Shrunk> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
  try {
    const thumb = await jpegOf(draw(image, THUMB_SIDE), 0.7);
    for (let side = PHOTO_SIDE_MAX; ; side = Math.round(side * 0.75)) {
      const canvas = draw(image, side);
      for (const quality of QUALITIES) {
        const jpeg = await jpegOf(canvas, quality);
        if (jpeg.byteLength <= PHOTO_BYTES_MAX)
          return { jpeg, thumb, width: canvas.width, height: canvas.height };
      }
    }
  } finally {
    image.close();
  }
}

/** Fails when the file is no picture, or when the tablet cannot keep it. */
export async function photoTake(file: Blob): Promise<Taken> {
  return photoKeep(await database(), await shrink(file), { now: Date.now });
}

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

interface Picture {
  readonly source: ImageBitmap | HTMLImageElement;
  /** Upright. */
  readonly width: number;
  readonly height: number;
  readonly close: () => void;
}

/**
 * Safari before 17 refuses 'from-image' (its images turn by themselves), and some versions open a
 * photo of the camera (HEIC) in an <img> only: what the first way cannot do, the second tries.
 */
async function pictureOf(file: Blob): Promise<Picture> {
  try {
    const source = await createImageBitmap(file, { imageOrientation: 'from-image' });
    return { source, width: source.width, height: source.height, close: () => source.close() };
  } catch {
    const source = new Image();
    source.src = URL.createObjectURL(file);
    const close = (): void => URL.revokeObjectURL(source.src);
    try {
      await source.decode();
    } catch (error) {
      close();
      throw error;
    }
    return { source, width: source.naturalWidth, height: source.naturalHeight, close };
  }
}

function draw(image: Picture, longest: number): HTMLCanvasElement {
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
  context.drawImage(image.source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function jpegOf(canvas: HTMLCanvasElement, quality: number): Promise<ArrayBuffer> {
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', quality);
  });
  if (blob === null) throw new Error('this browser cannot make a JPEG');
  return blob.arrayBuffer();
}

/** Safari counts the canvases of a page until they are collected, and refuses more: give it back. */
function letGo(canvas: HTMLCanvasElement): void {
  canvas.width = 0;
  canvas.height = 0;
}

export async function shrink(file: Blob): Promise<Shrunk> {
  const image = await pictureOf(file);
  try {
    const small = draw(image, THUMB_SIDE);
    const thumb = await jpegOf(small, 0.7);
    letGo(small);
    for (let side = PHOTO_SIDE_MAX; ; side = Math.round(side * 0.75)) {
      const canvas = draw(image, side);
      const { width, height } = canvas;
      for (const quality of QUALITIES) {
        const jpeg = await jpegOf(canvas, quality);
        if (jpeg.byteLength > PHOTO_BYTES_MAX) continue;
        letGo(canvas);
        return { jpeg, thumb, width, height };
      }
      letGo(canvas);
    }
  } finally {
    image.close();
  }
}

/** Fails when the file is no picture, or when the tablet cannot keep it. */
export async function photoTake(file: Blob): Promise<Taken> {
  return photoKeep(await database(), await shrink(file), { now: Date.now });
}

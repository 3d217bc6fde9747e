/* moods: five faces in a 48 square, told apart by their mouths and brows, not by colour alone. */
import type { Mood } from '../sync/words';

export interface Face {
  /** Lines of eyes, brows and mouth. */
  readonly lines: string;
  /** Filled parts: cheeks, drops. */
  readonly fills: string;
}

export const FACE_OUTLINE = 'M24 4a20 20 0 1 1 0 40a20 20 0 0 1 0-40Z';

export const FACES: Readonly<Record<Exclude<Mood, 'none'>, Face>> = {
  happy: {
    lines: 'M14 20c1.500-3 4.500-3 6 0M28 20c1.500-3 4.500-3 6 0M14 28c3 9 17 9 20 0Z',
    fills: '',
  },
  calm: {
    lines:
      'M14 20c1.500 2.500 4.500 2.500 6 0M28 20c1.500 2.500 4.500 2.500 6 0M17 31c4 3.500 10 3.500 14 0',
    fills: '',
  },
  sad: {
    lines: 'M17 20v3M31 20v3M13 16l6-2M35 16l-6-2M17 34c4-5 10-5 14 0',
    fills: 'M13.500 26c2.500 3.500 3 5 1.500 6.500s-4 .5-4-2c0-1.500 1.500-3 2.500-4.500Z',
  },
  angry: {
    lines: 'M13 15l7 4M35 15l-7 4M17 22v2.500M31 22v2.500M17 34c4-4.500 10-4.500 14 0',
    fills: '',
  },
  hot: {
    lines: 'M14 19l5 2.500l-5 2.500M34 19l-5 2.500l5 2.500M18 31c2-2 4-2 6 0s4 2 6 0',
    fills:
      'M37 6c3 4.200 3.800 6 2 7.800s-5 .5-5-2.500c0-1.800 1.800-3.500 3-5.300ZM24 32.500h5c0 5-1 7-2.500 7s-2.500-2-2.500-7Z',
  },
};

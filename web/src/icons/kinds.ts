/*
 * kinds: each kind of comment as an outline, a sign inside it and a colour.
 *
 * The outline alone tells the kinds apart: colour is never the only difference. All in a box of
 * 48 by 48; the sign is a line of width 3.4 with round ends.
 */
import type { CommentKind } from '../sync/messages';

export interface KindPicture {
  readonly outline: string;
  readonly sign: string;
}

export const KIND_PICTURES: Record<CommentKind, KindPicture> = {
  idea: {
    outline: 'M24 3.500a20.500 20.500 0 1 1 0 41a20.500 20.500 0 1 1 0-41Z',
    sign: 'M24 12.500a8.500 8.500 0 0 0-5 15.400c1.200.9 1.600 1.800 1.600 2.600h6.800c0-.8.4-1.700 1.600-2.600A8.500 8.500 0 0 0 24 12.500ZM21.600 35.500h4.800',
  },
  trouble: {
    outline:
      'M19.700 6a5 5 0 0 1 8.600 0L45.600 36.500a5 5 0 0 1-4.300 7.500H6.700a5 5 0 0 1-4.300-7.500Z',
    sign: 'M24 17v12M24 36.400v.1',
  },
  good: {
    outline:
      'M24 44.500C9.500 34.500 3 27 3 17.800C3 10.200 8.700 5 14.800 5c3.900 0 7.300 2 9.200 5.200C25.900 7 29.300 5 33.200 5C39.300 5 45 10.200 45 17.800C45 27 38.500 34.500 24 44.500Z',
    sign: 'M17.500 18.500v.1M30.500 18.500v.1M16.500 25c3.800 5.600 11.200 5.600 15 0',
  },
  question: {
    outline: 'M13 4h22a9 9 0 0 1 9 9v22a9 9 0 0 1-9 9H13a9 9 0 0 1-9-9V13a9 9 0 0 1 9-9Z',
    sign: 'M18 19.500c0-8 12-8 12 0c0 5-6 4.800-6 9.800M24 35.900v.1',
  },
  action: {
    outline:
      'M15.600 5.500h16.800a5 5 0 0 1 4.300 2.500l8 13.500a5 5 0 0 1 0 5l-8 13.500a5 5 0 0 1-4.300 2.500H15.600a5 5 0 0 1-4.300-2.500l-8-13.500a5 5 0 0 1 0-5l8-13.500a5 5 0 0 1 4.300-2.500Z',
    sign: 'M15.500 24.500l6 6L33 18.500',
  },
  reading: {
    outline:
      'M20.100 3.600a5.500 5.500 0 0 1 7.800 0L44.400 20.100a5.500 5.500 0 0 1 0 7.800L27.900 44.400a5.500 5.500 0 0 1-7.800 0L3.600 27.900a5.500 5.500 0 0 1 0-7.800Z',
    sign: 'M22 12.500v13M22 34.500a4 4 0 1 0 0-8a4 4 0 0 0 0 8ZM28 16h3M28 21.500h3',
  },
};

/** Six colours that stay apart for the common kinds of colour blindness, and from the accent. */
export const KIND_COLOURS: Record<'light' | 'dark', Record<CommentKind, string>> = {
  light: {
    idea: '#9a6a00',
    trouble: '#b0224f',
    good: '#1b7a58',
    question: '#2460b0',
    action: '#6a48a8',
    reading: '#b8480f',
  },
  dark: {
    idea: '#e6b84a',
    trouble: '#f4819f',
    good: '#5fcda3',
    question: '#84b4f7',
    action: '#bda4f3',
    reading: '#ff9f6e',
  },
};

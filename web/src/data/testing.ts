/* testing: what the tests of data/ and sync/ write; the app itself does not import it. */
import type { NewComment, Speaker } from './outbox';

export const SPEAKER: Speaker = {
  authorId: '',
  penName: '',
  hat: 'citizen',
  channel: 'web',
  meetingId: null,
  spaceId: null,
};

export function newComment(text: string, more: Partial<NewComment> = {}): NewComment {
  return {
    kind: 'idea',
    title: '',
    text,
    mood: 'none',
    cardId: null,
    place: {
      lonE7: 1_393_880_000,
      latE7: 361_470_000,
      buildingId: '',
      shape: 'point',
      corners: [],
      source: 'tap',
      accuracyM: 0,
    },
    drawing: [],
    readings: [],
    photos: [],
    speaker: SPEAKER,
    receipt: '',
    ...more,
  };
}

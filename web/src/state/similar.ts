/* similar: what is asked before sending: did someone already write this here? */
import { signal } from '@preact/signals-core';
import { commentsGet } from '../api/client';
import { SIMILAR_M, type Similar, similarTo } from '../write/similar';
import { NO_FILTER, type ShownComment, shown } from './comments';
import { pageInstead } from './offline';
import { draft } from './writing';

const MOST = 3;
/** So long the network may take; what the tablet knows is asked anyway. */
const PATIENCE_MS = 1_500;
const ASKED_AT_MOST = 200;

export const similar = signal<readonly Similar<ShownComment>[]>([]);

async function around(lon: number, lat: number): Promise<ShownComment[]> {
  const north = SIMILAR_M / 111_320;
  const east = north / Math.cos((lat * Math.PI) / 180);
  const page = {
    limit: ASKED_AT_MOST,
    bbox: [lon - east, lat - north, lon + east, lat + north],
  } as const;
  const asked = await commentsGet(NO_FILTER, page, AbortSignal.timeout(PATIENCE_MS));
  // Whoever waits for an answer that does not come is asked out of what the tablet knows.
  const answer = asked.ok
    ? asked
    : await pageInstead({ ...asked.failure, kind: 'network' }, NO_FILTER, page);
  if (!answer.ok) return [];
  return answer.value.comments.map((comment) => ({
    ...comment,
    mine: false,
    local: 'none',
    reason: '',
  }));
}

/** Looks among what the tablet knows and, when there is a network, what the server has near here. */
export async function similarLook(): Promise<boolean> {
  const { lon, lat, kind, cardId, title, text } = draft.value;
  if (lon === null || lat === null || kind === null) return false;
  const known = new Map<string, ShownComment>();
  for (const comment of [...(await around(lon, lat)), ...shown.value])
    known.set(comment.id, comment);
  const others = [...known.values()].filter(({ mine, status }) => !mine && status === 'public');
  similar.value = similarTo({ lon, lat, kind, cardId, title, text }, others, MOST);
  return similar.value.length > 0;
}

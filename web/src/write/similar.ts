/*
 * similar: who already wrote this, or nearly this, near here? From what the tablet knows; no network.
 *
 * Words are compared by pairs of characters, as the server's search does: Japanese needs no spaces.
 */
import { metresBetween } from './shape';

export const SIMILAR_M = 250;
/** Dice's coefficient of the pairs; found by hand on the demo town's comments. */
const ALIKE = 0.34;
/** A short sentence that lies within a longer one is the same thing said again. */
const CONTAINED = 0.75;
const LEAST_PAIRS = 4;

export interface Written {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  readonly kind: string;
  readonly cardId: string | null;
  readonly title: string;
  readonly text: string;
}

export interface Similar<T extends Written> {
  readonly comment: T;
  readonly metres: number;
  readonly why: 'words' | 'theme';
  readonly score: number;
}

export function pairsOf(text: string): Set<string> {
  const plain = [
    ...text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\p{P}\p{S}\p{Z}\s]/gu, ''),
  ];
  const pairs = new Set<string>();
  for (let i = 1; i < plain.length; i++) pairs.add(`${plain[i - 1]}${plain[i]}`);
  return pairs;
}

/** 0 to 1: how alike two texts are. */
export function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size < LEAST_PAIRS || b.size < LEAST_PAIRS) return 0;
  let both = 0;
  for (const pair of a) if (b.has(pair)) both += 1;
  const dice = (2 * both) / (a.size + b.size);
  const contained = both / Math.min(a.size, b.size);
  return contained >= CONTAINED ? Math.max(dice, contained) : dice;
}

/**
 * Comments within 250 m with similar words, or of the same kind about the same card; the most alike
 * first, nearer ones before farther ones.
 */
export function similarTo<T extends Written>(
  draft: Omit<Written, 'id'>,
  known: Iterable<T>,
  most: number,
): Similar<T>[] {
  const own = pairsOf(`${draft.title} ${draft.text}`);
  const found: Similar<T>[] = [];
  for (const comment of known) {
    const metres = metresBetween([draft.lon, draft.lat], [comment.lon, comment.lat]);
    if (metres > SIMILAR_M) continue;
    const words = alike(own, pairsOf(`${comment.title} ${comment.text}`));
    const theme =
      draft.cardId !== null && comment.cardId === draft.cardId && comment.kind === draft.kind;
    if (words < ALIKE && !theme) continue;
    const score = words + (theme ? 0.2 : 0) + 0.2 * (1 - metres / SIMILAR_M);
    found.push({ comment, metres, why: words >= ALIKE ? 'words' : 'theme', score });
  }
  return found
    .sort((a, b) => b.score - a.score || (a.comment.id < b.comment.id ? -1 : 1))
    .slice(0, most);
}

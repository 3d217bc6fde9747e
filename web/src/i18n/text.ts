/*
 * text: a sentence of the catalogue, as pieces with ruby or as plain words.
 *
 * {漢字|かんじ} is a word with its reading, {n} a value that the caller gives.
 */
import { catalogues, type Key, type Lang } from './catalogue';

export type Params = Readonly<Record<string, string | number>>;
export type Piece = string | { readonly base: string; readonly ruby: string };

const MARK = /\{([^{}|]+)(?:\|([^{}|]+))?\}/g;

/** Splits any marked text; catalogue sentences and the easy titles of cards alike. */
export function pieces(marked: string, params: Params = {}): Piece[] {
  const out: Piece[] = [];
  let last = 0;
  for (const match of marked.matchAll(MARK)) {
    if (match.index > last) out.push(marked.slice(last, match.index));
    const [whole, base = '', ruby] = match;
    if (ruby !== undefined) out.push({ base, ruby });
    else out.push(base in params ? String(params[base]) : whole);
    last = match.index + whole.length;
  }
  if (last < marked.length) out.push(marked.slice(last));
  return out;
}

/** Without ruby, for labels that a program reads: names of controls, titles, announcements. */
export function plain(marked: string, params?: Params): string {
  return pieces(marked, params)
    .map((piece) => (typeof piece === 'string' ? piece : piece.base))
    .join('');
}

export function sentence(lang: Lang, key: Key): string {
  return catalogues[lang][key];
}

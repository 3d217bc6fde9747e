/*
 * grade: for whom words carry their reading.
 *
 * The reading stands over a word as soon as one of its kanji is learned later than the reader's
 * school year. The kanji of the middle school are not divided by years in the standard: its pupils
 * see the reading of every word that goes beyond the primary school's 1,026.
 */
import { yearOf } from './kanji';

/** all: over every word; 1 to 6: school years; 7: middle school; none: nowhere. */
export const GRADES = ['all', '1', '2', '3', '4', '5', '6', '7', 'none'] as const;
export type Grade = (typeof GRADES)[number];

export function gradeFromText(text: string | null): Grade | null {
  return GRADES.find((grade) => grade === text) ?? null;
}

/** A meeting's grade: 1 to 9, of middle schools 7 to 9; 0 where it is not of a school. */
export function gradeFromNumber(year: number): Grade | null {
  return year >= 1 && year <= 9 ? gradeFromText(String(Math.min(7, year))) : null;
}

export function rubyNeeded(word: string, grade: Grade): boolean {
  if (grade === 'all') return true;
  if (grade === 'none') return false;
  const known = Math.min(6, Number(grade));
  return [...word].some((character) => yearOf(character) > known);
}

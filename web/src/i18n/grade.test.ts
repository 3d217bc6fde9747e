import { describe, expect, it } from 'vitest';
import { gradeFromNumber, gradeFromText, rubyNeeded } from './grade';
import { KANJI_ALL, KANJI_COUNTS, yearOf } from './kanji';

describe('the table of kanji by school year', () => {
  it('has the 1,026 kanji of the standard of 2020, none of them twice', () => {
    expect(KANJI_COUNTS).toEqual([80, 160, 200, 202, 193, 191]);
    expect(KANJI_ALL.size).toBe(1026);
  });

  it('has the twenty kanji of prefectures, new in 2020, in the fourth year', () => {
    for (const kanji of '茨媛岡潟岐熊香佐埼崎滋鹿縄井沖栃奈梨阪阜') expect(yearOf(kanji)).toBe(4);
  });

  it.each([
    ['moved from the fifth to the fourth year', '賀群徳富', 4],
    ['moved from the sixth to the fourth year', '城', 4],
    ['moved from the fourth to the fifth year', '囲紀喜救型航告殺士史象賞貯停堂得毒費粉脈歴', 5],
    ['moved from the fifth to the sixth year', '恩券承舌銭退敵俵預', 6],
    ['moved from the fourth to the sixth year', '胃腸', 6],
  ])('holds what was %s', (_name, kanji, year) => {
    for (const one of kanji) expect(yearOf(one)).toBe(year);
  });

  it('knows kanji outside it, and what is no kanji', () => {
    expect(yearOf('謎')).toBe(7);
    for (const other of 'あア々〆A1。') expect(yearOf(other)).toBe(0);
  });
});

describe('a reading', () => {
  it.each([
    ['地図', '1', true],
    ['地図', '2', false],
    ['暑', '2', true],
    ['暑', '3', false],
    ['矢印', '3', true],
    ['矢印', '4', false],
    ['名前', '1', true],
    ['日', '1', false],
    ['日', 'all', true],
    ['謎', '6', true],
    ['謎', '7', true],
    ['謎', 'none', false],
    ['人々', '1', false],
  ] as const)('over %s for grade %s: %s', (word, grade, needed) => {
    expect(rubyNeeded(word, grade)).toBe(needed);
  });

  it('follows the meeting of a school only', () => {
    expect(gradeFromNumber(0)).toBeNull();
    expect(gradeFromNumber(3)).toBe('3');
    expect(gradeFromNumber(9)).toBe('7');
    expect(gradeFromNumber(10)).toBeNull();
    expect(gradeFromText('13')).toBeNull();
  });
});

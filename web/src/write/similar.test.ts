import { describe, expect, it } from 'vitest';
import { alike, pairsOf, similarTo, type Written } from './similar';

const DRAFT = {
  lon: 139.388,
  lat: 36.147,
  kind: 'trouble',
  cardId: 'heat',
  title: '',
  text: 'このバス停は日かげがなくて、とても暑いです。',
};

function written(id: string, change: Partial<Written>): Written {
  return { ...DRAFT, id, cardId: null, kind: 'idea', text: 'ねこがいました', ...change };
}

const found = (known: Written[], most = 5): string[] =>
  similarTo(DRAFT, known, most).map(({ comment }) => comment.id);

describe('someone already wrote this', () => {
  it('in other words of the same kind', () => {
    const other = written('a', { text: 'バス停に日かげがありません。夏はとても暑い。' });
    expect(similarTo(DRAFT, [other], 5)).toMatchObject([{ comment: { id: 'a' }, why: 'words' }]);
  });

  it('as part of a longer text', () => {
    const long = `${DRAFT.text}${'それから、歩道の段差でつまずく人も見ました。'.repeat(3)}`;
    expect(found([written('a', { text: long })])).toEqual(['a']);
  });

  it('with other width and case', () => {
    expect(alike(pairsOf('ＷＢＧＴが３１です'), pairsOf('wbgtが31です。'))).toBe(1);
  });

  it('of the same kind about the same card, whatever the words', () => {
    expect(similarTo(DRAFT, [written('a', { kind: 'trouble', cardId: 'heat' })], 5)).toMatchObject([
      { why: 'theme' },
    ]);
    expect(found([written('a', { kind: 'trouble' })])).toEqual([]);
    expect(found([written('a', { cardId: 'heat' })])).toEqual([]);
  });

  it('not when it is more than 250 m away', () => {
    expect(found([written('a', { text: DRAFT.text, lat: 36.147 + 251 / 111_320 })])).toEqual([]);
    expect(found([written('a', { text: DRAFT.text, lat: 36.147 + 249 / 111_320 })])).toEqual(['a']);
  });

  it('not because of a word or two that everybody uses', () => {
    expect(found([written('a', { text: '道がとても広くて、歩きやすいです。' })])).toEqual([]);
    expect(found([written('a', { text: '暑い' })])).toEqual([]);
  });

  it('the most alike first, and not more than asked for', () => {
    const same = written('same', { text: DRAFT.text, lat: 36.148 });
    const near = written('near', { text: 'このバス停は日かげがなくて困ります。' });
    const theme = written('theme', { kind: 'trouble', cardId: 'heat' });
    expect(found([theme, near, same])).toEqual(['same', 'near', 'theme']);
    expect(found([theme, near, same], 1)).toEqual(['same']);
  });
});

import { describe, expect, it } from 'vitest';
import { catalogues, LANGS } from './catalogue';
import { pieces, plain } from './text';

const PARAM = /\{(\w+)\}/g;
const params = (text: string) => [...text.matchAll(PARAM)].map((match) => match[1]).sort();

describe('the catalogue', () => {
  const keys = Object.keys(catalogues.ja).sort();

  it.each(LANGS)('has every key in %s, and none is empty', (lang) => {
    expect(Object.keys(catalogues[lang]).sort()).toEqual(keys);
    for (const [key, text] of Object.entries(catalogues[lang]))
      expect(text.trim(), key).not.toBe('');
  });

  it('takes the same values in each language', () => {
    for (const [key, text] of Object.entries(catalogues.ja)) {
      for (const lang of LANGS) {
        expect(
          params(catalogues[lang][key as keyof typeof catalogues.ja]),
          `${lang} ${key}`,
        ).toEqual(params(text));
      }
    }
  });

  it('gives every kanji of the easy language its reading in kana', () => {
    // A placeholder of an input cannot hold ruby; its words are examples to type.
    const exempt = new Set(['list.searchHint']);
    for (const [key, text] of Object.entries(catalogues.easy)) {
      if (exempt.has(key)) continue;
      const bare = text.replaceAll(/\{[^{}|]+\|[^{}|]+\}/g, '');
      expect(bare, key).not.toMatch(/\p{Script=Han}/u);
      for (const piece of pieces(text)) {
        if (typeof piece === 'string') continue;
        expect(piece.base, key).toMatch(/\p{Script=Han}/u);
        expect(piece.ruby, key).toMatch(/^[\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u);
      }
    }
  });

  it('has no ruby in the other languages', () => {
    for (const lang of ['ja', 'en'] as const) {
      for (const [key, text] of Object.entries(catalogues[lang]))
        expect(text, key).not.toContain('|');
    }
  });
});

describe('a marked sentence', () => {
  it('splits into words, ruby and values', () => {
    expect(pieces('{書|か}いた {n} こ', { n: 3 })).toEqual([
      { base: '書', ruby: 'か' },
      'いた ',
      '3',
      ' こ',
    ]);
  });

  it('reads plainly without its ruby', () => {
    expect(plain('{地図|ちず}で {見|み}る')).toBe('地図で 見る');
  });

  it('keeps a mark whose value is missing, so that it is seen', () => {
    expect(plain('あと {n} 文字')).toBe('あと {n} 文字');
  });
});

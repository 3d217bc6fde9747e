import { describe, expect, it } from 'vitest';
import { timeText } from './time';

const NOW = new Date('2026-07-23T05:16:00Z');

describe('when something was written', () => {
  it.each([
    ['2026-07-23T05:15:40Z', 'ja', ''],
    ['2026-07-23T05:11:00Z', 'ja', '5 分前'],
    ['2026-07-23T05:11:00Z', 'easy', '5ふん まえ'],
    ['2026-07-23T02:16:00Z', 'easy', '3じかん まえ'],
    ['2026-07-23T02:16:00Z', 'en', '3 hr. ago'],
    ['2026-07-01T15:30:00Z', 'ja', '7/2(木)'],
    ['2026-07-01T15:30:00Z', 'en', 'Jul 2'],
    ['2025-07-01T02:30:00Z', 'easy', '2025/7/1'],
  ] as const)('%s is said in %s as «%s»', (at, lang, text) => {
    expect(timeText(new Date(at), NOW, lang).replaceAll('\u202f', ' ')).toBe(text);
  });
});

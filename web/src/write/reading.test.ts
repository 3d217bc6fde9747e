import { describe, expect, it } from 'vitest';
import {
  clockText,
  isEarly,
  readingFault,
  valueFromText,
  valueText,
  waitedSeconds,
} from './reading';

describe('a value', () => {
  it.each([
    ['35.5', 35.5],
    ['３５．５', 35.5],
    ['35,5', 35.5],
    [' 35.5 ℃', 35.5],
    ['40度', 40],
    ['ー3', -3],
    ['−3.25', -3.25],
    ['65%', 65],
  ])('written «%s» is %d', (text, value) => {
    expect(valueFromText(text)).toBe(value);
  });

  it.each(['', 'あつい', '1e9', '35.5.5', '1234', '0x20', '--3', '35.12345'])(
    'written «%s» is none',
    (text) => {
      expect(valueFromText(text)).toBeNull();
    },
  );

  it('is shown without needless zeros', () => {
    expect(valueText(35500)).toBe('35.5');
    expect(valueText(-3000)).toBe('-3');
    expect(valueText(31250)).toBe('31.25');
  });
});

describe('a reading', () => {
  it.each([
    ['air_temperature', '41.8', null],
    ['air_temperature', '355', 'range'],
    ['air_temperature', '', 'empty'],
    ['air_temperature', 'x', 'number'],
    ['wbgt', '46', 'range'],
    ['surface_temperature', '68', null],
    ['humidity', '0', 'range'],
    ['humidity', '100', null],
  ] as const)('of %s, %s: %s', (quantity, text, fault) => {
    expect(readingFault(quantity, text)).toBe(fault);
  });

  it('is early before two minutes have passed', () => {
    expect(isEarly(waitedSeconds(null, 5000))).toBe(true);
    expect(isEarly(waitedSeconds(0, 119_999))).toBe(true);
    expect(isEarly(waitedSeconds(0, 120_000))).toBe(false);
  });

  it('survives a clock that was turned back and a timer that was forgotten', () => {
    expect(waitedSeconds(10_000, 5_000)).toBe(0);
    expect(waitedSeconds(0, 1e12)).toBe(3600);
  });

  it('counts in minutes and seconds', () => {
    expect(clockText(120)).toBe('2:00');
    expect(clockText(65)).toBe('1:05');
    expect(clockText(9)).toBe('0:09');
  });
});

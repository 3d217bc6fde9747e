import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { receiptHash, receiptMake, receiptRead, receiptShown } from './receipt';

it('a code has ten characters that no reader confuses', () => {
  const code = receiptMake(Uint8Array.from({ length: 10 }, (_, i) => 255 - 3 * i));
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
  expect(receiptRead(receiptShown(code))).toBe(code);
});

it('what a person types is read kindly, and nothing else', () => {
  expect(receiptRead(' o1iL0-abcde ')).toBe('01110ABCDE');
  expect(receiptRead('０1２3４ー56789')).toBe('0123456789');
  expect(receiptRead('0123456789A')).toBe(null);
  expect(receiptRead('U123456789')).toBe(null);
});

it('its hash is bound to its purpose', () => {
  const expected = createHash('sha256').update('kakikomap receipt\0ABCDE12345').digest('hex');
  expect(Buffer.from(receiptHash('ABCDE12345')).toString('hex')).toBe(expected);
});

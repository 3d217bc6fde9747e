/*
 * receipt: the short code by which an anonymous author finds the own comment again, on any device.
 *
 * Ten characters of Crockford's base 32 are 50 random bits. Only the hash travels with the comment;
 * the code itself stays with the author.
 */
import { sha256 } from './sha256';
import { randomBytes } from './uuid';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;

export function receiptMake(random: Uint8Array = randomBytes(LENGTH)): string {
  return Array.from(random.subarray(0, LENGTH), (byte) => DIGITS[byte % 32]).join('');
}

/** As people see it: XXXXX-XXXXX. */
export function receiptShown(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** What a person typed as a code, or null: I and L read as 1, O as 0; spaces and dashes do not count. */
export function codeRead(typed: string, length: number): string | null {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\-‐‑–—−ー]/g, '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0');
  return code.length === length && [...code].every((digit) => DIGITS.includes(digit)) ? code : null;
}

export const receiptRead = (typed: string): string | null => codeRead(typed, LENGTH);

export function receiptHash(code: string): Uint8Array<ArrayBuffer> {
  return sha256(new TextEncoder().encode(`kakikomap receipt\0${code}`));
}

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from './sha256';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('SHA-256', () => {
  it('is what FIPS 180-4 gives as its examples', () => {
    expect(hex(sha256(new TextEncoder().encode('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('is what the system computes at every length around the blocks', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);
      expect(hex(sha256(bytes)), `${length}`).toBe(
        createHash('sha256').update(bytes).digest('hex'),
      );
    }
  });

  it('reads a part of a larger buffer', () => {
    const whole = Uint8Array.from({ length: 500 }, (_, i) => i % 251);
    const part = whole.subarray(13, 400);
    expect(hex(sha256(part))).toBe(createHash('sha256').update(part).digest('hex'));
  });
});

import { describe, expect, it } from 'vitest';
import { base64Url, bytesFromUuid, isUuid, uuidFromBytes, uuidV7 } from './uuid';

describe('an id', () => {
  it('is the example of RFC 9562, appendix A.6', () => {
    // 2022-02-22T19:22:22Z, random bits 0xCC3, 0x18C4DC0C0C07398F
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('has version 7 and the variant whatever the random bits', () => {
    for (const byte of [0x00, 0xff]) {
      const id = uuidV7(1_795_377_600_123, new Uint8Array(10).fill(byte));
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => uuidV7(0))).size).toBe(1000);
  });

  it('goes to bytes and back', () => {
    const id = '0192f3a0-7c00-7000-8000-00000000c0de';
    expect(uuidFromBytes(bytesFromUuid(id))).toBe(id);
    expect(isUuid(id.toUpperCase())).toBe(false);
    expect(() => bytesFromUuid('nonsense')).toThrow(RangeError);
  });

  it('a token is base64url without padding (RFC 4648, section 5)', () => {
    expect(base64Url(Uint8Array.from([0xfb, 0xff, 0xfe]))).toBe('-__-');
    expect(base64Url(new TextEncoder().encode('foob'))).toBe('Zm9vYg');
  });
});

/*
 * uuid: ids made where a thing is born (RFC 9562, version 7).
 *
 * crypto.getRandomValues exists on a plain http:// address of a school's network too;
 * crypto.randomUUID does not.
 */

/** 16 bytes as 8-4-4-4-12 lower-case hexadecimal digits. */
export type Uuid = string;

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return SHAPE.test(text);
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function uuidFromBytes(bytes: Uint8Array): Uuid {
  let hex = '';
  for (const byte of bytes.subarray(0, 16)) hex += byte.toString(16).padStart(2, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function bytesFromUuid(id: Uuid): Uint8Array<ArrayBuffer> {
  if (!isUuid(id)) throw new RangeError(`not a UUID: ${id}`);
  const hex = id.replaceAll('-', '');
  return Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

/** The time is a hint that keeps neighbours near in an index; nothing else reads it. */
export function uuidV7(nowMs: number, random: Uint8Array = randomBytes(10)): Uuid {
  const bytes = new Uint8Array(16);
  let time = Math.max(0, Math.floor(nowMs));
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidFromBytes(bytes);
}

export function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

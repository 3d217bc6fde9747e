/*
 * wire: the few parts of the protobuf encoding that the messages of /sync/v1 use.
 *
 * Numbers are JavaScript numbers: every integer of the protocol stays below 2^53, and a reader
 * that meets a larger one fails rather than rounds.
 */

export class WireError extends Error {}

const utf8 = new TextEncoder();
const utf8Strict = new TextDecoder('utf-8', { fatal: true });

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Writes fields in the order of the calls; proto3 leaves out zeros and empty values. */
export class WireWriter {
  readonly #bytes: number[] = [];

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes.push(rest);
  }

  #tag(field: number, type: number): void {
    this.#varint(field * 8 + type);
  }

  uint(field: number, value: number): this {
    return value === 0 ? this : this.present(field, value);
  }

  /** A member of a oneof is written even when it is zero: its presence is the message. */
  present(field: number, value: number): this {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new WireError(`not an unsigned integer: ${value}`);
    this.#tag(field, VARINT);
    this.#varint(value);
    return this;
  }

  /** sint32 and sint64: zigzag. */
  sint(field: number, value: number): this {
    return this.uint(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** repeated sint32, packed. */
  sints(field: number, values: readonly number[]): this {
    if (values.length === 0) return this;
    const inner = new WireWriter();
    for (const value of values) {
      if (!Number.isSafeInteger(value)) throw new WireError(`not an integer: ${value}`);
      inner.#varint(value < 0 ? -2 * value - 1 : 2 * value);
    }
    return this.message(field, inner.done());
  }

  bytes(field: number, value: Uint8Array): this {
    return value.length === 0 ? this : this.message(field, value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  /** A message, or a bytes member of a oneof: written even when it is empty. */
  message(field: number, value: Uint8Array): this {
    this.#tag(field, BYTES);
    this.#varint(value.length);
    for (const byte of value) this.#bytes.push(byte);
    return this;
  }

  done(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }
}

export interface WireField {
  readonly field: number;
  readonly number: number;
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

export const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/** The values of a packed repeated uint32 or uint64. */
export function uintsFromWire(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (!Number.isSafeInteger(value)) throw new WireError('a number is too large');
    if (byte < 0x80) {
      values.push(value);
      value = 0;
      scale = 1;
    }
  }
  if (scale !== 1) throw new WireError('a number is cut short');
  return values;
}

/** The values of a packed repeated sint32. */
export const sintsFromWire = (bytes: Uint8Array): number[] => uintsFromWire(bytes).map(unzigzag);

/** The fields of a message in the order they came; unknown ones are the caller's to skip. */
export function* wireFields(input: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = input[at++];
      if (byte === undefined) throw new WireError('a number is cut short');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) throw new WireError('a number is too large');
        return value;
      }
      scale *= 0x80;
    }
    throw new WireError('a number is too long');
  };
  const take = (length: number): Uint8Array => {
    if (at + length > input.length) throw new WireError('a field is cut short');
    at += length;
    return input.subarray(at - length, at);
  };
  while (at < input.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (field === 0) throw new WireError('field number zero');
    switch (tag % 8) {
      case VARINT:
        yield { field, number: varint(), bytes: NOTHING };
        break;
      case BYTES:
        yield { field, number: 0, bytes: take(varint()) };
        break;
      case FIXED64:
        yield { field, number: 0, bytes: take(8) };
        break;
      case FIXED32:
        yield { field, number: 0, bytes: take(4) };
        break;
      default:
        throw new WireError('unknown wire type');
    }
  }
}

export function textFromWire(bytes: Uint8Array): string {
  try {
    return utf8Strict.decode(bytes);
  } catch {
    throw new WireError('text is not UTF-8');
  }
}

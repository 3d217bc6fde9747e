/* The bytes on the right were made by `protoc --encode` from schema/proto/sync.proto (protoc 3.21). */
import { describe, expect, it } from 'vitest';
import {
  bodyBytes,
  helloFromBytes,
  opBytes,
  pushRequestBytes,
  pushResponseFromBytes,
} from './messages';
import { WireError, wireFields } from './wire';

const CARD = '0192f3a0-7c00-7000-8000-00000000c0de';
const OBJECT = '0192f3a0-7c00-7000-8000-00000000c0df';
const DEVICE = '00010203-0405-0607-0809-0a0b0c0d0e0f';
const AUTHOR = '10111213-1415-1617-1819-1a1b1c1d1e1f';
const AT = 1_795_377_600_123;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('what the app makes is what protoc makes', () => {
  it('a comment with everything', () => {
    const body = bodyBytes({
      comment: {
        kind: 'trouble',
        text: '日かげがない',
        place: { lonE7: 1_393_880_000, latE7: 361_470_000, buildingId: 'b-17' },
        cardId: CARD,
        channel: 'web',
        hat: 'citizen',
        penName: 'ひまわり',
      },
    });
    expect(hex(body)).toBe(
      '0a4e08021212e697a5e3818be38192e3818ce381aae381841a120880afa7b10a10e0e0dcd8021a04622d3137' +
        '22100192f3a07c007000800000000000c0de30013801420ce381b2e381bee3828fe3828a',
    );
  });

  it('a comment south-west of the origin, without card, building and name', () => {
    const body = bodyBytes({
      comment: {
        kind: 'idea',
        text: 'a',
        place: { lonE7: -1, latE7: -361_470_000, buildingId: '' },
        cardId: null,
        channel: 'web',
        hat: 'citizen',
        penName: '',
      },
    });
    expect(hex(body)).toBe('0a1308011201611a08080110dfe0dcd80230013801');
  });

  it('a reply', () => {
    const body = bodyBytes({
      reply: { commentId: CARD, text: 'はい', channel: 'web', hat: 'citizen', penName: 'P' },
    });
    expect(hex(body)).toBe(
      '12210a100192f3a07c007000800000000000c0de1206e381afe38184180120012a0150',
    );
  });

  it('a reaction taken back is present though its number is zero', () => {
    expect(hex(bodyBytes({ reaction: 'none' }))).toBe('5000');
  });

  it('an empty text is present too', () => {
    expect(hex(bodyBytes({ text: '' }))).toBe('2a00');
  });

  it('the reason of a withdrawal', () => {
    expect(hex(bodyBytes({ reason: 'author' }))).toBe('5a06617574686f72');
  });

  it('an operation', () => {
    const op = opBytes({
      opId: CARD,
      deviceId: DEVICE,
      devSeq: 300,
      kind: 4,
      objectId: OBJECT,
      register: 6,
      rev: 2,
      authorId: AUTHOR,
      municipality: 11202,
      madeMs: AT,
      body: bodyBytes({ reaction: 'agree' }),
    });
    expect(hex(op)).toBe(
      '0a100192f3a07c007000800000000000c0de1210000102030405060708090a0b0c0d0e0f18ac02' +
        '20042a100192f3a07c007000800000000000c0df300638024210101112131415161718191a1b1c1d1e1f' +
        '48c25750f6d9c0cdc0687a025001',
    );
  });

  it('a push', () => {
    const push = pushRequestBytes(DEVICE, AT, [new TextEncoder().encode('abc'), new Uint8Array(0)]);
    expect(hex(push)).toBe('0a10000102030405060708090a0b0c0d0e0f10f6d9c0cdc068180122036162632200');
  });
});

describe('what protoc makes the app reads', () => {
  const answer = bytes(
    '0a10000102030405060708090a0b0c0d0e0f1210101112131415161718191a1b1c1d1e1f18f6d9c0cdc068' +
      '221a0a100192f3a07c007000800000000000c0de1001188580808010' +
      '22250a100192f3a07c007000800000000000c0df1004220f6861745f6e6f745f616c6c6f776564',
  );

  it('an answer to a push, with a change number beyond 32 bits', () => {
    expect(pushResponseFromBytes(answer)).toEqual({
      serverId: '000102030405060708090a0b0c0d0e0f',
      epoch: '101112131415161718191a1b1c1d1e1f',
      acks: [
        { opId: CARD, status: 1, change: 4_294_967_301, reason: '' },
        { opId: OBJECT, status: 4, change: 0, reason: 'hat_not_allowed' },
      ],
    });
  });

  it('a greeting, with fields it does not know of', () => {
    const hello = helloFromBytes(
      bytes(
        '0a10000102030405060708090a0b0c0d0e0f18f6d9c0cdc0682001280130403880801040a01f48c257' +
          '5224e3818fe381bee381aee38284e5b882efbc88e69eb6e7a9bae381aee381bee381a1efbc8958076001' +
          'a20602abcd',
      ),
    );
    expect(hello).toMatchObject({
      maxOps: 64,
      maxPushBytes: 262_144,
      maxTextBytes: 4000,
      municipality: 11202,
      municipalityName: 'くまのや市（架空のまち）',
      change: 7,
      demo: true,
    });
  });

  it('every answer cut short is refused, not half read', () => {
    const whole = [...wireFields(answer)].length;
    for (let length = 1; length < answer.length; length++) {
      let fields = 0;
      try {
        fields = [...wireFields(answer.subarray(0, length))].length;
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
      expect(fields).toBeLessThan(whole);
    }
  });

  it('a number beyond what JavaScript holds exactly is refused', () => {
    expect(() => [...wireFields(bytes('08ffffffffffffffffff01'))]).toThrow(WireError);
  });
});

/* The bytes on the right were made by `protoc --encode` from schema/proto/sync.proto (protoc 3.21). */
import { describe, expect, it } from 'vitest';
import {
  changesFromBytes,
  haveResponseFromBytes,
  helloFromBytes,
  pushResponseFromBytes,
} from './answers';
import {
  bodyBytes,
  type CommentBody,
  haveRequestBytes,
  opBytes,
  opDevice,
  pushRequestBytes,
} from './messages';
import { WireError, wireFields } from './wire';

const CARD = '0192f3a0-7c00-7000-8000-00000000c0de';
const OBJECT = '0192f3a0-7c00-7000-8000-00000000c0df';
const DEVICE = '00010203-0405-0607-0809-0a0b0c0d0e0f';
const AUTHOR = '10111213-1415-1617-1819-1a1b1c1d1e1f';
const AT = 1_795_377_600_123;

const SHA = new TextEncoder().encode('abcdefghijklmnopabcdefghijklmnop');
const GROUND = { shape: 'point', corners: [], source: 'unknown', accuracyM: 0 } as const;
const PLAIN: Omit<CommentBody, 'kind' | 'text' | 'place'> = {
  title: '',
  mood: 'none',
  drawing: [],
  readings: [],
  cardId: null,
  spaceId: null,
  meetingId: null,
  channel: 'web',
  hat: 'citizen',
  penName: '',
  receipt: null,
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('what the app makes is what protoc makes', () => {
  it('a comment with everything', () => {
    const body = bodyBytes({
      comment: {
        ...PLAIN,
        kind: 'trouble',
        text: '日かげがない',
        place: { lonE7: 1_393_880_000, latE7: 361_470_000, buildingId: 'b-17', ...GROUND },
        cardId: CARD,
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
        ...PLAIN,
        kind: 'idea',
        text: 'a',
        place: { lonE7: -1, latE7: -361_470_000, buildingId: '', ...GROUND },
      },
    });
    expect(hex(body)).toBe('0a1308011201611a08080110dfe0dcd80230013801');
  });

  it('a pupil’s reading along a street, drawn over, in a meeting, with a receipt', () => {
    const body = bodyBytes({
      comment: {
        ...PLAIN,
        kind: 'reading',
        title: 'T',
        text: 'a',
        mood: 'hot',
        place: {
          lonE7: 1_393_880_000,
          latE7: 361_470_000,
          buildingId: '',
          shape: 'line',
          corners: [
            [1_393_880_000, 361_470_000],
            [1_393_879_900, 361_540_000],
          ],
          source: 'guarded',
          accuracyM: 12,
        },
        drawing: [
          {
            corners: [
              [10, -20],
              [11, -21],
            ],
            colour: 3,
            width: 2,
          },
        ],
        readings: [
          {
            quantity: 'surface_temperature',
            valueMilli: -35_500,
            instrument: 'I',
            waitedS: 120,
            takenMs: AT,
          },
        ],
        spaceId: OBJECT,
        meetingId: CARD,
        channel: 'tablet',
        hat: 'pupil',
        penName: 'P',
        receipt: SHA,
      },
    });
    expect(hex(body)).toBe(
      '0a980108061201611a1b0880afa7b10a10e0e0dcd80220012a070000c701e0c5083005380c' +
        '2a100192f3a07c007000800000000000c0df300238024201504a015450055a0e08141027' +
        '1a0400000201200328026212080310d7aa041a0149207828f6d9c0cdc0686a100192f3a07c00' +
        '7000800000000000c0de72206162636465666768696a6b6c6d6e6f706162636465666768' +
        '696a6b6c6d6e6f70',
    );
  });

  it('a photo', () => {
    const body = bodyBytes({
      photo: {
        commentId: CARD,
        sha256: SHA,
        bytes: 300_000,
        width: 1600,
        height: 1200,
        position: 1,
        alt: '木',
      },
    });
    expect(hex(body)).toBe(
      '6a450a100192f3a07c007000800000000000c0de12206162636465666768696a6b6c6d6e6f706162636465666768' +
        '696a6b6c6d6e6f7018e0a71220c00c28b00930013a03e69ca8',
    );
  });

  it('a question who has what', () => {
    expect(hex(haveRequestBytes([CARD], [SHA]))).toBe(
      '0a100192f3a07c007000800000000000c0de12206162636465666768696a6b6c6d6e6f706162636465666768696a' +
        '6b6c6d6e6f70',
    );
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
    expect(opDevice(op)).toEqual({ deviceId: DEVICE, devSeq: 300 });
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
      server: '000102030405060708090a0b0c0d0e0f',
      epoch: '101112131415161718191a1b1c1d1e1f',
      acks: [
        { opId: CARD, status: 1, change: 4_294_967_301, reason: '' },
        { opId: OBJECT, status: 4, change: 0, reason: 'hat_not_allowed' },
      ],
      cityChange: 0,
      missingSeq: [],
    });
  });

  it('how far the city is, and which numbers never came', () => {
    const told = pushResponseFromBytes(bytes('0a020001120102288580808010320303ac02'));
    expect(told).toMatchObject({ cityChange: 4_294_967_301, missingSeq: [3, 300] });
  });

  it('who has what', () => {
    const sha = hex(SHA);
    const answer = haveResponseFromBytes(
      bytes(
        '0a0200011201021a100192f3a07c007000800000000000c0de22100192f3a07c007000800000000000c0df2a20' +
          `${sha}3220${sha.slice(0, -2)}71`,
      ),
    );
    expect(answer).toEqual({
      server: '0001',
      epoch: '02',
      missingOps: new Set([CARD]),
      cityOps: new Set([OBJECT]),
      missingPhotos: new Set([sha]),
      cityPhotos: new Set([`${sha.slice(0, -2)}71`]),
    });
  });

  it('a page of changes: a comment with everything, a reply, something removed', () => {
    const page = changesFromBytes(
      bytes(
        '0a02000112010218012009280132950108071290010a100192f3a07c007000800000000000c0de10031a0174' +
          '221008c80110900320022a0602040608090b380340054a0170500358f6d9c0cdc068600168017002780380' +
          '0104aa010154b00102ba010e081410271a040000020120032802c2010d08021088b7031a01492078280ad2011d' +
          '0a100192f3a07c007000800000000000c0df1004180322017828023001da010173323408081a300a100192' +
          'f3a07c007000800000000000c0df12100192f3a07c007000800000000000c0de1a017220012801380c5201' +
          '71321408092a100192f3a07c007000800000000000c0df',
      ),
    );
    expect(page).toMatchObject({ epoch: '02', restarted: true, next: 9, more: true });
    const [comment, reply, removed] = page.changes;
    expect(comment?.comment).toMatchObject({
      id: CARD,
      kind: 'good',
      title: 'T',
      mood: 'calm',
      hat: 'official',
      channel: 'kiosk',
      status: 'masked',
      source: 's',
      madeMs: AT,
      place: {
        shape: 'area',
        corners: [
          [101, 202],
          [104, 206],
          [99, 200],
        ],
      },
      drawing: [
        {
          corners: [
            [10, -20],
            [11, -21],
          ],
          colour: 3,
          width: 2,
        },
      ],
      readings: [{ quantity: 'wbgt', valueMilli: 28_100, takenMs: 5 }],
      photos: [{ id: OBJECT, width: 4, height: 3, alt: 'x', version: 2, here: true }],
    });
    expect(reply?.reply).toMatchObject({ id: OBJECT, commentId: CARD, text: 'r', source: 'q' });
    expect(removed).toMatchObject({ change: 9, removed: OBJECT });
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

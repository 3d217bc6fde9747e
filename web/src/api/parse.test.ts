import { describe, expect, it } from 'vitest';
import { cardsFromJson, commentFromJson, detailFromJson, pageFromJson } from './parse';

const FEATURE = {
  type: 'Feature',
  id: '0192f3a0-7c00-7000-8000-00000000c0de',
  geometry: { type: 'Point', coordinates: [139.388, 36.147] },
  properties: {
    kind: 'trouble',
    text: '日かげがない',
    card: null,
    card_title: null,
    space: null,
    channel: 'paper',
    hat: 'staff',
    hat_label: '職員個人の意見であり、市を代表するものではありません',
    pen_name: null,
    status: 'public',
    created_at: '2026-07-23T05:16:00.000Z',
    edited: false,
    building_id: 'b-1',
    agree: 3,
    disagree: 0,
    unsure: 1,
    reply_count: 2,
    change: 7,
  },
};

describe('an answer of the server', () => {
  it('becomes a comment', () => {
    expect(commentFromJson(FEATURE)).toMatchObject({
      lon: 139.388,
      lat: 36.147,
      kind: 'trouble',
      channel: 'paper',
      hat: 'staff',
      buildingId: 'b-1',
      agree: 3,
    });
  });

  it('has its line, drawing, readings and photos', () => {
    const made = {
      ...FEATURE.properties,
      title: 'バス停',
      mood: 'hot',
      shape: 'line',
      geometry: {
        type: 'LineString',
        coordinates: [
          [139.1, 36.1],
          [139.2, 36.2],
        ],
      },
      drawing: [
        {
          path: [
            [139.1, 36.1],
            [139.2, 36.2],
          ],
          colour: 3,
          width: 2,
        },
        'no stroke',
      ],
      readings: [
        { quantity: 'air_temperature', value: 36.5, instrument: '温度計', waited_s: 121 },
        { quantity: 'noise', value: 60 },
      ],
      photos: [
        { id: FEATURE.id, width: 800, height: 600, alt: '', url: '/photos/a', thumb: null },
        { id: FEATURE.id, url: 'https://elsewhere.example/x.jpg', thumb: '//x' },
        { id: 'none' },
      ],
      meeting: FEATURE.id,
      source: '議事録',
    };
    const comment = commentFromJson({ ...FEATURE, properties: made });
    expect(comment).toMatchObject({
      title: 'バス停',
      mood: 'hot',
      shape: 'line',
      corners: [
        [139.1, 36.1],
        [139.2, 36.2],
      ],
      meetingId: FEATURE.id,
      source: '議事録',
    });
    expect(comment?.drawing[0]).toEqual({
      corners: [
        [1391000000, 361000000],
        [1392000000, 362000000],
      ],
      colour: 3,
      width: 2,
    });
    expect(comment?.readings).toEqual([
      {
        quantity: 'air_temperature',
        valueMilli: 36500,
        instrument: '温度計',
        waitedS: 121,
        takenMs: 0,
      },
    ]);
    expect(comment?.photos.map(({ url, thumb }) => [url, thumb])).toEqual([
      ['/photos/a', ''],
      ['', ''],
    ]);
  });

  it('has its area without the corner that closes the ring', () => {
    const ring = [
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 1],
    ];
    const properties = {
      ...FEATURE.properties,
      shape: 'area',
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
    expect(commentFromJson({ ...FEATURE, properties })?.corners).toHaveLength(3);
  });

  it.each([
    ['no object', 'text'],
    ['no id', { ...FEATURE, id: undefined }],
    ['no place', { ...FEATURE, geometry: null }],
    ['a place in words', { ...FEATURE, geometry: { type: 'Point', coordinates: ['a', 'b'] } }],
    ['an unknown kind', { ...FEATURE, properties: { ...FEATURE.properties, kind: 'constructor' } }],
  ])('is left out when it has %s', (_name, json) => {
    expect(commentFromJson(json)).toBeNull();
  });

  it('does not fail as a whole for one bad neighbour', () => {
    const page = pageFromJson({ features: [FEATURE, null, FEATURE], next: 'x', change: 9 });
    expect(page?.comments).toHaveLength(2);
    expect(page).toMatchObject({ next: 'x', change: 9 });
    expect(pageFromJson({ features: 'none' })).toBeNull();
  });

  it('has its replies', () => {
    const reply = {
      id: FEATURE.id,
      text: 'はい',
      channel: 'web',
      hat: 'official',
      hat_label: '市の公式回答',
      pen_name: '道路課',
      created_at: '',
      edited: true,
    };
    expect(detailFromJson({ ...FEATURE, replies: [reply, { id: 'x' }] })?.replies).toMatchObject([
      { text: 'はい', hat: 'official', edited: true },
    ]);
  });

  it('has its cards in their order, with the plain title where another is missing', () => {
    const card = {
      id: FEATURE.id,
      title: '暑さ',
      title_easy: '',
      title_en: '',
      description: '',
      icon: 'heat',
      colour: '#123456',
      position: 2,
      comment_count: 1,
    };
    const cards = cardsFromJson({ cards: [card, { ...card, title: '道', position: 1 }] });
    expect(cards?.map(({ title }) => title)).toEqual(['道', '暑さ']);
    expect(cards?.[1]?.titleEn).toBe('暑さ');
  });
});

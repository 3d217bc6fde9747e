import type { GeoJSONFeature } from 'maplibre-gl';
import { describe, expect, it } from 'vitest';
import { housesFrom, streetsFrom } from './surroundings';

const BOX = { west: 0, south: 0, east: 10, north: 10 };
const RING = [
  [1, 1],
  [2, 1],
  [2, 2],
  [1, 1],
];
const FAR = RING.map(([x = 0, y = 0]) => [x + 50, y]);

function feature(geometry: unknown, properties: Record<string, unknown>): GeoJSONFeature {
  return { geometry, properties } as unknown as GeoJSONFeature;
}

const polygon = (rings: unknown): unknown => ({ type: 'Polygon', coordinates: rings });

describe('what stands around a pin', () => {
  it('is houses with their use, far ones left out', () => {
    const found = housesFrom(
      [
        feature(polygon([RING]), { use: '住宅' }),
        feature(polygon([FAR]), { use: '住宅' }),
        feature({ type: 'MultiPolygon', coordinates: [[FAR], [RING]] }, { name: '市役所' }),
        feature(polygon([RING]), { kind: 'roof' }),
      ],
      BOX,
    );
    expect(found).toEqual([
      { use: '住宅', name: '', polygons: [[RING]] },
      { use: '', name: '市役所', polygons: [[RING]] },
    ]);
  });

  it('is streets as areas or lines, no rails', () => {
    const found = streetsFrom(
      [
        feature(polygon([RING]), { kind: 'lane' }),
        feature({ type: 'LineString', coordinates: RING }, { kind: 'street', width: 6 }),
        feature({ type: 'LineString', coordinates: RING }, { kind: 'rail' }),
        feature({ type: 'LineString', coordinates: FAR }, { kind: 'street' }),
      ],
      BOX,
    );
    expect(found).toEqual([
      { polygons: [[RING]], lines: [], widthM: 0 },
      { polygons: [], lines: [RING], widthM: 6 },
    ]);
  });
});

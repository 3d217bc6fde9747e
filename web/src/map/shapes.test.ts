import { describe, expect, it } from 'vitest';
import { type OwnShape, SHAPE_LAYERS, shapeLayers, shapeOpacity, shapesGeoJson } from './shapes';

const of = (shape: OwnShape['shape'], corners: OwnShape['corners']): OwnShape => ({
  ...{ id: 'a', kind: 'trouble', hat: 'citizen', shape, corners },
});

describe('shapes as GeoJSON', () => {
  it('are lines as they are and areas closed', () => {
    const { features } = shapesGeoJson([
      of('line', [
        [1, 2],
        [3, 4],
      ]),
      of('area', [
        [0, 0],
        [1, 0],
        [1, 1],
      ]),
    ]);
    expect(features.map(({ geometry }) => geometry)).toEqual([
      {
        type: 'LineString',
        coordinates: [
          [1, 2],
          [3, 4],
        ],
      },
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
    ]);
    expect(features[0]?.properties).toEqual({ id: 'a', kind: 'trouble', hat: 'citizen' });
  });

  it('leave out points and what has too few corners', () => {
    const some: [number, number][] = [[1, 2]];
    expect(
      shapesGeoJson([
        of('point', []),
        of('line', some),
        of('area', [
          [1, 2],
          [3, 4],
        ]),
      ]).features,
    ).toEqual([]);
  });
});

it('layers that can step back are those that are drawn', () => {
  const layers = [
    ...shapeLayers('shape', { source: 'comments', 'source-layer': 'comment_shape' }, 'light'),
    ...shapeLayers('shape-wait', { source: 'waiting-shapes' }, 'light'),
  ];
  expect(layers.map(({ id }) => id)).toEqual(SHAPE_LAYERS);
  for (const { id, paint } of layers) {
    const [name, full] = shapeOpacity(id);
    expect(paint).toHaveProperty(name, full);
  }
});

/*
 * shapes: the lines and areas that people drew, of everyone's comments and of those that still wait
 * here.
 *
 * Each has the colour of its kind, as its pin has; the pin stands on it and tells the kind by its
 * outline, too. What waits is dashed, like the rim of its pin.
 */
import type { Feature, FeatureCollection } from 'geojson';
import type { LayerSpecification } from 'maplibre-gl';
import { KIND_COLOURS } from '../icons/kinds';
import type { Shape } from '../sync/words';
import type { LonLat } from '../write/shape';

export interface OwnShape {
  readonly id: string;
  readonly kind: string;
  readonly hat: string;
  readonly shape: Shape;
  /** Of lines and areas, in degrees; the ring of an area is not closed. */
  readonly corners: readonly LonLat[];
}

/** As the layer comment_shape of the server's tiles: points and what has too few corners are left out. */
export function shapesGeoJson(shapes: readonly OwnShape[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: shapes.flatMap(({ id, kind, hat, shape, corners }): Feature[] => {
      const spots = corners.map(([lon, lat]) => [lon, lat]);
      const properties = { id, kind, hat };
      if (shape === 'line' && spots.length >= 2)
        return [
          { type: 'Feature', geometry: { type: 'LineString', coordinates: spots }, properties },
        ];
      if (shape === 'area' && spots.length >= 3) {
        const ring = [...spots, spots[0] ?? []];
        return [
          { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties },
        ];
      }
      return [];
    }),
  };
}

const RIM = { light: '#ffffff', dark: '#15161a' } as const;
const FILL_OPACITY = 0.2;
const WIDE = [14, 2.5, 16, 4, 18, 5.5] as const;
const RIM_PX = 3;

/** The names of a source's three layers, from the ground up. */
export const shapeLayerIds = (of: string): [string, string, string] => [
  `${of}-area`,
  `${of}-rim`,
  `${of}-line`,
];

/** Everyone's and those that wait; the second are drawn above. */
export const SHAPE_LAYERS = [...shapeLayerIds('shape'), ...shapeLayerIds('shape-wait')];
/** Those that a finger means: lines before areas, which may lie under everything. */
export const SHAPE_HIT_LAYERS = ['shape-wait-line', 'shape-line', 'shape-wait-area', 'shape-area'];

export interface ShapeSource {
  readonly source: string;
  readonly 'source-layer'?: string;
  readonly minzoom?: number;
}

export function shapeLayers(
  of: 'shape' | 'shape-wait',
  from: ShapeSource,
  theme: 'light' | 'dark',
): LayerSpecification[] {
  const [area, rim, line] = shapeLayerIds(of);
  const kinds = Object.entries(KIND_COLOURS[theme]).flat();
  // Expressions made at run time; the map checks them when it takes the style.
  const colour = ['match', ['get', 'kind'], ...kinds, '#888888'] as unknown as string;
  const wide = (plus: number): number =>
    [
      'interpolate',
      ['linear'],
      ['zoom'],
      ...WIDE.map((at, i) => (i % 2 === 1 ? at + plus : at)),
    ] as unknown as number;
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      id: area,
      type: 'fill',
      ...from,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': colour, 'fill-opacity': FILL_OPACITY, 'fill-antialias': false },
    },
    {
      id: rim,
      type: 'line',
      ...from,
      layout: round,
      paint: { 'line-color': RIM[theme], 'line-width': wide(RIM_PX), 'line-opacity': 0.85 },
    },
    {
      id: line,
      type: 'line',
      ...from,
      layout: of === 'shape' ? round : { 'line-join': 'round' },
      paint: {
        'line-color': colour,
        'line-width': wide(0),
        'line-opacity': 1,
        ...(of === 'shape' ? {} : { 'line-dasharray': [2, 1.2] }),
      },
    },
  ];
}

/** Which paint of a layer makes it step back, and how strong it is when nothing does. */
export function shapeOpacity(layer: string): ['fill-opacity' | 'line-opacity', number] {
  if (layer.endsWith('-area')) return ['fill-opacity', FILL_OPACITY];
  return ['line-opacity', layer.endsWith('-rim') ? 0.85 : 1];
}

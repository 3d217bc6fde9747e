/*
 * layers: what the app adds to the town's style: comments from tiles, those of this device that
 * still wait, the opened one, and the place that is being chosen.
 */
import type { FeatureCollection } from 'geojson';
import type {
  GeoJSONSourceSpecification,
  LayerSpecification,
  StyleSpecification,
} from 'maplibre-gl';
import { COMMENT_KIND } from '../sync/words';
import { countImage, pinImage } from './images';
import { type OwnShape, shapeLayers, shapesGeoJson } from './shapes';
import { type Sketch, sketchGeoJson, sketchLayers } from './sketch';

export const COMMENT_TILES = '/tiles/comments/{z}/{x}/{y}.mvt';
/** From this level on the server sends single comments, below it counts. */
export const POINTS_FROM_ZOOM = 14;
/** Comment tiles are asked for up to this level and magnified beyond: 15 cm at its grid. */
export const COMMENT_MAX_ZOOM = 16;
export const PIN_LAYERS = ['comment-on', 'comment-wait', 'comment-pin', 'comment-count'];

export interface OwnPoint {
  readonly id: string;
  readonly kind: string;
  readonly hat: string;
  readonly lon: number;
  readonly lat: number;
}

/** A comment that this device draws itself: a pin and, of lines and areas, its shape. */
export interface OwnComment extends OwnPoint, OwnShape {}

export function pointsGeoJson(points: readonly OwnPoint[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: points.map(({ id, kind, hat, lon, lat }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { id, kind, hat },
    })),
  };
}

// Expressions made at run time; the map checks them when it takes the style.
type Layout = NonNullable<Extract<LayerSpecification, { type: 'symbol' }>['layout']>;
const image = (expression: unknown[]): NonNullable<Layout['icon-image']> => expression as never;

const PIN_SIZE: Layout['icon-size'] = [
  'interpolate',
  ['linear'],
  ['zoom'],
  14,
  0.6,
  15.5,
  0.78,
  17,
  1,
];

export interface Overlay {
  readonly theme: 'light' | 'dark';
  /** The filter as a query without its question mark. */
  readonly query: string;
  readonly waiting: readonly OwnComment[];
  readonly opened: OwnPoint | null;
  /** Instead of the server's tiles when it cannot be reached. */
  readonly known: readonly OwnComment[] | null;
  /** What is being drawn, or the line, area and strokes of the opened comment. */
  readonly sketch: Sketch;
}

/** Counted together below the level from which on tiles have single comments, as in tiles. */
function knownSource(points: readonly OwnPoint[]): GeoJSONSourceSpecification {
  return {
    type: 'geojson',
    data: pointsGeoJson(points),
    cluster: true,
    clusterMaxZoom: POINTS_FROM_ZOOM - 1,
    clusterRadius: 56,
    clusterProperties: {
      count: ['+', 1],
      ...Object.fromEntries(
        Object.keys(COMMENT_KIND).map((kind) => [
          kind,
          ['+', ['case', ['==', ['get', 'kind'], kind], 1, 0]],
        ]),
      ),
    },
  };
}

export function commentTiles(query: string): string {
  return query === '' ? COMMENT_TILES : `${COMMENT_TILES}?${query}`;
}

export function withComments(base: StyleSpecification, overlay: Overlay): StyleSpecification {
  const { theme } = overlay;
  const data = (points: readonly OwnPoint[]): GeoJSONSourceSpecification => ({
    type: 'geojson',
    data: pointsGeoJson(points),
  });
  // GeoJSON has no layers in it.
  const layer = overlay.known === null ? { 'source-layer': 'comment' } : {};
  const shapes =
    overlay.known === null
      ? { source: 'comments', 'source-layer': 'comment_shape' }
      : { source: 'known-shapes' };
  const still = {
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
    'icon-anchor': 'bottom',
  } as const;
  return {
    ...base,
    sources: {
      ...base.sources,
      comments:
        overlay.known !== null
          ? knownSource(overlay.known)
          : {
              type: 'vector',
              tiles: [commentTiles(overlay.query)],
              minzoom: 0,
              maxzoom: COMMENT_MAX_ZOOM,
            },
      'known-shapes': { type: 'geojson', data: shapesGeoJson(overlay.known ?? []) },
      waiting: data(overlay.waiting),
      'waiting-shapes': { type: 'geojson', data: shapesGeoJson(overlay.waiting) },
      opened: data(overlay.opened === null ? [] : [overlay.opened]),
      sketch: { type: 'geojson', data: sketchGeoJson(overlay.sketch) },
    },
    layers: [
      ...base.layers,
      // Where comments are counted together their shapes would be a tangle.
      ...shapeLayers('shape', { ...shapes, minzoom: POINTS_FROM_ZOOM }, theme),
      ...shapeLayers('shape-wait', { source: 'waiting-shapes' }, theme),
      ...sketchLayers('sketch', theme),
      {
        id: 'comment-count',
        type: 'symbol',
        source: 'comments',
        ...layer,
        filter: ['has', 'count'],
        layout: {
          'icon-image': image(countImage(theme)),
          'icon-allow-overlap': true,
          'icon-ignore-placement': true,
          'symbol-sort-key': ['get', 'count'],
        },
      },
      {
        id: 'comment-pin',
        type: 'symbol',
        source: 'comments',
        ...layer,
        filter: ['!', ['has', 'count']],
        layout: {
          ...still,
          'icon-image': image(pinImage('pin', theme)),
          'icon-size': PIN_SIZE,
          'symbol-z-order': 'viewport-y',
        },
      },
      {
        id: 'comment-wait',
        type: 'symbol',
        source: 'waiting',
        layout: {
          ...still,
          'icon-image': image(pinImage('pin-wait', theme)),
          'icon-size': PIN_SIZE,
        },
      },
      {
        id: 'comment-on',
        type: 'symbol',
        source: 'opened',
        layout: { ...still, 'icon-image': image(pinImage('pin-on', theme)) },
      },
    ],
  };
}

/** The parts of a style without which the map could not be drawn. */
export function isStyle(
  json: Record<string, unknown>,
): json is Record<string, unknown> & StyleSpecification {
  return (
    json.version === 8 &&
    typeof json.sources === 'object' &&
    json.sources !== null &&
    Array.isArray(json.layers)
  );
}

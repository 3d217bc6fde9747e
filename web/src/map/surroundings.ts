/*
 * surroundings: houses and streets around a place, from the tiles that the map has loaded; what the
 * home-guard (guard/home.ts) judges by. No request leaves the tablet.
 */
import type { Geometry, Position } from 'geojson';
import type { GeoJSONFeature, Map as MapLibre } from 'maplibre-gl';
import { type House, STREET_MOST_M, type Street, type Surroundings } from '../guard/home';

const METRES_PER_DEGREE = 111_320;
/** Where one may stand when one has left a house. */
const WALKED = new Set(['major', 'street', 'lane', 'path', 'sidewalk', 'crossing', 'square']);

interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

function polygonsOf(geometry: Geometry): Position[][][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates];
  return geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
}

function linesOf(geometry: Geometry): Position[][] {
  if (geometry.type === 'LineString') return [geometry.coordinates];
  return geometry.type === 'MultiLineString' ? geometry.coordinates : [];
}

function touches(positions: readonly Position[], box: Box): boolean {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon = 0, lat = 0] of positions) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return west <= box.east && east >= box.west && south <= box.north && north >= box.south;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function housesFrom(features: readonly GeoJSONFeature[], box: Box): House[] {
  return features.flatMap(({ geometry, properties }) => {
    // A roof over a platform or a bridge is no house.
    if (properties.kind !== undefined && properties.kind !== 'building') return [];
    const polygons = polygonsOf(geometry).filter(([outer = []]) => touches(outer, box));
    if (polygons.length === 0) return [];
    return [{ use: text(properties.use), name: text(properties.name), polygons }];
  });
}

export function streetsFrom(features: readonly GeoJSONFeature[], box: Box): Street[] {
  return features.flatMap(({ geometry, properties }) => {
    if (!WALKED.has(text(properties.kind))) return [];
    const polygons = polygonsOf(geometry).filter(([outer = []]) => touches(outer, box));
    const lines = linesOf(geometry).filter((line) => touches(line, box));
    if (polygons.length === 0 && lines.length === 0) return [];
    const widthM = typeof properties.width === 'number' ? properties.width : 0;
    return [{ polygons, lines, widthM }];
  });
}

export function surroundingsOf(map: MapLibre, lon: number, lat: number): Surroundings {
  if (map.getSource('city') === undefined) return { houses: [], streets: [] };
  const north = STREET_MOST_M / METRES_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  const box = { west: lon - east, east: lon + east, south: lat - north, north: lat + north };
  const of = (sourceLayer: string): GeoJSONFeature[] =>
    map.querySourceFeatures('city', { sourceLayer });
  return { houses: housesFrom(of('building'), box), streets: streetsFrom(of('road'), box) };
}

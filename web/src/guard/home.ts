/*
 * home: the home-guard. A minor's pin in a house or its garden becomes a point on the street.
 *
 * Purpose    A child who writes «here it is hot» must not tell the town where it lives. It happens
 *            on the tablet, before anything is stored or sent; the place in the house is forgotten.
 * Rules      1. In a dwelling: moved, always. A building of unknown use and without a name counts
 *               as one: the error costs a few metres, the other error an address.
 *            2. On a street: stays.
 *            3. Beside a dwelling (its garden): moved.
 *            4. Near a point that an earlier pin was moved to: moved too. Two pins around one house
 *               would give it away. Only the points on the street are kept, never the house.
 * Units      Degrees in, degrees out; metres on a plane at the place, good to centimetres there.
 * Errors     «nowhere» when it should be moved and no street is known within STREET_MOST_M.
 */
import { isInside, type Ring } from '../map/inside';

export type Polygon = readonly Ring[];

export interface House {
  /** Use as in the source's code list, 住宅 …; empty when not known. */
  readonly use: string;
  readonly name: string;
  readonly polygons: readonly Polygon[];
}

export interface Street {
  /** Areas of streets, or middle lines with their width. */
  readonly polygons: readonly Polygon[];
  readonly lines: readonly Ring[];
  readonly widthM: number;
}

export interface Surroundings {
  readonly houses: readonly House[];
  readonly streets: readonly Street[];
}

export interface Spot {
  readonly lon: number;
  readonly lat: number;
}

export type Judged =
  | { readonly kind: 'free' }
  | { readonly kind: 'moved'; readonly to: Spot; readonly why: 'house' | 'garden' | 'again' }
  | { readonly kind: 'nowhere' };

/** A Japanese plot's garden: what is farther from the wall is somebody else's or the street. */
export const GARDEN_M = 8;
export const AGAIN_M = 30;
/** What looks for streets has to load so far around the pin. */
export const STREET_MOST_M = 120;
/** A line on the map is the middle of a street. */
const LEAST_HALF_WIDTH_M = 2.5;
/** So far inside a street's area, that rounding never puts the point back into the garden. */
const STEP_IN_M = 1;

const METRES_PER_DEGREE = 111_320;

type Metres = readonly [number, number];

interface Frame {
  to(point: readonly number[]): Metres;
  from(metres: Metres): Spot;
}

function frameAt({ lon, lat }: Spot): Frame {
  const east = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  return {
    to: ([x = 0, y = 0]) => [(x - lon) * east, (y - lat) * METRES_PER_DEGREE],
    from: ([x, y]) => ({ lon: lon + x / east, lat: lat + y / METRES_PER_DEGREE }),
  };
}

/** The point of a line that is nearest to the frame's origin, and how far it is. */
function nearestOf(frame: Frame, line: Ring, closed: boolean): { at: Metres; far: number } {
  let best: { at: Metres; far: number } = { at: [0, 0], far: Number.POSITIVE_INFINITY };
  const last = closed ? line.length : line.length - 1;
  for (let i = 0; i < last; i++) {
    const [ax, ay] = frame.to(line[i] ?? []);
    const [bx, by] = frame.to(line[(i + 1) % line.length] ?? []);
    const [dx, dy] = [bx - ax, by - ay];
    const square = dx * dx + dy * dy;
    const t = square === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square));
    const at: Metres = [ax + t * dx, ay + t * dy];
    const far = Math.hypot(at[0], at[1]);
    if (far < best.far) best = { at, far };
  }
  return best;
}

export function isDwelling(house: House): boolean {
  if (house.use === '') return house.name === '';
  return /住宅|^(house|residential|apartments|detached|terrace|dormitory|home)$/.test(house.use);
}

function isIn(polygons: readonly Polygon[], { lon, lat }: Spot): boolean {
  return polygons.some((rings) => isInside(rings, lon, lat));
}

function wallDistance(frame: Frame, house: House): number {
  let far = Number.POSITIVE_INFINITY;
  for (const rings of house.polygons)
    for (const ring of rings) far = Math.min(far, nearestOf(frame, ring, true).far);
  return far;
}

function isOnStreet(frame: Frame, street: Street, spot: Spot): boolean {
  if (isIn(street.polygons, spot)) return true;
  const half = Math.max(LEAST_HALF_WIDTH_M, street.widthM / 2);
  return street.lines.some((line) => nearestOf(frame, line, false).far <= half);
}

/** A little beyond the edge, where that is still the street. */
function stepIn(frame: Frame, polygons: readonly Polygon[], at: Metres, far: number): Spot {
  const scale = far === 0 ? 1 : (far + STEP_IN_M) / far;
  const inside = frame.from([at[0] * scale, at[1] * scale]);
  return isIn(polygons, inside) ? inside : frame.from(at);
}

export function nearestStreet(spot: Spot, streets: readonly Street[]): Spot | null {
  const frame = frameAt(spot);
  let best: Spot | null = null;
  let least = STREET_MOST_M;
  for (const street of streets) {
    for (const line of street.lines) {
      const { at, far } = nearestOf(frame, line, false);
      if (far < least) {
        least = far;
        best = frame.from(at);
      }
    }
    for (const rings of street.polygons) {
      for (const ring of rings) {
        const { at, far } = nearestOf(frame, ring, true);
        if (far < least) {
          least = far;
          best = stepIn(frame, street.polygons, at, far);
        }
      }
    }
  }
  return best;
}

function reason(
  spot: Spot,
  town: Surroundings,
  earlier: readonly Spot[],
): 'house' | 'garden' | 'again' | null {
  const frame = frameAt(spot);
  const homes = town.houses.filter(isDwelling);
  if (homes.some((house) => isIn(house.polygons, spot))) return 'house';
  if (town.streets.some((street) => isOnStreet(frame, street, spot))) return null;
  if (town.houses.some((house) => isIn(house.polygons, spot))) return null;
  if (homes.some((house) => wallDistance(frame, house) <= GARDEN_M)) return 'garden';
  const near = earlier.some(({ lon, lat }) => Math.hypot(...frame.to([lon, lat])) <= AGAIN_M);
  return near ? 'again' : null;
}

/** Whether a minor's pin may stay. `earlier` are points on the street of earlier moves. */
export function guardSpot(spot: Spot, town: Surroundings, earlier: readonly Spot[]): Judged {
  const why = reason(spot, town, earlier);
  if (why === null) return { kind: 'free' };
  const to = nearestStreet(spot, town.streets);
  return to === null ? { kind: 'nowhere' } : { kind: 'moved', to, why };
}

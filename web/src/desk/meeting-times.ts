/* meeting-times: between the fields of a form, which show the city's clock, and the server's times. */
import type { Bounds } from '../state/comments';
import type { NewMeeting } from './meetings';

/** Japan has had no summer time since 1951: one offset, whatever zone the device is set to. */
const OFFSET_MS = 9 * 3600_000;
const OFFSET = '+09:00';

/** Unix time → "2026-08-01T09:30", to the minute. */
export function localFromTime(time: number): string {
  return new Date(time + OFFSET_MS).toISOString().slice(0, 16);
}

/** "2026-08-01T09:30" → "2026-08-01T00:30:00.000Z"; null when the field is empty or torn. */
export function timeFromLocal(local: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return null;
  const date = new Date(`${local}:00${OFFSET}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The box of the map as a ring that runs counter-clockwise and closes. RFC 7946, 3.1.6 */
export function polygonFromBounds([west, south, east, north]: Bounds): NonNullable<
  NewMeeting['area']
> {
  const round = (degree: number): number => Math.round(degree * 1e7) / 1e7;
  const [w, s, e, n] = [round(west), round(south), round(east), round(north)];
  return {
    type: 'Polygon',
    coordinates: [
      [
        [w, s],
        [e, s],
        [e, n],
        [w, n],
        [w, s],
      ],
    ],
  };
}

/*
 * guard: the home-guard (guard/home.ts) at work: for pupils, and for readers who chose a school year.
 *
 * Of earlier homes only the points on the street are remembered, on this tablet, until the lesson
 * ends or the next person takes over.
 */
import { computed, signal } from '@preact/signals-core';
import { guardSpot, type Judged, type Spot, type Surroundings } from '../guard/home';
import type { LonLat } from '../write/shape';
import { speak } from './notice';
import { speaker } from './own';
import { grade, lang } from './prefs';
import { draft, draftSet } from './writing';

/** Whoever may be a child is treated as one. */
export const isMinor = computed(
  () =>
    speaker.value.hat === 'pupil' ||
    (lang.value === 'easy' && grade.value !== 'all' && grade.value !== 'none'),
);

/** Points on the street to which pins were moved. */
const earlier = signal<readonly Spot[]>([]);

export function guardForget(): void {
  earlier.value = [];
}

/** The map, as far as the guard needs it. */
export interface GuardedMap {
  surroundings(lon: number, lat: number): Surroundings;
  movePin(lon: number, lat: number): void;
}

export type GuardNote = 'moved' | 'nowhere';
/** What the child is told, until it is read. */
export const guardNote = signal<GuardNote | null>(null);

function judge(map: GuardedMap, lon: number, lat: number): Judged {
  return guardSpot({ lon, lat }, map.surroundings(lon, lat), earlier.value);
}

/**
 * Before a place is taken: true when it may be. A pin at a home moves to the street, a line or an
 * area corner by corner; what was drawn goes along, so that it does not show where it came from.
 */
export function placeGuard(map: GuardedMap | null): boolean {
  const { lon, lat, shape, corners } = draft.value;
  if (!isMinor.value || map === null || lon === null || lat === null) return true;
  const judged = judge(map, lon, lat);
  if (judged.kind === 'nowhere') {
    guardNote.value = 'nowhere';
    return false;
  }
  const moved: LonLat[] = [];
  let cornersMoved = false;
  for (const [x, y] of corners) {
    const corner = judge(map, x, y);
    if (corner.kind === 'nowhere') {
      guardNote.value = 'nowhere';
      return false;
    }
    cornersMoved ||= corner.kind === 'moved';
    moved.push(corner.kind === 'moved' ? [corner.to.lon, corner.to.lat] : [x, y]);
  }
  if (judged.kind === 'free' && !cornersMoved) return true;
  const to = judged.kind === 'moved' ? judged.to : { lon, lat };
  const by = [Math.round((to.lon - lon) * 1e7), Math.round((to.lat - lat) * 1e7)] as const;
  draftSet({
    ...to,
    corners: moved,
    buildingId: '',
    source: 'guarded',
    accuracyM: 0,
    drawing: draft.value.drawing.map((stroke) => ({
      ...stroke,
      corners: stroke.corners.map(([x, y]) => [x + by[0], y + by[1]] as const),
    })),
  });
  if (judged.kind === 'moved') earlier.value = [...earlier.value, judged.to];
  if (shape === 'point') map.movePin(to.lon, to.lat);
  guardNote.value = 'moved';
  speak('guard.moved');
  return true;
}

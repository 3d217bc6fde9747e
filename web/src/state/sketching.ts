/*
 * sketching: the draft's corners and strokes while they are made, with undo and redo.
 *
 * The draft (state/writing.ts) is what is kept; the histories live as long as the page.
 */
import { computed, signal } from '@preact/signals-core';
import type { Sketch } from '../map/sketch';
import type { Stroke } from '../sync/messages';
import type { Shape } from '../sync/words';
import { type History, historyDo, historyOf, historyRedo, historyUndo } from '../write/history';
import {
  anchorOf,
  areaSquareMetres,
  crossesItself,
  LEAST_CORNERS,
  type LonLat,
  lengthMetres,
  MOST_STROKES,
} from '../write/shape';
import { draft, draftSet } from './writing';

const E7 = 1e7;
type Corners = readonly LonLat[];
type Strokes = readonly Stroke[];

/** The corner that a tap has chosen, to be moved or taken away. */
export const chosen = signal<number | null>(null);
export const pen = signal<{ readonly colour: number; readonly width: number }>({
  colour: 0,
  width: 2,
});
/** The pen is down by keyboard. */
export const penDown = signal(false);

const cornerHistory = signal<History<Corners>>(historyOf([]));
const strokeHistory = signal<History<Strokes>>(historyOf([]));

export interface Steps {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}
const stepsOf = ({ past, future }: History<unknown>): Steps => ({
  canUndo: past.length > 0,
  canRedo: future.length > 0,
});
export const cornerSteps = computed(() => stepsOf(cornerHistory.value));
export const strokeSteps = computed(() => stepsOf(strokeHistory.value));

export type CornerFault = 'few' | 'crossed';
export const cornerFault = computed<CornerFault | null>(() => {
  const { shape, corners } = draft.value;
  if (corners.length < LEAST_CORNERS[shape]) return 'few';
  return shape === 'area' && crossesItself(corners) ? 'crossed' : null;
});

/** How long a line is, or how large an area; in whole metres. */
export const measure = computed(() => {
  const { shape, corners } = draft.value;
  return Math.round(shape === 'area' ? areaSquareMetres(corners) : lengthMetres(corners));
});

function cornersPut(history: History<Corners>, next: number | null): void {
  cornerHistory.value = history;
  chosen.value = next;
  const corners = history.now;
  const anchor = anchorOf(draft.value.shape, corners);
  draftSet({
    corners,
    buildingId: '',
    source: 'tap',
    lon: anchor?.[0] ?? null,
    lat: anchor?.[1] ?? null,
  });
}

export function cornersSet(corners: Corners, next: number | null): void {
  if (corners === draft.value.corners) chosen.value = next;
  else cornersPut(historyDo(cornerHistory.value, corners), next);
}

export function cornerDelete(): void {
  const gone = chosen.value;
  if (gone === null) return;
  cornersSet(
    draft.value.corners.filter((_corner, i) => i !== gone),
    null,
  );
}

export const cornersUndo = (): void => cornersPut(historyUndo(cornerHistory.value), null);
export const cornersRedo = (): void => cornersPut(historyRedo(cornerHistory.value), null);

/** Another shape: corners serve lines and areas alike, a point has none. */
export function shapeSet(shape: Shape): void {
  if (shape === draft.value.shape) return;
  const corners = shape === 'point' ? [] : draft.value.corners;
  draftSet({ shape, corners, buildingId: '', source: 'tap' });
  if (shape === 'point') {
    cornerHistory.value = historyOf([]);
    chosen.value = null;
  } else cornersPut(historyOf(corners), null);
}

function strokesPut(history: History<Strokes>): void {
  strokeHistory.value = history;
  draftSet({ drawing: history.now });
}

export function strokeAdd(spots: Corners): void {
  const [first] = spots;
  if (first === undefined || draft.value.drawing.length >= MOST_STROKES) return;
  // A dot is a line of a finger's breadth in 1e-7 degree: the smallest there is.
  const line = spots.length > 1 ? spots : [first, [first[0] + 1 / E7, first[1]] as const];
  const corners = line.map(([lon, lat]) => [Math.round(lon * E7), Math.round(lat * E7)] as const);
  strokesPut(historyDo(strokeHistory.value, [...draft.value.drawing, { corners, ...pen.value }]));
}

export const strokesUndo = (): void => strokesPut(historyUndo(strokeHistory.value));
export const strokesRedo = (): void => strokesPut(historyRedo(strokeHistory.value));
export function strokesClear(): void {
  if (draft.value.drawing.length > 0) strokesPut(historyDo(strokeHistory.value, []));
}

/** The histories begin with what the draft holds. */
export function sketchingReset(): void {
  cornerHistory.value = historyOf(draft.value.corners);
  strokeHistory.value = historyOf(draft.value.drawing);
  chosen.value = null;
  penDown.value = false;
}

export function sketchFrom(
  of: { shape: Shape; corners: Corners; drawing: Strokes },
  open: boolean,
  at: number | null,
): Sketch {
  return {
    shape: of.shape,
    corners: of.corners,
    chosen: at,
    open,
    strokes: of.drawing.map(({ corners, colour, width }) => ({
      spots: corners.map(([lonE7, latE7]) => [lonE7 / E7, latE7 / E7] as const),
      colour,
      width,
    })),
  };
}

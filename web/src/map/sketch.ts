/*
 * sketch: corners and strokes that a hand makes on the map, and how they are drawn there.
 *
 * Corners   A tap adds one, a tap on one chooses it, a drag moves it; the map moves as ever.
 * Strokes   One finger draws, two move the map. A second finger takes the stroke back that the first
 *           began: it was meant as a movement.
 * Keyboard  The cross moves by arrow keys; Enter adds a corner, or sets the pen down and lifts it.
 */
import type { Feature, FeatureCollection } from 'geojson';
import type { LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { Shape } from '../sync/words';
import {
  keptAtMost,
  type LonLat,
  MOST_CORNERS,
  MOST_STROKE_POINTS,
  type Pixel,
} from '../write/shape';

export interface SketchStroke {
  readonly spots: readonly LonLat[];
  readonly colour: number;
  readonly width: number;
}

export interface Sketch {
  readonly shape: Shape;
  readonly corners: readonly LonLat[];
  readonly chosen: number | null;
  readonly strokes: readonly SketchStroke[];
  /** Whether corners are dots that a hand can take. */
  readonly open: boolean;
}

export const NO_SKETCH: Sketch = {
  shape: 'point',
  corners: [],
  chosen: null,
  strokes: [],
  open: false,
};

/** The six pens. Each is seen on light and on dark ground by its rim; the last is the ink of the theme. */
export const PEN_COLOURS: Readonly<Record<'light' | 'dark', readonly string[]>> = {
  light: ['#d1345b', '#d97706', '#2f8f57', '#2b6cd1', '#8a4fc9', '#2b2622'],
  dark: ['#ff6b8d', '#ffb347', '#5fcda3', '#84b4f7', '#c9a4ff', '#f2ede4'],
};

const RIM = { light: '#ffffff', dark: '#15161a' } as const;
const SHAPE_COLOUR = { light: '#c2401c', dark: '#ff9a6b' } as const;

const CORNER_HIT_PX = 26;
const STROKE_TOLERANCE_PX = 1.2;

export function sketchGeoJson({
  shape,
  corners,
  chosen,
  strokes,
  open,
}: Sketch): FeatureCollection {
  const features: Feature[] = strokes
    .filter(({ spots }) => spots.length > 0)
    .map(({ spots, colour, width }) => {
      const [first = [0, 0] as LonLat] = spots;
      // A dot is a stroke of one point: a line of no length is not drawn.
      const line = spots.length > 1 ? spots : [first, [first[0] + 1e-7, first[1]] as LonLat];
      return {
        type: 'Feature',
        geometry: { type: 'LineString', coordinates: line.map(([x, y]) => [x, y]) },
        properties: { role: 'stroke', colour, width },
      };
    });
  const ring = corners.map(([lon, lat]) => [lon, lat]);
  if (shape === 'area' && ring.length >= 3) {
    features.push({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [[...ring, ring[0] ?? []]] },
      properties: { role: 'area' },
    });
  }
  if (shape !== 'point' && ring.length >= 2) {
    const closed = shape === 'area' && ring.length >= 3 ? [...ring, ring[0] ?? []] : ring;
    features.push({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates: closed },
      properties: { role: 'edge' },
    });
  }
  if (open && shape !== 'point') {
    for (const [i, at] of ring.entries()) {
      features.push({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: at },
        properties: { role: 'corner', chosen: i === chosen },
      });
    }
  }
  return { type: 'FeatureCollection', features };
}

export function sketchLayers(source: string, theme: 'light' | 'dark'): LayerSpecification[] {
  const role = (name: string): ['==', ['get', string], string] => ['==', ['get', 'role'], name];
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const pens = PEN_COLOURS[theme].flatMap((colour, i) => [i, colour]);
  const wide = (plus: number) =>
    ['+', ['*', 3, ['coalesce', ['get', 'width'], 1]], plus] as unknown as number;
  return [
    {
      id: `${source}-area`,
      type: 'fill',
      source,
      filter: role('area'),
      paint: { 'fill-color': SHAPE_COLOUR[theme], 'fill-opacity': 0.22 },
    },
    {
      id: `${source}-edge-rim`,
      type: 'line',
      source,
      filter: role('edge'),
      layout: round,
      paint: { 'line-color': RIM[theme], 'line-width': 9 },
    },
    {
      id: `${source}-edge`,
      type: 'line',
      source,
      filter: role('edge'),
      layout: round,
      paint: { 'line-color': SHAPE_COLOUR[theme], 'line-width': 5 },
    },
    {
      id: `${source}-stroke-rim`,
      type: 'line',
      source,
      filter: role('stroke'),
      layout: round,
      paint: { 'line-color': RIM[theme], 'line-width': wide(4) },
    },
    {
      id: `${source}-stroke`,
      type: 'line',
      source,
      filter: role('stroke'),
      layout: round,
      paint: {
        'line-color': ['match', ['get', 'colour'], ...pens, '#888888'] as unknown as string,
        'line-width': wide(0),
      },
    },
    {
      id: `${source}-corner`,
      type: 'circle',
      source,
      filter: role('corner'),
      paint: {
        'circle-radius': ['case', ['get', 'chosen'], 12, 8],
        'circle-color': ['case', ['get', 'chosen'], SHAPE_COLOUR[theme], RIM[theme]],
        'circle-stroke-color': ['case', ['get', 'chosen'], RIM[theme], SHAPE_COLOUR[theme]],
        'circle-stroke-width': 4,
      },
    },
  ];
}

export type SketchMode = 'off' | 'corners' | 'strokes';

export interface SketchEvents {
  /** A step that can be undone. */
  readonly onCorners: (corners: readonly LonLat[], chosen: number | null) => void;
  readonly onStroke: (spots: readonly LonLat[]) => void;
  /** The pen was set down or lifted by keyboard. */
  readonly onPen: (down: boolean) => void;
}

/** Turns what pointers and keys do on the map into corners and strokes. */
export class Sketcher {
  readonly #map: MapLibre;
  readonly #show: (sketch: Sketch) => void;
  #events: SketchEvents | null = null;
  #mode: SketchMode = 'off';
  #sketch: Sketch = NO_SKETCH;
  #pen: { colour: number; width: number } = { colour: 0, width: 2 };
  #pointers = new Set<number>();
  #stroke: { pixels: Pixel[]; spots: LonLat[] } | null = null;
  #dragged: number | null = null;
  #penDown = false;
  #frame = 0;

  constructor(map: MapLibre, show: (sketch: Sketch) => void) {
    this.#map = map;
    this.#show = show;
    const element = map.getCanvasContainer();
    element.addEventListener('pointerdown', (event) => this.#down(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel'] as const)
      element.addEventListener(name, (event) => this.#up(event));
  }

  get mode(): SketchMode {
    return this.#mode;
  }

  start(mode: SketchMode, events: SketchEvents): void {
    this.#mode = mode;
    this.#events = events;
    this.#lift();
    if (mode === 'strokes') this.#map.dragPan.disable();
    else this.#map.dragPan.enable();
  }

  stop(): void {
    this.#mode = 'off';
    this.#events = null;
    this.#pointers.clear();
    this.#stroke = null;
    this.#dragged = null;
    this.#penDown = false;
    this.#map.dragPan.enable();
  }

  set(sketch: Sketch): void {
    this.#sketch = sketch;
    this.#draw();
  }

  setPen(colour: number, width: number): void {
    this.#pen = { colour, width };
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const stroke = this.#stroke;
      const strokes =
        stroke === null
          ? this.#sketch.strokes
          : [...this.#sketch.strokes, { spots: stroke.spots, ...this.#pen }];
      this.#show({ ...this.#sketch, strokes });
    });
  }

  #pixel(event: PointerEvent): Pixel {
    const { left, top } = this.#map.getCanvas().getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #spot({ x, y }: Pixel): LonLat {
    const { lng, lat } = this.#map.unproject([x, y]);
    return [lng, lat];
  }

  #cornerAt(pixel: Pixel): number | null {
    let best: number | null = null;
    let least = CORNER_HIT_PX;
    for (const [i, corner] of this.#sketch.corners.entries()) {
      const { x, y } = this.#map.project([corner[0], corner[1]]);
      const far = Math.hypot(x - pixel.x, y - pixel.y);
      if (far < least) [least, best] = [far, i];
    }
    return best;
  }

  #down(event: PointerEvent): void {
    if (this.#mode === 'off' || !(event.target instanceof HTMLCanvasElement)) return;
    this.#pointers.add(event.pointerId);
    if (this.#pointers.size > 1) {
      this.#stroke = null;
      this.#dragged = null;
      this.#draw();
      return;
    }
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    const pixel = this.#pixel(event);
    if (this.#mode === 'strokes') {
      this.#stroke = { pixels: [pixel], spots: [this.#spot(pixel)] };
      this.#draw();
      return;
    }
    this.#dragged = this.#cornerAt(pixel);
    if (this.#dragged !== null) this.#map.dragPan.disable();
  }

  #move(event: PointerEvent): void {
    if (this.#pointers.size !== 1 || !this.#pointers.has(event.pointerId)) return;
    const pixel = this.#pixel(event);
    if (this.#stroke !== null) {
      this.#stroke.pixels.push(pixel);
      this.#stroke.spots.push(this.#spot(pixel));
      this.#draw();
    } else if (this.#dragged !== null) {
      const spot = this.#spot(pixel);
      const corners = this.#sketch.corners.map((corner, i) =>
        i === this.#dragged ? spot : corner,
      );
      this.#sketch = { ...this.#sketch, corners, chosen: this.#dragged };
      this.#draw();
    }
  }

  #up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    if (this.#stroke !== null && event.type === 'pointerup') this.#strokeEnd();
    this.#stroke = null;
    if (this.#dragged !== null) {
      this.#map.dragPan.enable();
      if (this.#sketch.chosen === this.#dragged)
        this.#events?.onCorners(this.#sketch.corners, this.#dragged);
      this.#dragged = null;
    }
  }

  #strokeEnd(): void {
    if (this.#stroke === null) return;
    const { pixels, spots } = this.#stroke;
    const kept = keptAtMost(pixels, STROKE_TOLERANCE_PX, MOST_STROKE_POINTS);
    this.#stroke = null;
    this.#events?.onStroke(kept.map((i) => spots[i] ?? [0, 0]));
  }

  /** A tap on the map, or Enter on the cross. */
  tap(pixel: Pixel): void {
    if (this.#mode !== 'corners') return;
    const at = this.#cornerAt(pixel);
    const { corners, chosen } = this.#sketch;
    if (at !== null) this.#events?.onCorners(corners, at === chosen ? null : at);
    else if (corners.length < MOST_CORNERS)
      this.#events?.onCorners([...corners, this.#spot(pixel)], null);
  }

  /** Enter or the space bar on the cross; in strokes the pen goes down, or up again. */
  press(pixel: Pixel): void {
    if (this.#mode === 'corners') this.tap(pixel);
    else if (this.#mode === 'strokes' && this.#penDown) this.#lift();
    else if (this.#mode === 'strokes') {
      this.#penDown = true;
      this.#stroke = { pixels: [pixel], spots: [this.#spot(pixel)] };
      this.#events?.onPen(true);
      this.#draw();
    }
  }

  /** The cross has moved by keyboard. */
  moved(pixel: Pixel): void {
    if (!this.#penDown || this.#stroke === null) return;
    this.#stroke.pixels.push(pixel);
    this.#stroke.spots.push(this.#spot(pixel));
    this.#draw();
  }

  #lift(): void {
    if (!this.#penDown) return;
    this.#penDown = false;
    this.#strokeEnd();
    this.#events?.onPen(false);
  }
}

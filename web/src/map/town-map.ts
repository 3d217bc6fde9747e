/*
 * town-map: the map of the town and everything that can be asked of it.
 *
 * The rest of the app never sees MapLibre: it calls the functions of TownMap and hears back by the
 * functions of TownMapEvents.
 */
import {
  type EaseToOptions,
  type GeoJSONSource,
  type MapGeoJSONFeature,
  Map as MapLibre,
  Marker,
  type StyleSpecification,
  setWorkerUrl,
  type VectorTileSource,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Surroundings } from '../guard/home';
import type { Camera } from '../state/route';
import type { LonLat } from '../write/shape';
import { type ChangedPlace, tilesOfChanges } from './changed';
import { imageFromName, PIXEL_RATIO } from './images';
import { isInside, pointInside } from './inside';
import {
  COMMENT_MAX_ZOOM,
  commentTiles,
  isStyle,
  type OwnComment,
  type OwnPoint,
  PIN_LAYERS,
  POINTS_FROM_ZOOM,
  pointsGeoJson,
  withComments,
} from './layers';
import { SHAPE_HIT_LAYERS, SHAPE_LAYERS, shapeOpacity, shapesGeoJson } from './shapes';
import { NO_SKETCH, type Sketch, type SketchEvents, Sketcher, sketchGeoJson } from './sketch';
import { surroundingsOf } from './surroundings';
import { townSources } from './town-tiles';

export interface PickedPlace {
  readonly lon: number;
  readonly lat: number;
  readonly buildingId: string;
  readonly buildingName: string;
}

export interface TownMapEvents {
  readonly onOpen: (id: string) => void;
  readonly onCamera: (camera: Camera, bounds: readonly [number, number, number, number]) => void;
  readonly onPick: (place: PickedPlace) => void;
  readonly onReady: () => void;
}

export interface Padding {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Below this level tiles carry no building_id, and a finger covers several houses. */
const PLACE_ZOOM = 16.6;
/** More pins than these under a finger are a pile. */
const PILE = 3;
const CLOSE_ZOOM = 18.4;
const TURN_DEG = 30;
const TILT_DEG = 55;
/** With the width of a line, a finger has 24 pixels and more to meet it. */
const HIT_PX = 12;
const KEY_STEP_PX = 8;
const KEY_LEAP_PX = 40;

/** A place on the screen as MapLibre wants it; arrays and points are the same to it. */
type Pixel = [number, number];

export class TownMap {
  readonly #map: MapLibre;
  readonly #events: TownMapEvents;
  readonly #pin: Marker;
  readonly #pinElement: HTMLButtonElement;
  #picked: string | number | undefined;
  #aim: EaseToOptions = {};
  #placing: 'off' | 'follow' | 'fixed' = 'off';
  #overlay: {
    theme: 'light' | 'dark';
    query: string;
    waiting: readonly OwnComment[];
    opened: OwnPoint | null;
    known: readonly OwnComment[] | null;
    sketch: Sketch;
  };
  readonly #sketcher: Sketcher;
  #base: StyleSpecification | null = null;
  #styleRun = 0;

  /** Throws where the device has no WebGL. */
  constructor(
    container: HTMLElement,
    start: { camera: Camera; theme: 'light' | 'dark' },
    events: TownMapEvents,
  ) {
    setWorkerUrl(new URL(workerUrl, location.href).href);
    this.#events = events;
    this.#overlay = {
      theme: start.theme,
      query: '',
      waiting: [],
      opened: null,
      known: null,
      sketch: NO_SKETCH,
    };
    this.#map = new MapLibre({
      container,
      style: { version: 8, sources: {}, layers: [] },
      center: [start.camera.lon, start.camera.lat],
      zoom: start.camera.zoom,
      bearing: start.camera.bearing,
      pitch: start.camera.pitch,
      maxPitch: 72,
      minZoom: 8,
      maxZoom: 20,
      attributionControl: false,
      refreshExpiredTiles: false,
      localIdeographFontFamily:
        getComputedStyle(document.documentElement).fontFamily || 'sans-serif',
      transformRequest: (url) => ({ url: new URL(url, location.href).href }),
      canvasContextAttributes: { antialias: true },
      fadeDuration: 200,
    });
    const map = this.#map;
    this.#sketcher = new Sketcher(map, (sketch) => {
      this.#overlay.sketch = sketch;
      this.#source<GeoJSONSource>('sketch')?.setData(sketchGeoJson(sketch));
    });
    map.setMissingStyleImageResolver((name) => {
      const image = imageFromName(name);
      if (image !== null && !map.hasImage(name))
        map.addImage(name, image, { pixelRatio: PIXEL_RATIO });
    });
    // A tile that did not come is asked for again when it is needed; the banner tells of the network.
    // A layer that the town's data does not have (only houses were imported) is no fault at all.
    map.on('error', ({ error }) => {
      if (!error.message.includes('does not exist on source')) console.warn('map:', error.message);
    });
    map.on('moveend', () => {
      this.#aim = {};
      this.#reportCamera();
    });
    map.on('load', () => this.#reportCamera());
    map.on('click', (event) => this.#click([event.point.x, event.point.y]));
    map.on('mousemove', (event) => {
      if (this.#placing !== 'off') return;
      map.getCanvas().style.cursor =
        this.#hits([event.point.x, event.point.y]).length > 0 ? 'pointer' : '';
    });
    map.on('move', () => {
      if (this.#placing === 'follow') this.#pin.setLngLat(map.getCenter());
    });
    map.on('moveend', () => {
      if (this.#placing === 'follow') this.#pickUnderPin(false);
    });

    this.#pinElement = document.createElement('button');
    this.#pinElement.type = 'button';
    this.#pinElement.className = 'place-pin';
    this.#pinElement.append(placePinPicture());
    this.#pin = new Marker({ element: this.#pinElement, draggable: true, anchor: 'bottom' });
    this.#pin.on('dragstart', () => {
      this.#placing = 'fixed';
    });
    this.#pin.on('dragend', () => this.#pickUnderPin(true));
    this.#pinElement.addEventListener('keydown', (event) => this.#pinKey(event));
  }

  #reportCamera(): void {
    const map = this.#map;
    const { lng, lat } = map.getCenter();
    const bounds = map.getBounds();
    this.#events.onCamera(
      { zoom: map.getZoom(), lat, lon: lng, bearing: map.getBearing(), pitch: map.getPitch() },
      [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
    );
  }

  // ---- what is shown -------------------------------------------------------------------------

  /** The style of a theme and language, as fetched; an older answer that comes late is left out. */
  async setStyle(
    theme: 'light' | 'dark',
    load: () => Promise<Record<string, unknown> | null>,
  ): Promise<boolean> {
    this.#styleRun += 1;
    const run = this.#styleRun;
    const json = await load();
    if (run !== this.#styleRun) return true;
    if (json === null || !isStyle(json)) return false;
    this.#overlay.theme = theme;
    const { center: _center, zoom: _zoom, bearing: _bearing, pitch: _pitch, ...style } = json;
    this.#base = { ...style, sources: townSources(style.sources) };
    this.#map.setStyle(withComments(this.#base, this.#overlay), { diff: true });
    this.#map.once('idle', () => this.#events.onReady());
    return true;
  }

  #source<T>(id: string): T | undefined {
    return this.#map.getSource(id) as T | undefined;
  }

  /** Comments known on this device, for when the server's tiles cannot be had; null: they can. */
  setKnown(comments: readonly OwnComment[] | null): void {
    if (comments === null && this.#overlay.known === null) return;
    this.#overlay.known = comments;
    if (this.#base !== null)
      this.#map.setStyle(withComments(this.#base, this.#overlay), { diff: true });
  }

  setFilter(query: string): void {
    if (query === this.#overlay.query) return;
    this.#overlay.query = query;
    if (this.#overlay.known === null)
      this.#source<VectorTileSource>('comments')?.setTiles([commentTiles(query)]);
  }

  setWaiting(comments: readonly OwnComment[]): void {
    this.#overlay.waiting = comments;
    this.#source<GeoJSONSource>('waiting')?.setData(pointsGeoJson(comments));
    this.#source<GeoJSONSource>('waiting-shapes')?.setData(shapesGeoJson(comments));
  }

  setOpened(point: OwnPoint | null): void {
    this.#overlay.opened = point;
    this.#source<GeoJSONSource>('opened')?.setData(pointsGeoJson(point === null ? [] : [point]));
  }

  /** Asks again for the tiles that show these places; for all of them without places. */
  refreshComments(places: readonly ChangedPlace[] | null): void {
    if (this.#map.getSource('comments') === undefined || this.#overlay.known !== null) return;
    const tiles = places === null ? null : tilesOfChanges(places, COMMENT_MAX_ZOOM);
    if (tiles === null) this.#map.refreshTiles('comments');
    else this.#map.refreshTiles('comments', tiles);
  }

  reloadCity(): void {
    if (this.#map.getSource('city') !== undefined) this.#map.refreshTiles('city');
  }

  // ---- the camera ----------------------------------------------------------------------------

  /** A movement of ours. What it aims at is remembered while it lasts: see setPadding. */
  #ease(aim: EaseToOptions): void {
    this.#map.easeTo(aim);
    // Where motion is not wanted it has ended already.
    this.#aim = this.#map.isMoving() ? aim : {};
  }

  /** The room that panels leave; a movement under way goes on to where it was going. */
  setPadding(padding: Padding): void {
    this.#ease({ duration: 250, ...this.#aim, padding });
  }

  resize(): void {
    this.#map.resize();
  }

  jumpTo(camera: Camera): void {
    const { lon, lat, zoom, bearing, pitch } = camera;
    this.#map.jumpTo({ center: [lon, lat], zoom, bearing, pitch });
  }

  /** Brings a place into view, moving no more than needed. */
  show(lon: number, lat: number, closer: boolean): void {
    const map = this.#map;
    const { x, y } = map.project([lon, lat]);
    const { clientWidth, clientHeight } = map.getContainer();
    const padding = map.getPadding();
    const margin = 70;
    const visible =
      x > (padding.left ?? 0) + margin &&
      x < clientWidth - (padding.right ?? 0) - margin &&
      y > (padding.top ?? 0) + margin &&
      y < clientHeight - (padding.bottom ?? 0) - margin / 2;
    if (visible && !closer && map.getZoom() >= POINTS_FROM_ZOOM) return;
    this.#ease({
      center: [lon, lat],
      zoom: Math.max(map.getZoom(), closer ? 17.4 : 16),
      duration: 700,
    });
  }

  zoomBy(levels: number): void {
    this.#ease({ zoom: this.#map.getZoom() + levels, duration: 250 });
  }

  turn(direction: -1 | 1): void {
    this.#ease({ bearing: this.#map.getBearing() + direction * TURN_DEG, duration: 350 });
  }

  north(): void {
    this.#ease({ bearing: 0, duration: 350 });
  }

  tilt(): void {
    const { lng, lat } = this.#map.getCenter();
    this.#ease({
      center: [lng, lat],
      pitch: this.#map.getPitch() > 20 ? 0 : TILT_DEG,
      duration: 450,
    });
  }

  // ---- opening ------------------------------------------------------------------------------

  #hits([x, y]: Pixel): MapGeoJSONFeature[] {
    const near: [Pixel, Pixel] = [
      [x - HIT_PX, y - HIT_PX],
      [x + HIT_PX, y + HIT_PX],
    ];
    // A pin before the line it stands on, and both before the area that lies under everything.
    return (
      this.#found([x, y], PIN_LAYERS) ??
      this.#found(near, PIN_LAYERS) ??
      this.#found([x, y], SHAPE_HIT_LAYERS.slice(0, 2)) ??
      this.#found(near, SHAPE_HIT_LAYERS.slice(0, 2)) ??
      this.#found(near, SHAPE_HIT_LAYERS) ??
      []
    );
  }

  #found(where: Pixel | [Pixel, Pixel], wanted: readonly string[]): MapGeoJSONFeature[] | null {
    const layers = wanted.filter((layer) => this.#map.getLayer(layer) !== undefined);
    if (layers.length === 0) return null;
    const found = this.#map.queryRenderedFeatures(where, { layers });
    return found.length > 0 ? found : null;
  }

  #click(pixel: Pixel): void {
    if (this.#sketcher.mode !== 'off') {
      this.#sketcher.tap({ x: pixel[0], y: pixel[1] });
      return;
    }
    if (this.#placing !== 'off') {
      this.#placing = 'fixed';
      this.#pickAt(pixel, true);
      return;
    }
    const hits = this.#hits(pixel);
    const ids = [
      ...new Set(hits.map((hit) => hit.properties.id).filter((id) => typeof id === 'string')),
    ];
    const [hit] = hits;
    if (hit === undefined) return;
    const { count } = hit.properties;
    const [top] = ids;
    const isPile = ids.length > PILE && PIN_LAYERS.includes(hit.layer.id);
    if (top !== undefined && count === undefined) this.#openOne(ids, top, pixel, isPile);
    else if (count !== undefined && hit.geometry.type === 'Point') {
      const [lon = 0, lat = 0] = hit.geometry.coordinates;
      const zoom = Math.max(
        this.#map.getZoom() + 1.6,
        Math.min(POINTS_FROM_ZOOM + 0.4, this.#map.getZoom() + 3),
      );
      this.#ease({ center: [lon, lat], zoom, duration: 600 });
    }
  }

  /** Pins that stand on one spot: come closer while that may part them, then open each in turn. */
  #openOne(ids: readonly string[], top: string, pixel: Pixel, isPile: boolean): void {
    if (isPile && this.#map.getZoom() < CLOSE_ZOOM) {
      this.#ease({
        center: this.#map.unproject(pixel),
        zoom: this.#map.getZoom() + 1.5,
        duration: 600,
      });
      return;
    }
    const at = ids.indexOf(this.#overlay.opened?.id ?? '');
    this.#events.onOpen(ids[(at + 1) % ids.length] ?? top);
  }

  // ---- choosing a place -----------------------------------------------------------------------

  /** Puts the pin in the middle, where it stays while the map moves, until it is moved itself. */
  placeStart(label: string, at: { lon: number; lat: number } | null): void {
    const map = this.#map;
    this.#placing = at === null ? 'follow' : 'fixed';
    this.#pin.setLngLat(at === null ? map.getCenter() : [at.lon, at.lat]).addTo(map);
    this.#pinElement.setAttribute('aria-label', label);
    map.getCanvas().style.cursor = 'crosshair';
    this.#fadeComments(0.3);
    if (map.getZoom() < PLACE_ZOOM) {
      this.#ease({
        ...(at === null ? {} : { center: [at.lon, at.lat] as Pixel }),
        zoom: PLACE_ZOOM + 0.4,
        duration: 600,
      });
    } else if (at !== null) this.show(at.lon, at.lat, false);
    this.#pickUnderPin(false);
  }

  /** The place is chosen: the map shows it and nothing on it asks to be moved. */
  placeKeep(): void {
    this.#placing = 'off';
    this.#pin.remove();
    this.#fadeComments(0.3);
  }

  placeStop(): void {
    this.#placing = 'off';
    this.#pin.remove();
    this.#highlight(undefined);
    this.#fadeComments(1);
    this.#map.getCanvas().style.cursor = '';
  }

  // ---- drawing --------------------------------------------------------------------------------

  setSketch(sketch: Sketch): void {
    this.#sketcher.set(sketch);
  }

  setPen(colour: number, width: number): void {
    this.#sketcher.setPen(colour, width);
  }

  /** Seen from above, with a cross in the middle for whoever does not tap. */
  sketchStart(mode: 'corners' | 'strokes', label: string, events: SketchEvents): void {
    const map = this.#map;
    this.#sketcher.start(mode, events);
    this.#placing = 'follow';
    this.#highlight(undefined);
    this.#pinElement.setAttribute('aria-label', label);
    this.#pinElement.dataset.as = mode;
    this.#pin.setOffset([0, 32]);
    this.#pin.setLngLat(map.getCenter()).addTo(map);
    map.getCanvas().style.cursor = 'crosshair';
    this.#fadeComments(0.3);
    this.#ease({ pitch: 0, zoom: Math.max(map.getZoom(), PLACE_ZOOM), duration: 500 });
  }

  sketchStop(): void {
    this.#sketcher.stop();
    delete this.#pinElement.dataset.as;
    this.#pin.setOffset([0, 0]);
    this.placeStop();
  }

  /** As a tap on the middle of the map, where the cross stands. */
  sketchPress(): void {
    const { x, y } = this.#map.project(this.#pin.getLngLat());
    this.#sketcher.press({ x, y });
  }

  /** Brings a shape into view as a whole. */
  showAll(spots: readonly LonLat[]): void {
    const [first] = spots;
    if (first === undefined) return;
    const lons = spots.map(([lon]) => lon);
    const lats = spots.map(([, lat]) => lat);
    const camera = this.#map.cameraForBounds(
      [
        [Math.min(...lons), Math.min(...lats)],
        [Math.max(...lons), Math.max(...lats)],
      ],
      { padding: 60, maxZoom: 18 },
    );
    if (camera !== undefined)
      this.#ease({ ...camera, zoom: Math.min(camera.zoom ?? 18, 18), duration: 600 });
  }

  /** Houses and streets around a place, as far as the map has loaded them. */
  surroundings(lon: number, lat: number): Surroundings {
    return surroundingsOf(this.#map, lon, lat);
  }

  /** The pin goes where the home-guard says. */
  movePin(lon: number, lat: number): void {
    this.#placing = 'fixed';
    this.#pin.setLngLat([lon, lat]);
    this.#highlight(undefined);
    this.show(lon, lat, false);
  }

  /** What others wrote steps back while a place is chosen. */
  #fadeComments(opacity: number): void {
    for (const layer of PIN_LAYERS) {
      if (this.#map.getLayer(layer) !== undefined)
        this.#map.setPaintProperty(layer, 'icon-opacity', opacity);
    }
    for (const layer of SHAPE_LAYERS) {
      const [paint, full] = shapeOpacity(layer);
      if (this.#map.getLayer(layer) !== undefined)
        this.#map.setPaintProperty(layer, paint, full * opacity);
    }
  }

  #pinKey(event: KeyboardEvent): void {
    const step = event.shiftKey ? KEY_LEAP_PX : KEY_STEP_PX;
    const moves: Record<string, Pixel> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const { x, y } = this.#map.project(this.#pin.getLngLat());
    if (this.#sketcher.mode !== 'off' && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      this.#sketcher.press({ x, y });
      return;
    }
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#placing = 'fixed';
    this.#pin.setLngLat(this.#map.unproject([x + move[0], y + move[1]]));
    this.#sketcher.moved({ x: x + move[0], y: y + move[1] });
    this.#pickUnderPin(false);
    const { lng, lat } = this.#pin.getLngLat();
    this.show(lng, lat, false);
  }

  #pickUnderPin(snap: boolean): void {
    if (this.#sketcher.mode !== 'off') return;
    const { x, y } = this.#map.project(this.#pin.getLngLat());
    this.#pickAt([x, y], snap);
  }

  /** The place at a pixel: the house that is seen there, else the ground. */
  #pickAt(pixel: Pixel, snap: boolean): void {
    const map = this.#map;
    const [house] =
      map.getLayer('building') === undefined
        ? []
        : map.queryRenderedFeatures(pixel, { layers: ['building'] });
    let { lng: lon, lat } = map.unproject(pixel);
    if (house !== undefined && snap) [lon, lat] = placeOnHouse(house, lon, lat);
    if (snap) this.#pin.setLngLat([lon, lat]);
    else ({ lng: lon, lat } = this.#pin.getLngLat());
    this.#highlight(house?.id);
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    this.#events.onPick({
      lon,
      lat,
      buildingId: text(house?.properties.building_id),
      buildingName: text(house?.properties.name),
    });
  }

  #highlight(id: string | number | undefined): void {
    if (id === this.#picked) return;
    const state = (feature: string | number, picked: boolean): void => {
      if (this.#map.getSource('city') === undefined) return;
      this.#map.setFeatureState(
        { source: 'city', sourceLayer: 'building', id: feature },
        { picked },
      );
    };
    if (this.#picked !== undefined) state(this.#picked, false);
    if (id !== undefined) state(id, true);
    this.#picked = id;
  }
}

/** A tap on a wall or a roof means the house, though the ground behind it lies elsewhere. */
function placeOnHouse(house: MapGeoJSONFeature, lon: number, lat: number): [number, number] {
  const { geometry } = house;
  const polygons =
    geometry.type === 'Polygon'
      ? [geometry.coordinates]
      : geometry.type === 'MultiPolygon'
        ? geometry.coordinates
        : [];
  if (polygons.length === 0 || polygons.some((rings) => isInside(rings, lon, lat)))
    return [lon, lat];
  return pointInside(polygons[0] ?? []);
}

const SVG = 'http://www.w3.org/2000/svg';

function placePinPicture(): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 48 64');
  svg.setAttribute('width', '48');
  svg.setAttribute('height', '64');
  svg.setAttribute('aria-hidden', 'true');
  const part = (name: string, attributes: Record<string, string>): void => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    svg.append(element);
  };
  part('ellipse', { class: 'place-pin-shade', cx: '24', cy: '60', rx: '9', ry: '3' });
  part('path', {
    class: 'place-pin-body',
    d: 'M24 3c10.500 0 18.500 8 18.500 18.200C42.500 34 30 44 25.200 58.700a1.300 1.300 0 0 1-2.400 0C18 44 5.500 34 5.500 21.200C5.500 11 13.500 3 24 3Z',
  });
  part('path', { class: 'place-pin-sign', d: 'M24 13.500v15M16.500 21h15' });
  return svg;
}

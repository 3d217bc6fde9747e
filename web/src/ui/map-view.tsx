/* map-view: the map on the screen, kept in step with the state, and its buttons. */
import { computed, effect, signal, untracked } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { filterParams, styleGet, tileJsonGet } from '../api/client';
import type { ChangedPlace } from '../map/changed';
import type { OwnComment, OwnPoint } from '../map/layers';
import { NO_SKETCH, type Sketch } from '../map/sketch';
import { type Padding, TownMap } from '../map/town-map';
import { townTilesStart } from '../map/town-tiles';
import { filter, mapBounds, matches, opened, shownFromOwn } from '../state/comments';
import type { LiveChange } from '../state/live';
import { speak } from '../state/notice';
import { knownPoints, passes } from '../state/offline';
import { ownWaiting } from '../state/own';
import { packs, packTile } from '../state/packs';
import { lang, theme } from '../state/prefs';
import {
  type Camera,
  cameraFromParam,
  navigate,
  paramFromCamera,
  setParam,
  startParams,
  view,
} from '../state/route';
import {
  chosen,
  cornersSet,
  pen,
  penDown,
  sketchFrom,
  sketchingReset,
  strokeAdd,
} from '../state/sketching';
import { attribution, tileJson } from '../state/town';
import { buildingName, draft, draftSet, step } from '../state/writing';
import { CompassIcon, Icon } from './icon';
import { layout, sheetPixels } from './layout';
import { say, T } from './text';

export const townMap = signal<TownMap | null>(null);
/** The comment whose row in the list is under the pointer or has the focus. */
export const hovered = signal<OwnPoint | null>(null);
const trouble = signal<'none' | 'webgl' | 'style'>('none');
const bearing = signal(0);
const pitch = signal(0);
const ready = signal(false);

/** The demo town's station square, until the tiles say where the town is. */
const START: Camera = { zoom: 15.8, lat: 36.147, lon: 139.388, bearing: -18, pitch: 52 };

/** As wide as the desk is drawn (desk/desk.css), while a strip of the map is left. */
function deskWidth(): number {
  return innerWidth > 960 ? 860 : 0;
}

function padding(): Padding {
  if (view.value.name === 'desk') return { top: 20, right: 20, bottom: 20, left: deskWidth() };
  if (layout.value === 'wide') return { top: 20, right: 20, bottom: 20, left: 428 };
  return { top: 64, right: 0, bottom: Math.min(sheetPixels.value, innerHeight * 0.6), left: 0 };
}

function pointOf(comment: {
  id: string;
  kind: string;
  hat: string;
  lon: number;
  lat: number;
}): OwnPoint {
  const { id, kind, hat, lon, lat } = comment;
  return { id, kind, hat, lon, lat };
}

const commentOf = (comment: OwnComment): OwnComment => ({
  ...pointOf(comment),
  shape: comment.shape,
  corners: comment.corners,
});

/** Does something with a value now and whenever it changes; what the doing reads is not followed. */
function follow<T>(read: () => T, act: (value: T) => void): () => void {
  return effect(() => {
    const value = read();
    untracked(() => act(value));
  });
}

/** Keeps the map in step with the state for as long as it lives; returns how to stop. */
function connect(map: TownMap): () => void {
  const stops = [
    follow(
      () => ({ colours: theme.value, language: lang.value }),
      ({ colours, language }) => {
        const load = async (): Promise<Record<string, unknown> | null> => {
          const answer = await styleGet(colours, language);
          return answer.ok ? answer.value : null;
        };
        void map.setStyle(colours, load).then((done) => {
          trouble.value = done ? 'none' : 'style';
        });
      },
    ),
    follow(
      () => filterParams(filter.value).toString(),
      (query) => map.setFilter(query),
    ),
    follow(
      () => ownWaiting.value.map(shownFromOwn).filter((item) => matches(item, filter.value)),
      (waiting) => map.setWaiting(waiting.map(commentOf)),
    ),
    follow(
      () => {
        const now = opened.value;
        if (step.value !== 'off') return null;
        return hovered.value ?? (now.state === 'ready' ? pointOf(now.comment) : null);
      },
      (point) => map.setOpened(point),
    ),
    follow(
      () => knownPoints.value?.filter((item) => passes(item, filter.value)) ?? null,
      (known) => map.setKnown(known?.map(commentOf) ?? null),
    ),
    follow(
      () => shownSketch.value,
      (sketch) => map.setSketch(sketch),
    ),
    follow(
      () => pen.value,
      ({ colour, width }) => map.setPen(colour, width),
    ),
    follow(padding, (room) => map.setPadding(room)),
    openedFollow(map),
    placeFollow(map),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Brings the opened comment into view once, not at each refresh of its text. */
function openedFollow(map: TownMap): () => void {
  let shownId = '';
  return follow(
    () => opened.value,
    (now) => {
      if (now.state === 'none') shownId = '';
      if (now.state !== 'ready' || shownId === now.comment.id) return;
      shownId = now.comment.id;
      const { lon, lat, corners } = now.comment;
      // After the padding of the newly opened panel.
      setTimeout(() => (corners.length > 1 ? map.showAll(corners) : map.show(lon, lat, false)), 30);
    },
  );
}

type HandMode = 'off' | 'pin' | 'corners' | 'strokes' | 'still';

/** What a hand on the map means at this step of writing. */
const handMode = computed<HandMode>(() => {
  if (step.value === 'off') return 'off';
  if (step.value === 'draw') return 'strokes';
  if (draft.value.shape === 'point') return step.value === 'similar' ? 'still' : 'pin';
  return step.value === 'place' ? 'corners' : 'still';
});

function placeFollow(map: TownMap): () => void {
  return follow(
    () => handMode.value,
    (mode) => {
      map.sketchStop();
      const { lon, lat, corners } = draft.value;
      if (mode === 'off') return;
      if (mode === 'pin')
        map.placeStart(say('write.pin'), lon !== null && lat !== null ? { lon, lat } : null);
      else if (mode === 'still') map.placeKeep();
      else {
        sketchingReset();
        map.sketchStart(mode, say(mode === 'corners' ? 'write.cross' : 'draw.cross'), {
          onCorners: cornersSet,
          onStroke: strokeAdd,
          onPen: (down) => {
            penDown.value = down;
          },
        });
        if (mode === 'corners' && corners.length > 1) map.showAll(corners);
      }
    },
  );
}

/** What is drawn on the map: the draft's line, area and strokes, or those of the opened comment. */
const shownSketch = computed<Sketch>(() => {
  if (step.value !== 'off')
    return sketchFrom(draft.value, handMode.value === 'corners', chosen.value);
  const now = opened.value;
  return now.state === 'ready' ? sketchFrom(now.comment, false, null) : NO_SKETCH;
});

export function MapView(): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    const camera = cameraFromParam(startParams.get('m'));
    let timer: ReturnType<typeof setTimeout> | undefined;
    let map: TownMap;
    townTilesStart({
      about: async (name) => {
        const answer = await tileJsonGet(name);
        return answer.ok ? answer.value : null;
      },
      pack: packTile,
      isNewest: (name, version) => version !== '' && packs.value.get(name)?.version === version,
    });
    try {
      map = new TownMap(
        element,
        { camera: camera ?? START, theme: theme.value },
        {
          onOpen: (id) => navigate({ name: 'comment', id }),
          onCamera: (now, bounds) => {
            bearing.value = now.bearing;
            pitch.value = now.pitch;
            mapBounds.value = bounds;
            clearTimeout(timer);
            timer = setTimeout(() => setParam('m', paramFromCamera(now)), 400);
          },
          onPick: (place) => {
            buildingName.value = place.buildingName;
            draftSet({
              lon: place.lon,
              lat: place.lat,
              buildingId: place.buildingId,
              source: 'tap',
              accuracyM: 0,
            });
            speak('write.moved');
          },
          onReady: () => {
            ready.value = true;
          },
        },
      );
    } catch {
      trouble.value = 'webgl';
      return;
    }
    const canvas = element.querySelector('canvas');
    canvas?.setAttribute('aria-label', say('map.label'));
    canvas?.setAttribute('aria-describedby', 'map-help');
    townMap.value = map;
    const stop = connect(map);
    // A town that lies elsewhere (an imported city) opens where it is.
    const stopTown = effect(() => {
      const { bounds, center } = tileJson.value;
      if (camera !== null || bounds === null) return;
      const [west, south, east, north] = bounds;
      if (START.lon > west && START.lon < east && START.lat > south && START.lat < north) return;
      const [lon, lat] = center ?? [(west + east) / 2, (south + north) / 2];
      map.jumpTo({ ...START, lon, lat });
    });
    const observer = new ResizeObserver(() => map.resize());
    observer.observe(element);
    return () => {
      stop();
      stopTown();
      observer.disconnect();
    };
  }, []);

  return (
    <section class="map" aria-label={say('map.label')} data-ready={ready.value}>
      <div class="map-canvas" ref={container} />
      <p id="map-help" class="sr">
        {say('map.help')}
      </p>
      {trouble.value !== 'none' && (
        <p class="map-trouble" role="alert">
          <T k={trouble.value === 'webgl' ? 'map.webgl' : 'map.failed'} />
        </p>
      )}
      <MapControls />
      <a class="attribution" href="#/about">
        {attribution.value !== '' ? attribution.value : <T k="map.attribution" />}
      </a>
    </section>
  );
}

function MapControls(): JSX.Element {
  const map = townMap.value;
  const tilted = pitch.value > 20;
  return (
    <div class="controls" role="group" aria-label={say('map.controls')}>
      <button
        type="button"
        aria-label={say('map.zoomIn')}
        title={say('map.zoomIn')}
        onClick={() => map?.zoomBy(1)}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        aria-label={say('map.zoomOut')}
        title={say('map.zoomOut')}
        onClick={() => map?.zoomBy(-1)}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        class="control-tilt"
        aria-label={`${tilted ? '2D' : '3D'} ${say(tilted ? 'map.tilt2d' : 'map.tilt3d')}`}
        title={say(tilted ? 'map.tilt2d' : 'map.tilt3d')}
        onClick={() => map?.tilt()}
      >
        {tilted ? '2D' : '3D'}
      </button>
      <button
        type="button"
        aria-label={say('map.turnLeft')}
        title={say('map.turnLeft')}
        onClick={() => map?.turn(-1)}
      >
        <Icon name="turnLeft" />
      </button>
      <button
        type="button"
        aria-label={say('map.turnRight')}
        title={say('map.turnRight')}
        onClick={() => map?.turn(1)}
      >
        <Icon name="turnRight" />
      </button>
      <button
        type="button"
        aria-label={say('map.north')}
        title={say('map.north')}
        onClick={() => map?.north()}
      >
        <CompassIcon bearing={bearing.value} />
      </button>
    </div>
  );
}

export function refreshMapComments(changes: readonly LiveChange[] | null): void {
  const map = untracked(() => townMap.value);
  const places: ChangedPlace[] = [];
  for (const { lon, lat, bbox, moved } of changes ?? []) {
    // Where it was shown before is not known here.
    if (lon === null || lat === null || moved) {
      map?.refreshComments(null);
      return;
    }
    places.push({ lon, lat, bbox });
  }
  map?.refreshComments(changes === null ? null : places);
}

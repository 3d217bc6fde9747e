/*
 * route: what is open, as the part of the address after #, so that a link opens the same thing and
 * the back button goes back.
 *
 *   #/                 the list        #/c/ID             one comment
 *   #/device           this tablet
 *   #/j/CODE           joining a meeting (also from /j/CODE)
 *   #/r  #/r/CODE      receipts (also from /r); the code stays behind the #, no server sees it
 *   #/about            about           ?m=ZOOM/LAT/LON/BEARING/PITCH   where the map stands
 *   #/desk/…           the pages of teachers and staff (desk/route.ts)
 *   ?q=WORD&kind=…&card=…&channel=…    the filter
 */
import { signal } from '@preact/signals-core';
import { isUuid } from '../sync/uuid';

export type View =
  | { readonly name: 'list' }
  | { readonly name: 'comment'; readonly id: string }
  | { readonly name: 'join'; readonly code: string }
  | { readonly name: 'receipts'; readonly code: string }
  | { readonly name: 'about' }
  | { readonly name: 'device' }
  | { readonly name: 'desk'; readonly path: readonly string[] };

export interface Camera {
  readonly zoom: number;
  readonly lat: number;
  readonly lon: number;
  readonly bearing: number;
  readonly pitch: number;
}

export interface Place {
  readonly view: View;
  readonly params: URLSearchParams;
}

export function placeFromHash(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const params = new URLSearchParams(query);
  const [, first, second, ...rest] = path.split('/');
  if (first === 'desk') {
    const pages = [second ?? '', ...rest].filter((word) => /^[\w-]{1,40}$/.test(word));
    return { view: { name: 'desk', path: pages }, params };
  }
  if (first === 'c' && second !== undefined && isUuid(second)) {
    return { view: { name: 'comment', id: second }, params };
  }
  const word = /^[\w-]{0,40}$/.test(second ?? '') ? (second ?? '') : '';
  if (first === 'j') return { view: { name: 'join', code: word }, params };
  if (first === 'r') return { view: { name: 'receipts', code: word }, params };
  const named = first === 'about' || first === 'device' ? first : 'list';
  return { view: { name: named }, params };
}

function pathOf(view: View): string {
  switch (view.name) {
    case 'comment':
      return `/c/${view.id}`;
    case 'device':
      return '/device';
    case 'desk':
      return ['/desk', ...view.path].join('/');
    case 'join':
      return view.code === '' ? '/j' : `/j/${view.code}`;
    case 'receipts':
      return view.code === '' ? '/r' : `/r/${view.code}`;
    default:
      return view.name === 'about' ? '/about' : '/';
  }
}

export function hashFromPlace({ view, params }: Place): string {
  const path = pathOf(view);
  // Slashes and commas may stand in a query as they are; a readable link is a shared link.
  const query = params.toString().replaceAll('%2F', '/').replaceAll('%2C', ',');
  return query === '' ? `#${path}` : `#${path}?${query}`;
}

export function cameraFromParam(text: string | null): Camera | null {
  const numbers = (text ?? '').split('/').map(Number);
  const [zoom, lat, lon, bearing = 0, pitch = 0] = numbers;
  if (
    zoom === undefined ||
    lat === undefined ||
    lon === undefined ||
    !numbers.every(Number.isFinite)
  )
    return null;
  if (zoom < 0 || zoom > 24 || Math.abs(lat) > 85 || Math.abs(lon) > 180 || pitch < 0 || pitch > 85)
    return null;
  return { zoom, lat, lon, bearing, pitch };
}

export function paramFromCamera(camera: Camera): string {
  const short = (value: number, digits: number): string => String(Number(value.toFixed(digits)));
  return [
    short(camera.zoom, 2),
    short(camera.lat, 6),
    short(camera.lon, 6),
    short(camera.bearing, 1),
    short(camera.pitch, 1),
  ].join('/');
}

/** A printed card says /j/CODE, a receipt /r: the same as behind the #. */
function startHash(): string {
  const path = /^\/(j\/[\w-]+|r)\/?$/.exec(location.pathname)?.[1];
  if (path === undefined) return location.hash;
  history.replaceState(null, '', `/#/${path}`);
  return `#/${path}`;
}

const start = placeFromHash(startHash());
export const view = signal<View>(start.view);
export const startParams = start.params;
let params = start.params;
/** How many steps of ours lie behind: closing goes back to them rather than adding one more. */
let depth = 0;

export function navigate(next: View): void {
  if (hashFromPlace({ view: next, params }) === location.hash) return;
  depth += 1;
  history.pushState({ depth }, '', hashFromPlace({ view: next, params }));
  view.value = next;
}

/** Closes what is open: back, if we opened it; else to the list, for whoever came by a link. */
export function close(): void {
  if (depth > 0) {
    // Going back takes a moment; a second tap in it must not leave the app.
    depth -= 1;
    history.back();
  } else {
    history.replaceState({ depth }, '', hashFromPlace({ view: { name: 'list' }, params }));
    view.value = { name: 'list' };
  }
}

/** Map position and filter move without a step in the history. */
export function setParam(name: string, value: string | null): void {
  params = new URLSearchParams(params);
  if (value === null || value === '') params.delete(name);
  else params.set(name, value);
  history.replaceState(history.state, '', hashFromPlace({ view: view.value, params }));
}

export function linkTo(next: View): string {
  return hashFromPlace({ view: next, params: new URLSearchParams() });
}

/** Called with the parameters of an address that the reader typed, followed or went back to. */
export function routeStart(onParams: (params: URLSearchParams) => void): void {
  addEventListener('popstate', () => {
    const state: unknown = history.state;
    depth =
      typeof state === 'object' && state !== null && 'depth' in state ? Number(state.depth) : 0;
    const place = placeFromHash(location.hash);
    view.value = place.view;
    // Going back changes what is open, not what is filtered or where the map stands.
    if (state === null) {
      params = place.params;
      onParams(params);
    } else {
      history.replaceState(state, '', hashFromPlace({ view: place.view, params }));
    }
  });
}

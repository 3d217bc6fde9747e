/*
 * sw: the service worker; opens the app without a network.
 *
 * Three kinds of address
 * 1. The shell (the page and what it is built from): from this version's own cache, as a whole. An
 *    old page is never given new parts: a new version waits until the page asks for it (state/shell.ts).
 * 2. Words, photos, packs, the server's own answers: never touched here. The app keeps what it needs
 *    in IndexedDB, where it knows how old it is; this file never opens a database.
 * 3. Tiles: asked for by the page under a name of its own and read from a pack (map/town-tiles.ts).
 *
 * The kill switch is sw-off.ts: built in place of this file by KAKIKOMAP_WORKER=off.
 */
/// <reference lib="webworker" />
export type {};

declare const self: ServiceWorkerGlobalScope;

/** Filled in by the build (web/shell.ts): the files of the shell, and a name for just these. */
declare const __SHELL__: { readonly version: string; readonly files: readonly string[] };

const PREFIX = 'kakikomap-shell-';
const CACHE = PREFIX + __SHELL__.version;
const PAGE = '/index.html';
/** Addresses of the server, which are not for the app to answer. */
const SERVER = /^\/(api|sync|tiles|packs|photos|feed|version)\b/;

/** All or nothing, and not from the browser's own memory: the name stands for these bytes. */
async function shellTake(): Promise<void> {
  const cache = await caches.open(CACHE);
  try {
    await cache.addAll(__SHELL__.files.map((file) => new Request(file, { cache: 'reload' })));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

self.addEventListener('install', (event) => event.waitUntil(shellTake()));

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith(PREFIX) && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      ),
  );
});

/** The page asks for the version that waits, when nobody is disturbed by it. */
self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting();
});

async function fromShell(request: Request, file: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  // The map asks for its worker with a ?v= behind it.
  return (await cache.match(file, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (!SERVER.test(url.pathname) && !/\.\w+$/.test(url.pathname))
      event.respondWith(fromShell(request, PAGE));
  } else if (__SHELL__.files.includes(url.pathname)) {
    event.respondWith(fromShell(request, url.pathname));
  }
});

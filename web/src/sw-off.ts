/*
 * sw-off: the kill switch. Built as /sw.js by KAKIKOMAP_WORKER=off, it takes the place of any
 * service worker of the app, empties its caches and leaves; pages then come from the server again.
 * What people wrote lies in IndexedDB and is not touched.
 */
/// <reference lib="webworker" />
export type {};

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', () => void self.skipWaiting());

self.addEventListener('activate', (event) => {
  const leave = async (): Promise<void> => {
    for (const name of await caches.keys()) await caches.delete(name);
    await self.registration.unregister();
    const pages = await self.clients.matchAll({ type: 'window' });
    for (const page of pages) await page.navigate(page.url).catch(() => null);
  };
  event.waitUntil(leave());
});

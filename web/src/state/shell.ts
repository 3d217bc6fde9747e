/*
 * shell: the app as a thing on the tablet: opening without a network, newer versions, room to keep
 * things in, and what does not work here.
 *
 * A newer version is fetched beside the one that runs and waits. It takes over when its user says so,
 * or when the app was closed: then page and parts change together. What waits to be sent lies in
 * IndexedDB and does not notice.
 */
import { signal } from '@preact/signals-core';

/** Served without HTTPS: this page must stay open, and cannot open again without a network. */
export const reduced = signal(!isSecureContext);
/** A newer version is here and waits. */
export const newer = signal(false);
/** The browser has promised not to clear what we keep; null: it cannot say. */
export const lasting = signal<boolean | null>(null);

const LOOK_AGAIN_MS = 60 * 60 * 1000;
let waitingWorker: ServiceWorker | null = null;

export async function shellStart(): Promise<void> {
  lasting.value = (await navigator.storage?.persisted?.()) ?? null;
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const workers = navigator.serviceWorker;
  const had = workers.controller !== null;
  workers.addEventListener('controllerchange', () => {
    // The first worker of a first visit takes over nothing that is old.
    if (had) location.reload();
  });
  const registration = await workers.register('/sw.js', { updateViaCache: 'none' });
  const look = (): void => {
    const { waiting } = registration;
    if (waiting === null || workers.controller === null) return;
    waitingWorker = waiting;
    newer.value = true;
  };
  look();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look);
  });
  setInterval(() => registration.update().catch(() => undefined), LOOK_AGAIN_MS);
}

/** Goes over to the newer version; the page comes back as that. */
export function newerTake(): void {
  waitingWorker?.postMessage('take over');
}

/** Asks the browser to keep what is here also when room is short. Some ask their user. */
export async function lastingAsk(): Promise<void> {
  const { storage } = navigator;
  if (storage?.persist === undefined || lasting.value === true) return;
  lasting.value = await storage.persist();
}

export interface Room {
  readonly used: number;
  readonly quota: number;
}

export async function roomLook(): Promise<Room | null> {
  const estimate = await navigator.storage?.estimate?.();
  if (estimate?.usage === undefined || estimate.quota === undefined) return null;
  return { used: estimate.usage, quota: estimate.quota };
}

/*
 * live: what others do, as it happens, by the server's event stream.
 *
 * The browser reconnects by itself and says which change it saw last. When it gives up, we open
 * the stream again after a while, and read everything anew in case something was missed.
 */
import { signal } from '@preact/signals-core';
import { refresh } from './comments';
import { notify, speak } from './notice';
import { copySoon } from './offline';
import { owns, sendNow } from './own';
import { cardsLoad, hello, helloLoad } from './town';

export const connection = signal<'unknown' | 'live' | 'lost'>('unknown');

export interface LiveChange {
  readonly id: string;
  readonly type: string;
  readonly lon: number | null;
  readonly lat: number | null;
  /** West, south, east, north of its line or area. */
  readonly bbox: readonly [number, number, number, number] | null;
  /** It stood elsewhere before, or may have. */
  readonly moved: boolean;
}

function boxFrom(value: unknown): LiveChange['bbox'] {
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [west, south, east, north] = value.map(Number);
  if (west === undefined || south === undefined || east === undefined || north === undefined)
    return null;
  return [west, south, east, north].every(Number.isFinite) ? [west, south, east, north] : null;
}

export function liveChangeFromData(data: string): LiveChange | null {
  try {
    const json: unknown = JSON.parse(data);
    if (typeof json !== 'object' || json === null || !('id' in json) || !('type' in json))
      return null;
    const lon = 'lon' in json && typeof json.lon === 'number' ? json.lon : null;
    const lat = 'lat' in json && typeof json.lat === 'number' ? json.lat : null;
    const bbox = boxFrom('bbox' in json ? json.bbox : null);
    const moved = 'moved' in json && json.moved === true;
    return { id: String(json.id), type: String(json.type), lon, lat, bbox, moved };
  } catch {
    return null;
  }
}

/** Of which comment a photo can be shown now; '' when it does not say. */
export function photoCommentFromData(data: string): string {
  try {
    const json: unknown = JSON.parse(data);
    return typeof json === 'object' && json !== null && 'comment' in json
      ? String(json.comment)
      : '';
  } catch {
    return '';
  }
}

/** The stream may be quiet for a heartbeat before we call it lost. */
const GRACE_MS = 4_000;
const REOPEN_MS = 5_000;
/** A tablet that slept so long may hold a stream that is dead without knowing it (Safari). */
const SLEPT_MS = 30_000;
/** A burst (a class handing in its work) is one refresh. */
const GATHER_MS = 180;

export function connectionReport(reached: boolean): void {
  if (reached && connection.value === 'lost') return; // the stream itself says when it is back
  if (!reached && navigator.onLine === false) connection.value = 'lost';
}

export function liveStart(
  onMapChange: (changes: readonly LiveChange[] | null) => void,
  onLayers: () => void,
): void {
  let source: EventSource | null = null;
  let lostTimer: ReturnType<typeof setTimeout> | undefined;
  let reopenTimer: ReturnType<typeof setTimeout> | undefined;
  let gatherTimer: ReturnType<typeof setTimeout> | undefined;
  let gathered: LiveChange[] = [];
  let photographed = new Set<string>();
  let lastSeen = '';
  let everOpen = false;

  const flush = (): void => {
    const changes = gathered;
    const touched = photographed;
    gathered = [];
    photographed = new Set();
    if (changes.length > 0) onMapChange(changes);
    for (const change of changes) touched.add(change.id);
    // A reply's event names the reply; the comment that is open may be the one it answers.
    const replied = changes.some((change) => change.type === 'reply');
    refresh(replied ? null : touched);
    copySoon();
    if (changes.some((change) => change.type === 'card')) void cardsLoad();
    if (changes.some((change) => change.type === 'comment' && !owns.value.has(change.id)))
      speak('list.new');
  };
  const flushSoon = (): void => {
    clearTimeout(gatherTimer);
    gatherTimer = setTimeout(flush, GATHER_MS);
  };
  const open = (): void => {
    clearTimeout(reopenTimer);
    source?.close();
    const since = lastSeen || (hello.value === null ? '' : String(hello.value.change));
    source = new EventSource(since === '' ? '/api/live' : `/api/live?since=${since}`);
    source.onopen = () => {
      clearTimeout(lostTimer);
      lostTimer = undefined;
      const was = connection.value;
      connection.value = 'live';
      if (was === 'lost') {
        notify('net.back');
        sendNow();
        onMapChange(null);
        refresh(null);
        if (hello.value === null) void helloLoad();
      } else if (everOpen) refresh(null);
      everOpen = true;
    };
    source.onerror = () => {
      // The browser tries again every few seconds and fails again: the first failure counts.
      lostTimer ??= setTimeout(() => {
        connection.value = 'lost';
      }, GRACE_MS);
      if (source?.readyState === EventSource.CLOSED) reopenTimer = setTimeout(open, REOPEN_MS);
    };
    source.addEventListener('change', (event) => {
      if (event.lastEventId !== '') lastSeen = event.lastEventId;
      const change = liveChangeFromData(String(event.data));
      if (change === null) return;
      gathered.push(change);
      flushSoon();
    });
    // No change of the log: the bytes of a photo have come, or more of it is covered.
    source.addEventListener('photo', (event) => {
      const comment = photoCommentFromData(String(event.data));
      if (comment === '') return;
      photographed.add(comment);
      flushSoon();
    });
    source.addEventListener('layers', onLayers);
  };
  open();
  addEventListener('offline', () => {
    connection.value = 'lost';
  });
  addEventListener('online', open);
  let hiddenAt = 0;
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') hiddenAt = Date.now();
    else if (hiddenAt !== 0 && Math.abs(Date.now() - hiddenAt) > SLEPT_MS) open();
  });
  // Back by the browser's own history, out of its memory: nothing of before is connected any more.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    open();
    sendNow();
  });
}

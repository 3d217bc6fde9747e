import { beforeEach, describe, expect, it, vi } from 'vitest';
import { liveStart, photoCommentFromData } from './live';

const refresh = vi.hoisted(() => vi.fn());
vi.mock('./comments', () => ({ refresh }));
vi.mock('./notice', () => ({ notify: vi.fn(), speak: vi.fn() }));
vi.mock('./offline', () => ({ copySoon: vi.fn() }));
vi.mock('./own', () => ({ owns: { value: new Map() }, sendNow: vi.fn() }));
vi.mock('./town', () => ({ cardsLoad: vi.fn(), hello: { value: null }, helloLoad: vi.fn() }));

const COMMENT = '0192f3a0-7c00-7000-8000-00000000c0de';
const PHOTO = '0192f3a0-7c00-7000-8000-0000000f0705';
let stream: EventTarget;
let streams = 0;
let page: EventTarget & { visibilityState?: string };

beforeEach(() => {
  vi.useFakeTimers();
  streams = 0;
  page = new EventTarget();
  vi.stubGlobal('document', page);
  refresh.mockClear();
  vi.stubGlobal('addEventListener', vi.fn());
  vi.stubGlobal(
    'EventSource',
    class extends EventTarget {
      constructor() {
        super();
        stream = this;
        streams += 1;
      }
      close(): void {}
    },
  );
});

const say = (event: string, data: unknown, lastEventId = '') =>
  stream.dispatchEvent(
    Object.assign(new Event(event), { data: JSON.stringify(data), lastEventId }),
  );

describe('what others do', () => {
  it('a photo that came shows in the open comment, and leaves the map alone', () => {
    const onMap = vi.fn();
    liveStart(onMap, vi.fn());
    say('photo', { id: PHOTO, comment: COMMENT });
    say('photo', { id: PHOTO, comment: COMMENT });
    vi.runAllTimers();
    expect(refresh.mock.calls).toEqual([[new Set([COMMENT])]]);
    expect(onMap).not.toHaveBeenCalled();
  });

  it('is gathered with the changes of the same moment', () => {
    const onMap = vi.fn();
    liveStart(onMap, vi.fn());
    say('change', { change: 7, type: 'comment', id: PHOTO, lon: 139.388, lat: 36.147 }, '7');
    say('photo', { id: PHOTO, comment: COMMENT });
    vi.runAllTimers();
    expect(refresh.mock.calls).toEqual([[new Set([COMMENT, PHOTO])]]);
    expect(onMap).toHaveBeenCalledTimes(1);
  });

  it('what says no comment is nothing', () => {
    for (const data of ['', '{', '[]', 'null', '{"id":1}'])
      expect(photoCommentFromData(data)).toBe('');
  });
});

const seen = (visibilityState: string): void => {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
};

it('a tablet that slept asks for the stream anew, one that was looked away from does not', () => {
  liveStart(vi.fn(), vi.fn());
  seen('hidden');
  vi.advanceTimersByTime(5_000);
  seen('visible');
  expect(streams).toBe(1);
  seen('hidden');
  vi.advanceTimersByTime(31_000);
  seen('visible');
  expect(streams).toBe(2);
});

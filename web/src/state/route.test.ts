import { beforeAll, describe, expect, it } from 'vitest';

// The module reads the address when it is loaded, as a page does.
let route: typeof import('./route');
beforeAll(async () => {
  Object.assign(globalThis, { location: { hash: '' } });
  route = await import('./route');
});

const ID = '0192f3a0-7c00-7000-8000-00000000c0de';

describe('the address', () => {
  it.each([
    ['', { name: 'list' }],
    ['#/', { name: 'list' }],
    ['#/about', { name: 'about' }],
    [`#/c/${ID}`, { name: 'comment', id: ID }],
    ['#/c/nonsense', { name: 'list' }],
    ['#/elsewhere?x=1', { name: 'list' }],
  ])('%s opens what it says', (hash, view) => {
    expect(route.placeFromHash(hash).view).toEqual(view);
  });

  it('goes there and back, readable', () => {
    const hash = `#/c/${ID}?m=16.5/36.147/139.388/-18/52&kind=idea,good`;
    expect(route.hashFromPlace(route.placeFromHash(hash))).toBe(hash);
  });

  it('keeps words in Japanese', () => {
    expect(route.placeFromHash('#/?q=%E6%AD%A9%E9%81%93').params.get('q')).toBe('歩道');
  });
});

describe('the place of the camera', () => {
  it('is read and written alike', () => {
    const camera = { zoom: 16.53, lat: 36.147123, lon: 139.388001, bearing: -18.5, pitch: 52 };
    expect(route.cameraFromParam(route.paramFromCamera(camera))).toEqual(camera);
  });

  it.each([null, '', '16', '16/99/139', '16/36/200', 'a/b/c', '16/36/139/0/90', '30/36/139'])(
    'is not taken from %s',
    (text) => {
      expect(route.cameraFromParam(text)).toBeNull();
    },
  );
});

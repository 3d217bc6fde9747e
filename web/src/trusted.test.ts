import { describe, expect, it } from 'vitest';
import { htmlAsText, scriptUrlAllowed } from './trusted';

const HERE = 'http://192.168.0.10:8080';

describe('the policy', () => {
  it.each([
    [`${HERE}/assets/maplibre-gl-worker-CZtFQQIV.mjs`, true],
    [`${HERE}/assets/other.js`, false],
    [`${HERE}/api/maplibre-gl-worker-x.mjs`, false],
    ['https://elsewhere.example/assets/maplibre-gl-worker-x.mjs', false],
    ['blob:http://192.168.0.10:8080/1', false],
    ['data:text/javascript,1', false],
  ])('%s: %s', (url, allowed) => {
    expect(scriptUrlAllowed(url, HERE)).toBe(allowed);
  });

  it('leaves no tag in any text', () => {
    expect(htmlAsText('<img src=x onerror=alert(1)>&')).toBe(
      '&lt;img src=x onerror=alert(1)&gt;&amp;',
    );
  });
});

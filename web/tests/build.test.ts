/* What was built: small enough, and nothing in it that the server's CSP forbids or that leaves it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const dist = process.env.WEB_DIST ?? join(import.meta.dirname, '../dist');
const BUDGET_BYTES = 150_000;

describe.skipIf(!existsSync(join(dist, 'index.html')))('the built app', () => {
  const assets = readdirSync(join(dist, 'assets'));
  const page = readFileSync(join(dist, 'index.html'), 'utf8');

  it('stays below 150 kB compressed without the map library', () => {
    const own = assets.filter((name) => !name.startsWith('maplibre'));
    expect(own.length).toBeGreaterThanOrEqual(2);
    const bytes = own.reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(dist, 'assets', name))).length,
      0,
    );
    expect(bytes).toBeLessThan(BUDGET_BYTES);
  });

  it('has no inline script, style or handler', () => {
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/i);
    for (const [, attributes] of page.matchAll(/<script([^>]*)>/g))
      expect(attributes).toContain('src="/assets/');
  });

  it('loads nothing from another host', () => {
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const name of assets.filter((file) => file.endsWith('.css'))) {
      expect(readFileSync(join(dist, 'assets', name), 'utf8')).not.toMatch(/url\(|@import/);
    }
  });

  it('names its files by their content, so that they may be kept for ever', () => {
    for (const name of assets) expect(name).toMatch(/-[\w-]{8}\.(js|mjs|css)$/);
  });

  it('brings the worker of the map', () => {
    expect(assets.filter((name) => name.startsWith('maplibre-gl-worker-'))).toHaveLength(1);
  });
});

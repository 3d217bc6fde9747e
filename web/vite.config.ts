import { defineConfig } from 'vitest/config';

// Everything goes into plain files beside index.html: the server's CSP allows no inline script,
// no inline style and no data: font, so nothing may be inlined.
export default defineConfig({
  base: '/',
  build: {
    target: ['es2022', 'safari16'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 1300,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'maplibre', test: /node_modules\/(maplibre-gl|@maplibre|@mapbox)/ }],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/tiles', '/sync', '/packs'].map((path) => [
        path,
        process.env.DEV_SERVER ?? 'http://localhost:8080',
      ]),
    ),
  },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'] },
});

import { defineConfig } from 'vitest/config';
import { shell, WORKER_ENTRY } from './shell.ts';

// Everything goes into plain files beside index.html: the server's CSP allows no inline script,
// no inline style and no data: font, so nothing may be inlined.
export default defineConfig({
  base: '/',
  plugins: [shell(import.meta.dirname)],
  build: {
    // Safari 16.4 unpacks gzip and writes into private files; each iPad that takes 16 takes it.
    target: ['es2022', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 1300,
    rolldownOptions: {
      input: { index: 'index.html', sw: WORKER_ENTRY },
      output: {
        // A service worker's address is its name: it keeps it for ever.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [{ name: 'maplibre', test: /node_modules\/(maplibre-gl|@maplibre|@mapbox)/ }],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/tiles', '/sync', '/packs', '/photos'].map((path) => [
        path,
        process.env.DEV_SERVER ?? 'http://localhost:8080',
      ]),
    ),
  },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'] },
});

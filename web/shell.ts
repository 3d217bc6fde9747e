/*
 * shell: what the build adds for tablets: the service worker with the list of the app's files, the
 * web app manifest, and the icons, drawn from public/icon.svg.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { iconPng } from './icons.ts';

const PAPER = '#f4f1ea';
const ICONS = [
  { file: 'icon-192.png', side: 192, purpose: 'any' },
  { file: 'icon-512.png', side: 512, purpose: 'any' },
  { file: 'icon-512-maskable.png', side: 512, purpose: 'maskable' },
  // Home screens of tablets that read no manifest.
  { file: 'apple-touch-icon.png', side: 180, purpose: 'maskable' },
] as const;

const MANIFEST = {
  id: '/',
  name: 'カキコマップ',
  short_name: 'カキコマップ',
  description: '気づいたことを、まちの地図に書く',
  lang: 'ja',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: PAPER,
  theme_color: PAPER,
  icons: ICONS.slice(0, 3).map(({ file, side, purpose }) => ({
    src: `/${file}`,
    sizes: `${side}x${side}`,
    type: 'image/png',
    purpose,
  })),
};

/** The entry that becomes the service worker. */
export const WORKER_ENTRY = process.env.KAKIKOMAP_WORKER === 'off' ? 'src/sw-off.ts' : 'src/sw.ts';

export function shell(root: string): Plugin {
  return {
    name: 'kakikomap-shell',
    apply: 'build',
    generateBundle() {
      const svg = readFileSync(join(root, 'public/icon.svg'), 'utf8');
      const emit = (fileName: string, source: string | Uint8Array): void => {
        this.emitFile({ type: 'asset', fileName, source });
      };
      for (const { file, side, purpose } of ICONS)
        emit(file, iconPng(svg, side, purpose === 'maskable'));
      emit('app.webmanifest', JSON.stringify(MANIFEST));
    },
    writeBundle: {
      order: 'post',
      async handler({ dir }, bundle) {
        if (dir === undefined) throw new Error('the build has no folder');
        const files = [
          'icon.svg',
          ...Object.keys(bundle).filter((name) => name !== 'sw.js'),
        ].sort();
        const hash = createHash('sha256');
        for (const name of files) hash.update(name).update(await readFile(join(dir, name)));
        const version = hash.digest('hex').slice(0, 16);
        const list = JSON.stringify({ version, files: files.map((name) => `/${name}`) });
        const worker = join(dir, 'sw.js');
        const code = await readFile(worker, 'utf8');
        await writeFile(worker, `const __SHELL__ = ${list};\n${code}`);
        await writeFile(join(dir, 'version.json'), JSON.stringify({ version }));
      },
    },
  };
}

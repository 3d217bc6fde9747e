// A new version waits until it is asked for and then comes as a whole; the kill switch takes the
// service worker away; neither touches what waits to be sent.
//
//   node tests/e2e/shell_test.mjs BUILD/kakikomap web
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { browserStart, pageOpen, relayStart, serverStart, shot, steps } from './support.mjs';

const [program, web] = process.argv.slice(2);
const WAIT = { timeout: 40_000 };
const browser = await browserStart(web);
const server = await serverStart(program);

const relay = await relayStart(server.base);
const { base, changed } = relay;
const file = async (path) => (await fetch(server.base + path)).text();

const faults = [];
let page;
const shells = () => page.evaluate(() => caches.keys());
const look = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());

const failed = await steps([
  ['the first version is here as a whole', async () => {
    page = await pageOpen(browser, base, faults, 'tablet', { width: 768, height: 1024, hasTouch: true });
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.waitForSelector('.write-button', WAIT);
    assert.equal((await shells()).length, 1);
  }],
  ['a comment waits to be sent', async () => {
    relay.cutNow();
    await page.click('.write-button');
    await page.click('.place-panel .primary', WAIT);
    await page.click('.picture.kind-idea');
    await page.fill('.write-text textarea', '版が変わっても残る書き込み');
    await page.click('.send-row button');
    await page.waitForSelector('.local-waiting', WAIT);
    relay.cut = false;
  }],
  ['a newer version waits, and the page stays the old one', async () => {
    const page2 = (await file('/index.html')).replace('<title>', '<meta name="edition" content="2"><title>');
    changed.set('/index.html', { type: 'text/html; charset=utf-8', bytes: page2 });
    const worker = (await file('/sw.js')).replace(/"version":"\w+"/, '"version":"second"');
    changed.set('/sw.js', { type: 'text/javascript', bytes: worker });
    await look();
    await page.waitForSelector('.banner .text-button', WAIT);
    await page.reload();
    await page.waitForSelector('.banner .text-button', WAIT);
    assert.equal(await page.locator('meta[name=edition]').count(), 0);
    await shot(page, 'shell-1-newer');
  }],
  ['asked for, it comes as a whole, and what waited is sent or still there', async () => {
    await page.click('.banner .text-button');
    await page.waitForSelector('meta[name=edition]', { state: 'attached', ...WAIT });
    await page.waitForFunction(async () => (await caches.keys()).join() === 'kakikomap-shell-second', null, WAIT);
    const found = () => fetch(`${server.base}/api/comments?q=${encodeURIComponent('残る書き込み')}`).then((answer) => answer.json());
    for (let tries = 0; (await found()).features.length !== 1; tries++) {
      assert.ok(tries < 60, 'the comment did not arrive');
      await page.waitForTimeout(500);
    }
  }],
  ['a version that cannot be fetched as a whole does not come at all', async () => {
    const worker = (await file('/sw.js')).replace(/"version":"\w+"/, '"version":"third"').replace('"/icon.svg"', '"/not-there.svg"');
    changed.set('/sw.js', { type: 'text/javascript', bytes: worker });
    await look().catch(() => undefined);
    await page.waitForTimeout(1500);
    await page.reload();
    await page.waitForSelector('.write-button', WAIT);
    assert.deepEqual(await shells(), ['kakikomap-shell-second']);
  }],
  ['the kill switch takes worker and shell away, and leaves what people wrote', async () => {
    const off = mkdtempSync(join(tmpdir(), 'kakikomap-off-'));
    const vite = resolve(web, 'node_modules/vite/bin/vite.js');
    const env = { ...process.env, KAKIKOMAP_WORKER: 'off' };
    const made = spawnSync(process.execPath, [vite, 'build', '--outDir', off, '--logLevel', 'error'], { cwd: web, env, encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    changed.set('/sw.js', { type: 'text/javascript', bytes: readFileSync(join(off, 'sw.js')) });
    rmSync(off, { recursive: true });
    await look().catch(() => undefined);
    await page.waitForFunction(async () => (await caches.keys()).length === 0, null, WAIT);
    await page.waitForSelector('.write-button', WAIT);
    const kept = await page.evaluate(
      () =>
        new Promise((done) => {
          const open = indexedDB.open('kakikomap');
          open.onsuccess = () => {
            const all = open.result.transaction('own').objectStore('own').getAll();
            all.onsuccess = () => {
              open.result.close();
              done(all.result.map((row) => row.text));
            };
          };
        }),
    );
    assert.deepEqual(kept, ['版が変わっても残る書き込み']);
  }],
]);

await browser.close();
relay.stop();
await server.stop();
process.exit(failed ? 1 : 0);

// The same app in Firefox ESR, as far as a program can drive it (WebDriver BiDi): it opens without a
// network, keeps what is written, and sends it when the server is back. Skipped where there is none.
//
//   node tests/e2e/firefox_test.mjs BUILD/kakikomap web
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { serverStart, relayStart, skipAll, steps } from './support.mjs';

const [program] = process.argv.slice(2);
const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync);
const modules = resolve(import.meta.dirname, '../node');
if (FIREFOX === undefined) skipAll('no Firefox on this machine');
if (!existsSync(join(modules, 'node_modules/puppeteer-core'))) skipAll('the packages of tests/node are not there');
const { launch } = createRequire(join(modules, 'package.json'))('puppeteer-core');

const WAIT = { timeout: 120_000 };
const TEXT = '火の狐から届いた書き込み';
const server = await serverStart(program);
const relay = await relayStart(server.base);
const browser = await launch({ browser: 'firefox', executablePath: FIREFOX, headless: true, timeout: 120_000, protocolTimeout: 240_000 });
const page = await browser.newPage();

/** A tap that waits for the thing, not for its animation. */
async function tap(selector) {
  await page.waitForSelector(selector, WAIT);
  await page.$eval(selector, (element) => element.click());
}

const failed = await steps([
  ['it opens the town, and takes the shell', async () => {
    await page.setViewport({ width: 768, height: 700 });
    await page.goto(relay.base, WAIT);
    await page.evaluate(() => localStorage.setItem('kakikomap.hint', 'seen'));
    await page.waitForSelector('.items a', WAIT);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await page.reload(WAIT);
    await page.waitForSelector('.items a', WAIT);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null, WAIT);
  }],
  ['a worker writes packs into its private files', async () => {
    await page.evaluate(() => {
      location.hash = '#/device';
    });
    await tap('.pack .primary');
    await page.waitForFunction(() => document.querySelector('.pack progress') === null && document.querySelectorAll('.pack .button.quiet').length > 0 && document.querySelector('.pack [role=status]') !== null, WAIT);
    const kept = await page.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      const file = await folder.getFileHandle('city.pmtiles').then((handle) => handle.getFile());
      return file.size;
    });
    const { layers } = await (await fetch(`${server.base}/api/layers`)).json();
    assert.equal(kept, layers.find((layer) => layer.name === 'city').bytes);
  }],
  ['without a network it opens again, with the list', async () => {
    await page.waitForFunction(
      () =>
        new Promise((done) => {
          const open = indexedDB.open('kakikomap-cache');
          open.onsuccess = () => {
            const count = open.result.transaction('comment').objectStore('comment').count();
            count.onsuccess = () => {
              open.result.close();
              done(count.result > 0);
            };
          };
        }),
      { ...WAIT, polling: 500 },
    );
    relay.cutNow();
    await page.goto(`${relay.base}/#/`, WAIT);
    await page.reload(WAIT);
    await page.waitForSelector('.items a', WAIT);
  }],
  ['what is written then is sent when the server is back, once', async () => {
    // Without a graphics card there is no map here: the place comes from a draft.
    await page.evaluate(
      (text) =>
        new Promise((done) => {
          const open = indexedDB.open('kakikomap');
          open.onsuccess = () => {
            const tx = open.result.transaction('draft', 'readwrite');
            const place = { lon: 139.388, lat: 36.147, buildingId: '', shape: 'point', corners: [], source: 'tap', accuracyM: 0 };
            const rest = { title: '', mood: 'none', cardId: null, drawing: [], readings: [], photos: [] };
            tx.objectStore('draft').put({ kind: 'idea', text, ...place, ...rest, open: true }, 'comment');
            tx.oncomplete = () => {
              open.result.close();
              done(true);
            };
          };
        }),
      TEXT,
    );
    await page.reload(WAIT);
    await page.waitForSelector('.write-text textarea', WAIT);
    assert.equal(await page.$eval('.write-text textarea', (element) => element.value), TEXT);
    await tap('.send-row .primary');
    await page.waitForSelector('.similar .primary, .detail .body', WAIT);
    if ((await page.$('.similar .primary')) !== null) await tap('.similar .primary');
    await page.waitForSelector('.local-waiting', WAIT);
    relay.cut = false;
    await page.evaluate(() => dispatchEvent(new Event('online')) && true);
    const found = async () => (await (await fetch(`${server.base}/api/comments?q=${encodeURIComponent('火の狐')}`)).json()).features.length;
    for (let tries = 0; (await found()) !== 1; tries++) {
      assert.ok(tries < 200, 'the comment did not arrive');
      await new Promise((next) => setTimeout(next, 500));
    }
  }],
]);

await browser.close().catch(() => undefined);
relay.stop();
await server.stop();
process.exit(failed ? 1 : 0);

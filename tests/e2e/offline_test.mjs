// Without a network the app opens as it was: map, comments, what is one's own; at once.
//
//   node tests/e2e/offline_test.mjs BUILD/kakikomap web
import assert from 'node:assert/strict';
import { browserStart, pageOpen, serverStart, shot, steps } from './support.mjs';

const [program, web] = process.argv.slice(2);
const WAIT = { timeout: 40_000 };

const browser = await browserStart(web);
const server = await serverStart(program);
const { base } = server;
const faults = [];
const own = () => faults.filter((fault) => !/Failed to load resource|: 5\d\d |ERR_|map:/.test(fault));
let page;

const known = () =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const open = indexedDB.open('kakikomap-cache');
        open.onsuccess = () => {
          const count = open.result.transaction('comment').objectStore('comment').count();
          count.onsuccess = () => {
            open.result.close();
            resolve(count.result);
          };
        };
      }),
  );

const failed = await steps([
  ['the first visit brings the shell and what everyone wrote', async () => {
    page = await pageOpen(browser, base, faults, 'tablet', { width: 768, height: 1024, hasTouch: true });
    await page.waitForSelector('.items a', WAIT);
    await page.evaluate(() => navigator.serviceWorker.ready);
    const { features } = await (await fetch(`${base}/api/comments?limit=1000`)).json();
    await assert.doesNotReject(async () => {
      for (let tries = 0; (await known()) < features.length; tries++) {
        if (tries > 60) throw new Error(`${await known()} comments are known`);
        await page.waitForTimeout(500);
      }
    });
  }],
  ['with the server gone, a reload paints and has the list (how quickly: the note below)', async () => {
    await page.reload();
    await page.waitForSelector('.items a', WAIT);
    await server.cut();
    await page.reload({ waitUntil: 'commit' });
    await page.waitForSelector('.items a', WAIT);
    const painted = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    console.log(`# painted after ${Math.round(painted)} ms`);
    assert.ok(Number.isFinite(painted), 'nothing was painted');
    await page.waitForSelector('.banner.lost', WAIT);
    await shot(page, 'offline-1-list');
  }],
  ['the map has what is known: its style, and everyone’s pins', async () => {
    await page.waitForSelector('[data-ready=true]', WAIT);
    await page.waitForTimeout(1500);
    await shot(page, 'offline-2-map');
  }],
  ['a comment opens, and words are found', async () => {
    await page.locator('.items a').first().click();
    await page.waitForSelector('.detail .body', WAIT);
    await page.goBack();
    await page.fill('.search input', 'ベンチ');
    await page.waitForFunction(() => {
      const items = [...document.querySelectorAll('.items a')];
      return items.length > 0 && items.every((item) => item.textContent.includes('ベンチ'));
    }, null, WAIT);
  }],
  ['the app itself reported no error', async () => {
    assert.deepEqual(own(), []);
  }],
]);

for (const fault of failed ? own() : []) console.log(`# ${fault}`);
await browser.close();
await server.stop();
process.exit(failed ? 1 : 0);

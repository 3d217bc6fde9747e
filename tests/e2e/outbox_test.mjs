// Nothing written is lost: a draft outlives the page, and what was written while the server was
// away arrives when it is back, once.
//
//   node tests/e2e/outbox_test.mjs BUILD/kakikomap web
import assert from 'node:assert/strict';
import { browserStart, pageOpen, serverStart, shot, steps } from './support.mjs';

const [program, web] = process.argv.slice(2);
const TEXT = '雷雲の下で書いています。';
const WAIT = { timeout: 40_000 };

const browser = await browserStart(web);
const server = await serverStart(program);
const { base } = server;
// While the server is away the browser itself reports failed requests: only the app's own errors count.
const faults = [];
const own = () => faults.filter((fault) => !/Failed to load resource|: 5\d\d /.test(fault));
let page;

const failed = await steps([
  ['a half-written comment outlives the page', async () => {
    page = await pageOpen(browser, base, faults, 'tablet', { width: 768, height: 1024, hasTouch: true });
    await page.waitForSelector('[data-ready=true]', WAIT);
    await page.click('.write-button');
    await page.click('.place-panel .primary', WAIT);
    await page.click('.picture.kind-idea');
    await page.fill('.write-text textarea', TEXT);
    await page.waitForTimeout(800);
    await page.reload();
    await page.waitForSelector('.left-draft', WAIT);
    await shot(page, 'outbox-1-draft');
    await page.click('.left-draft .primary');
    await page.click('.place-panel .primary', WAIT);
    assert.equal(await page.inputValue('.write-text textarea'), TEXT);
  }],
  ['without a server the page says so, and keeps what is written', async () => {
    await server.cut();
    await page.waitForSelector('.banner.lost', WAIT);
    await page.click('.send-row button');
    await page.waitForSelector('.detail .local-waiting', WAIT);
    assert.equal(await page.textContent('.detail .body'), TEXT);
    await shot(page, 'outbox-2-waiting');
  }],
  ['it arrives when the server is back, without anybody doing anything', async () => {
    await server.start();
    await page.waitForSelector('.detail .reactions', { timeout: 90_000 });
    await page.waitForSelector('.banner.lost', { state: 'detached', ...WAIT });
    await shot(page, 'outbox-3-sent');
  }],
  ['it is there once', async () => {
    const { features } = await (await fetch(`${base}/api/comments?q=${encodeURIComponent('雷雲')}`)).json();
    assert.deepEqual(features.map((feature) => feature.properties.text), [TEXT]);
  }],
  ['the app itself reported no error', async () => {
    assert.deepEqual(own(), []);
  }],
]);

for (const fault of failed ? own() : []) console.log(`# ${fault}`);
await browser.close();
await server.stop();
process.exit(failed ? 1 : 0);

// The same app in WebKitGTK, as far as its driver goes: it opens the town with its map and keeps packs in rows of
// IndexedDB; it opens without a network, keeps what is written there, and sends it once the server is back.
// Its automated sessions forget everything at the end, so nothing is killed here. Without a graphics card a frame
// of the map takes seconds, and the page waits for it: words are written in a session without WebGL (README.md).
// Skipped where the driver or a screen (Xvfb) is missing.
//
//   node tests/e2e/webkit_test.mjs BUILD/kakikomap web
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { relayStart, serverStart, skipAll, steps } from './support.mjs';

const [program] = process.argv.slice(2);
const TEXT = '風と網の機械から届いた書き込み';
const DRIVER = '/usr/bin/WebKitWebDriver';
const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`);
const BROWSER = folders.find(existsSync);
const XVFB = '/usr/bin/Xvfb';
if (!existsSync(DRIVER) || BROWSER === undefined) skipAll('no WebKitGTK driver on this machine');
if (!process.env.DISPLAY && !existsSync(XVFB)) skipAll('WebKitGTK needs a screen: no Xvfb on this machine');

const port = await new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => done(free));
  });
});
const display = process.env.DISPLAY ?? `:${90 + (port % 100)}`;
const screen = process.env.DISPLAY ? null : spawn(XVFB, [display, '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], { stdio: 'ignore' });
const driver = spawn(DRIVER, [`--port=${port}`], {
  env: { ...process.env, DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', WEBKIT_SKIA_ENABLE_CPU_RENDERING: '1' },
  stdio: 'ignore',
});
const server = await serverStart(program);
const relay = await relayStart(server.base);

async function call(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const { value } = await answer.json();
  if (value?.error) throw new Error(`${path}: ${value.error}: ${value.message}`);
  return value;
}
const pause = (ms) => new Promise((next) => setTimeout(next, ms));
async function patiently(work, what) {
  for (let tries = 0; ; tries++) {
    const value = await work().catch((error) => (tries > 240 ? Promise.reject(error) : null));
    if (value) return value;
    if (tries > 240) assert.fail(what);
    await pause(500);
  }
}
let session = '';
const go = (url) => call('POST', `/session/${session}/url`, { url });
const run = (script, ...args) => call('POST', `/session/${session}/execute/async`, { script: `const done = arguments[arguments.length - 1]; ${script}`, args });
const there = (selector) => patiently(() => run(`done(document.querySelector(arguments[0]) !== null)`, selector), `${selector} did not come`);
const tap = async (selector) => {
  await there(selector);
  await run('document.querySelector(arguments[0]).click(); done(true)', selector);
};

const reload = () => call('POST', `/session/${session}/refresh`, {});

/** A new session, with nothing of the one before, in which the town has been opened. */
async function open(...more) {
  if (session !== '') await call('DELETE', `/session/${session}`);
  session = '';
  const options = { 'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation', ...more] } };
  const made = await patiently(() => call('POST', '/session', { capabilities: { alwaysMatch: options } }), 'no session');
  session = made.sessionId;
  await call('POST', `/session/${session}/timeouts`, { script: 120_000, pageLoad: 120_000 });
  await go(relay.base);
  await run(`localStorage.setItem('kakikomap.hint', 'seen'); done(true)`);
  await there('.items a');
}

const failed = await steps([
  ['it opens the town, with its map', async () => {
    await open();
    await there('.map[data-ready=true]');
    assert.equal(await run(`done(document.querySelector('.map-trouble') === null)`), true);
  }],
  ['a pack lies in rows of IndexedDB, whole', async () => {
    await run(`location.hash = '#/device'; done(true)`);
    await tap('.pack .primary');
    await there('.pack [role=status]');
    const kept = await run(`
      const open = indexedDB.open('kakikomap-cache');
      open.onsuccess = () => {
        const tx = open.result.transaction(['pack', 'piece']);
        const row = tx.objectStore('pack').get('city');
        const pieces = tx.objectStore('piece').getAll();
        tx.oncomplete = () => { open.result.close(); done({ bytes: row.result.bytes, store: row.result.store, done: row.result.done, sum: pieces.result.reduce((sum, piece) => sum + piece.byteLength, 0) }); };
      };`);
    console.log(`# packs lie in ${kept.store}`);
    assert.equal(kept.done, true);
    if (kept.store === 'pieces') assert.equal(kept.sum, kept.bytes);
  }],
  ['without a network it opens again, with the list', async () => {
    await open('--enable-webgl=false');
    await patiently(() => run('navigator.serviceWorker.ready.then(() => done(true))'), 'no service worker');
    await reload();
    await there('.items a');
    await patiently(() => run('done(navigator.serviceWorker.controller !== null)'), 'the service worker does not serve');
    await patiently(
      () =>
        run(`
          const open = indexedDB.open('kakikomap-cache');
          open.onsuccess = () => {
            const count = open.result.transaction('comment').objectStore('comment').count();
            count.onsuccess = () => { open.result.close(); done(count.result > 0); };
          };`),
      'no copy of what others wrote',
    );
    relay.cutNow();
    await reload();
    await there('.items a');
  }],
  ['what is written then is kept, and sent once when the server is back', async () => {
    // As in Firefox: without a map the place comes from a draft.
    await run(
      `const open = indexedDB.open('kakikomap');
      open.onsuccess = () => {
        const tx = open.result.transaction('draft', 'readwrite');
        const place = { lon: 139.388, lat: 36.147, buildingId: '', shape: 'point', corners: [], source: 'tap', accuracyM: 0 };
        const rest = { title: '', mood: 'none', cardId: null, drawing: [], readings: [], photos: [] };
        tx.objectStore('draft').put({ kind: 'idea', text: arguments[0], ...place, ...rest, open: true }, 'comment');
        tx.oncomplete = () => { open.result.close(); done(true); };
      };`.replace('arguments[0]', JSON.stringify(TEXT)),
    );
    await reload();
    await there('.write-text textarea');
    assert.equal(await run(`done(document.querySelector('.write-text textarea').value)`), TEXT);
    await tap('.send-row .primary');
    await there('.similar .primary, .detail .body');
    if (await run(`done(document.querySelector('.similar .primary') !== null)`)) await tap('.similar .primary');
    await there('.local-waiting');
    relay.cut = false;
    await run(`dispatchEvent(new Event('online')); done(true)`);
    const found = async () =>
      (await (await fetch(`${server.base}/api/comments?q=${encodeURIComponent('風と網の機械')}`)).json()).features.length;
    await patiently(async () => (await found()) > 0, 'the comment did not arrive');
    await patiently(() => run(`done(document.querySelector('.local-waiting') === null)`), 'the page does not know that it arrived');
    assert.equal(await found(), 1);
  }],
]);

if (session !== '') await call('DELETE', `/session/${session}`).catch(() => undefined);
driver.kill();
screen?.kill();
relay.stop();
await server.stop();
process.exit(failed ? 1 : 0);

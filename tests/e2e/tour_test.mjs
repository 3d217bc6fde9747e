// A tablet goes out without a network, writes twenty comments with photos, comes back, is killed in
// the middle of an upload, and started again: twenty comments with photos are there, once each, at the
// venue that it talks to and at the city behind it.
//
//   node tests/e2e/tour_test.mjs BUILD/kakikomap web https|http
//
// "https" is a secure context (the page opens again without a network), "http" a LAN address as in a
// venue without certificates (the page must stay open while there is none).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lanAddress, relayStart, serverStart, shot, skipAll, steps, tabletStart, venueStart } from './support.mjs';

const [program, web, kind = 'https'] = process.argv.slice(2);
const COMMENTS = Number(process.env.E2E_COMMENTS ?? 20);
/** About here of their pieces (two each, or more) the browser is killed. */
const KILL_AT = Math.max(2, Math.floor(COMMENTS * 0.45));
const WAIT = { timeout: 120_000 };
const MARK = '旅の記録';
const secure = kind === 'https';
const host = secure ? '127.0.0.1' : lanAddress();
if (host === undefined) skipAll('this machine has no address but its own');

const profile = mkdtempSync(join(tmpdir(), 'kakikomap-tablet-'));
const city = await serverStart(program);
const venue = await venueStart(program, city);
const relay = await relayStart(venue.base, host);
const { base } = relay;
let tablet = await tabletStart(web, profile);
let { page } = tablet;
let pieces = 0;

/** A photo as a camera makes it: every one different, with a place in its Exif data. */
const CANARY = 'CANARY-GPS-36.147';
async function photo(seed) {
  const base64 = await page.evaluate(async (n) => {
    const canvas = new OffscreenCanvas(900, 640);
    const context = canvas.getContext('2d');
    const image = context.createImageData(900, 640);
    let state = n * 2654435761;
    for (let i = 0; i < image.data.length; i += 4) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      image.data[i] = state >>> 27;
      image.data[i + 1] = n * 12;
      image.data[i + 2] = state >>> 26;
      image.data[i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  }, seed);
  const jpeg = Buffer.from(base64, 'base64');
  const exif = Buffer.from(`Exif\0\0${CANARY}`, 'latin1');
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return { name: `${seed}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]) };
}

/** A tap that waits for the thing, not for its animation: without a graphics card that takes long. */
async function tap(selector) {
  await page.locator(selector).first().waitFor({ state: 'attached', ...WAIT });
  await page.locator(selector).first().dispatchEvent('click');
}

async function write(n) {
  await tap('.write-button');
  await tap('.place-panel .primary');
  await tap('.picture.kind-idea input');
  await page.fill('.write-text textarea', `${MARK}その${n}。日なたが続きます。`, WAIT);
  if ((await page.locator('input[type=file]').count()) === 0) await tap('.extras .tool');
  await page.locator('input[type=file]').last().setInputFiles(await photo(n), WAIT);
  await page.waitForSelector('.photo-row', WAIT);
  await tap('.send-row .primary');
  await page.locator('.similar .primary, .detail .body').first().waitFor(WAIT);
  if ((await page.locator('.similar .primary').count()) > 0) await tap('.similar .primary');
  await page.waitForSelector('.detail .local-waiting', WAIT);
  await tap('.back');
  await page.waitForSelector('.detail', { state: 'detached', ...WAIT });
}

/** What the tablet's store holds; asked in the page, so that the app's own rules are not trusted. */
const store = () =>
  page.evaluate(
    () =>
      new Promise((done) => {
        const open = indexedDB.open('kakikomap');
        open.onsuccess = () => {
          const tx = open.result.transaction(['ops', 'photo', 'photoBytes']);
          const all = (name) => new Promise((next) => (tx.objectStore(name).getAll().onsuccess = (event) => next(event.target.result)));
          Promise.all(['ops', 'photo', 'photoBytes'].map(all)).then(([ops, photos, bytes]) => {
            open.result.close();
            const text = (buffer) => new TextDecoder('latin1').decode(buffer.slice(0, 4000));
            done({
              waiting: ops.filter((op) => op.state === 'waiting' || op.state === 'frozen').length,
              refused: ops.filter((op) => op.state === 'refused').map((op) => op.reason),
              photos: photos.map((row) => row.state),
              here: photos.filter((row) => row.state === 'waiting' && row.held.length === 0).length,
              sizes: bytes.map((buffer) => buffer.byteLength),
              types: [...new Set(bytes.map((buffer) => buffer.constructor.name))],
              canary: bytes.some((buffer) => text(buffer).includes('CANARY')),
            });
          });
        };
      }),
  );

/** In every state: this machine writes more in a minute than a person does, and what is more is held. */
function textsAt(server) {
  const query = `SELECT text FROM comment WHERE text LIKE '${MARK}%'`;
  const asked = spawnSync('sqlite3', ['-readonly', join(server.folder, 'kakikomap.db'), query], { encoding: 'utf8' });
  assert.equal(asked.status, 0, asked.stderr);
  return asked.stdout.trim().split('\n').sort();
}
function photosAt(server) {
  const folder = join(server.folder, 'photos');
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
  return files.filter((name) => name.endsWith('.display.jpg'));
}

const failed = await steps([
  [`the tablet opens the town (${secure ? 'secure' : 'plain HTTP'})`, async () => {
    // From above and close: this machine draws without a graphics card.
    await page.goto(`${base}/#/?m=18/36.1512/139.3991/0/0`);
    await page.waitForSelector('.items a', WAIT);
    assert.equal(await page.evaluate(() => isSecureContext), secure);
    if (secure) await page.evaluate(() => navigator.serviceWorker.ready);
    else assert.equal(await page.evaluate(() => 'serviceWorker' in navigator || 'locks' in navigator), false);
  }],
  [secure ? 'without a network it opens again' : 'without a network the open page goes on', async () => {
    if (secure) await page.reload();
    relay.cutNow();
    if (secure) await page.reload();
    await page.waitForSelector('.write-button', WAIT);
    await page.waitForSelector('.banner.lost', WAIT);
  }],
  [`${COMMENTS} comments with photos are written`, async () => {
    const start = Date.now();
    for (let n = 1; n <= COMMENTS; n++) await write(n);
    console.log(`# ${Math.round((Date.now() - start) / COMMENTS)} ms a comment`);
    await shot(page, `tour-${kind}-1-written`);
    const kept = await store();
    assert.equal(kept.waiting, 2 * COMMENTS);
    assert.equal(kept.here, COMMENTS);
    assert.deepEqual(kept.types, ['ArrayBuffer']);
    assert.ok(kept.sizes.every((size) => size > 20_000 && size <= 350 * 1024), `${kept.sizes}`);
    assert.equal(kept.canary, false, 'the place of the camera is in the stored picture');
    console.log(`# photos of ${Math.min(...kept.sizes)} to ${Math.max(...kept.sizes)} bytes`);
  }],
  ['back online, the browser is killed in the middle of an upload', async () => {
    let enough;
    const killed = new Promise((done) => {
      enough = done;
    });
    relay.onRequest = (req) => {
      if (req.method === 'PATCH' && ++pieces === KILL_AT) enough();
    };
    relay.cut = false;
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await killed;
    await tablet.kill();
    const there = photosAt(venue).length;
    console.log(`# killed at piece ${KILL_AT}; ${there} photos were there`);
    assert.ok(there < COMMENTS, 'the upload was already over');
  }],
  ['started again, it sends the rest by itself', async () => {
    relay.onRequest = () => undefined;
    tablet = await tabletStart(web, profile);
    page = tablet.page;
    await page.goto(base);
    await page.waitForSelector('.items a', WAIT);
    for (let tries = 0; photosAt(venue).length < COMMENTS || (await store()).here > 0; tries++) {
      assert.ok(tries < 240, JSON.stringify(await store()));
      await page.waitForTimeout(500);
    }
    await shot(page, `tour-${kind}-2-sent`);
  }],
  ['each comment and each photo is there once, at the venue and at the city', async () => {
    const expected = Array.from({ length: COMMENTS }, (_, i) => `${MARK}その${i + 1}。日なたが続きます。`).sort();
    for (let tries = 0; photosAt(city).length < COMMENTS; tries++) {
      assert.ok(tries < 240, `${photosAt(city).length} photos are at the city`);
      await page.waitForTimeout(500);
    }
    for (const server of [venue, city]) {
      assert.deepEqual(textsAt(server), expected);
      assert.equal(photosAt(server).length, COMMENTS);
    }
    const kept = await store();
    assert.deepEqual([kept.waiting, kept.here, kept.refused], [0, 0, []]);
  }],
]);

await tablet.kill().catch(() => undefined);
relay.stop();
await venue.stop();
await city.stop();
rmSync(profile, { recursive: true, force: true });
process.exit(failed ? 1 : 0);

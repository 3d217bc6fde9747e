// The first path through the product, as two people walk it: open the town, pin a comment on a
// building, see it elsewhere without reloading, find it by two characters, open it by keyboard alone.
//
//   node tests/e2e/pin_test.mjs BUILD/kakikomap web
import assert from 'node:assert/strict';
import { browserStart, pageOpen, serverStart, shot, steps } from './support.mjs';

const [program, web] = process.argv.slice(2);
// Two characters that no other comment has.
const WORD = '鯨雲';
const TEXT = `${WORD}が見えるこの建物の前は、午後ずっと日なたです。`;
const WAIT = { timeout: 60_000 };

const browser = await browserStart(web);
const server = await serverStart(program);
const { base } = server;
const faults = [];
let tablet;
let other;
let keys;

/** A tap on the map until a house is under the pin; streets and squares lie between them. */
async function tapBuilding(page) {
  const { width, height } = page.viewportSize();
  for (let i = 0; i < 24; i++) {
    const x = width * (0.35 + 0.05 * (i % 7));
    const y = height * (0.22 + 0.03 * Math.floor(i / 3));
    await page.mouse.click(x, y);
    await page.waitForTimeout(250);
    if ((await page.locator('.place-line.on-building').count()) > 0) return;
  }
  assert.fail('no building was hit');
}

const failed = await steps([
  ['a tablet opens the town', async () => {
    tablet = await pageOpen(browser, base, faults, 'tablet', { width: 768, height: 1024, hasTouch: true, seen: false });
    await tablet.waitForSelector('[data-ready=true]', WAIT);
    await tablet.waitForSelector('.items a', WAIT);
    await shot(tablet, '1-welcome');
    await tablet.click('.first-hint .primary');
  }],
  ['the town is labelled as invented', async () => {
    await tablet.waitForSelector('.demo-chip', WAIT);
    assert.equal(await tablet.textContent('.demo-chip'), '架空のまち');
    await shot(tablet, '2-town');
  }],
  ['a second browser shows the same town', async () => {
    other = await pageOpen(browser, base, faults, 'other', { width: 1180, height: 820 });
    await other.waitForSelector('[data-ready=true]', WAIT);
    await other.waitForSelector('.items a', WAIT);
    assert.equal(await other.getByText(WORD).count(), 0);
  }],
  ['a tap on a building puts the pin on it', async () => {
    await tablet.click('.write-button');
    await tablet.waitForSelector('.place-pin', WAIT);
    // The map comes closer, however slow the machine is.
    await tablet.waitForFunction(() => Number(/m=([\d.]+)/.exec(location.hash)?.[1]) >= 16.6, null, WAIT);
    await tapBuilding(tablet);
    await shot(tablet, '3-building');
  }],
  ['the form says what is missing, then sends', async () => {
    await tablet.click('.place-panel .primary');
    await tablet.click('.send-row button');
    assert.equal(await tablet.locator('.fault').count(), 2);
    await tablet.click('.picture.kind-trouble');
    await tablet.fill('.write-text textarea', TEXT);
    await tablet.locator('.picture.card').first().click();
    await shot(tablet, '4-form');
    await tablet.click('.send-row button');
    // Somebody may have written the like near this house: it is said, and one writes all the same.
    await tablet.waitForSelector('.similar .send-row button, .detail .body', WAIT);
    if ((await tablet.locator('.similar').count()) > 0) await tablet.click('.similar .send-row button');
    await tablet.waitForSelector('.detail .body', WAIT);
    assert.equal(await tablet.textContent('.detail .body'), TEXT);
    await shot(tablet, '5-sent');
  }],
  ['the second browser shows it without reloading', async () => {
    await other.getByText(WORD).first().waitFor(WAIT);
    await shot(other, '6-live');
  }],
  ['it is stored on the building', async () => {
    const answer = await fetch(`${base}/api/comments?q=${encodeURIComponent(WORD)}`);
    const { features } = await answer.json();
    assert.equal(features.length, 1);
    assert.equal(features[0].properties.text, TEXT);
    assert.ok(features[0].properties.building_id, 'no building_id');
  }],
  ['its pin on the map opens it', async () => {
    const { features } = await (await fetch(`${base}/api/comments?q=${encodeURIComponent(WORD)}`)).json();
    const [lon, lat] = features[0].geometry.coordinates;
    const map = await pageOpen(browser, base, faults, 'map', { width: 1180, height: 820 }, `#/?m=17.5/${lat}/${lon}/0/0&q=${WORD}`);
    await map.waitForSelector('[data-ready=true]', WAIT);
    // The middle of what the panel leaves of the map; the head of the pin stands above its foot.
    await map.mouse.click(428 + (1180 - 428 - 20) / 2, 410 - 24);
    await map.waitForSelector('.detail .body', WAIT);
    assert.equal(await map.textContent('.detail .body'), TEXT);
    await map.context().close();
  }],
  ['two characters find it, and say how many were found', async () => {
    await other.fill('.search input', WORD);
    await other.waitForFunction(() => document.querySelectorAll('.items a').length === 1, null, WAIT);
    assert.match(await other.textContent('[data-testid=count]'), /^1 件見つかりました$/);
    await shot(other, '7-found');
    await other.fill('.search input', '鯨鯨');
    await other.waitForSelector('.empty .button', WAIT);
    await other.click('.empty .button');
    await other.waitForFunction(() => document.querySelectorAll('.items a').length > 1, null, WAIT);
  }],
  ['the keyboard alone finds and opens it in the list', async () => {
    keys = await pageOpen(browser, base, faults, 'keys', { width: 1180, height: 820 });
    await keys.waitForSelector('.items a', WAIT);
    const press = (key) => keys.keyboard.press(key);
    await press('Tab');
    assert.ok(await keys.evaluate(() => document.activeElement?.matches('.skip')), 'the skip link comes first');
    // On to the search field, by Tab alone.
    let presses = 0;
    while (!(await keys.evaluate(() => document.activeElement?.matches('.search input')))) {
      await press('Tab');
      assert.ok(++presses < 40, 'Tab does not reach the search field');
    }
    await keys.keyboard.insertText(WORD);
    await keys.waitForFunction(() => document.querySelectorAll('.items a').length === 1, null, WAIT);
    presses = 0;
    while (!(await keys.evaluate(() => document.activeElement?.matches('.items a')))) {
      await press('Tab');
      assert.ok(++presses < 40, 'Tab does not reach the list');
    }
    await press('Enter');
    await keys.waitForSelector('.detail .body', WAIT);
    assert.equal(await keys.textContent('.detail .body'), TEXT);
    await keys.waitForFunction(() => document.activeElement?.id === 'detail-title', null, WAIT);
    await shot(keys, '8-keyboard');
    await press('Escape');
    await keys.waitForFunction(() => document.activeElement?.matches('.items a'), null, WAIT);
  }],
  ['a link opens the same comment, and back goes back', async () => {
    const href = await keys.getAttribute('.items a', 'href');
    const linked = await pageOpen(browser, base, faults, 'linked', { width: 390, height: 844, hasTouch: true });
    await linked.goto(`${base}/${href}`);
    await linked.waitForSelector('.detail .body', WAIT);
    assert.equal(await linked.textContent('.detail .body'), TEXT);
    await shot(linked, '9-link');
    await linked.click('.back');
    await linked.waitForSelector('.items a', WAIT);
  }],
  ['its author edits it and takes it back; the others see that too', async () => {
    await tablet.click('.own-row .text-button >> nth=0');
    await tablet.fill('.own-edit textarea', `${TEXT}木がほしいです。`);
    await tablet.click('.own-edit .primary');
    await other.getByText('木がほしいです。').first().waitFor(WAIT);
    await tablet.click('.own-row .text-button >> nth=1');
    await tablet.click('.own-ask .danger');
    await other.waitForFunction((word) => !document.body.textContent.includes(word), WORD, WAIT);
  }],
  ['no error, no request to another host, no violation of the CSP on any page', async () => {
    assert.deepEqual(faults, []);
  }],
]);

for (const fault of failed ? faults : []) console.log(`# ${fault}`);
await browser.close();
await server.stop();
process.exit(failed ? 1 : 0);

// For everyone: axe finds nothing serious on any screen, in both themes and three languages; and the
// whole way from the list to a sent comment is walked by keyboard alone, drawing included.
//
//   node tests/e2e/inclusion_test.mjs BUILD/kakikomap web
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { browserStart, pageOpen, serverStart, shot, steps } from './support.mjs';

const [program, web] = process.argv.slice(2);
const WAIT = { timeout: 60_000 };
const browser = await browserStart(web);
const server = await serverStart(program);
const { base } = server;
const faults = [];
const axe = readFileSync(join(resolve(web), 'node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe calls serious or critical, as lines. */
async function wrongs(page, state) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) =>
          nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.any[0]?.message ?? ''}`),
        ),
    ),
  );
  return found.map((line) => `${state}: ${line}`);
}

async function open(lang, theme, size, grade = 'all') {
  const page = await pageOpen(browser, base, faults, `${lang}-${theme}`, size);
  await page.evaluate(
    ([l, t, g]) => {
      localStorage.setItem('kakikomap.lang', l);
      localStorage.setItem('kakikomap.theme', t);
      localStorage.setItem('kakikomap.grade', g);
    },
    [lang, theme, grade],
  );
  await page.goto(`${base}/#/`);
  await page.reload();
  await page.waitForSelector('[data-ready=true]', WAIT);
  await page.waitForSelector('.items a', WAIT);
  return page;
}

/** Every screen of one who writes and reads; `look` is called at each. */
async function everyScreen(page, look) {
  await look('list');
  await page.click('.menu > button');
  await page.waitForSelector('.menu-sheet', WAIT);
  await look('menu');
  await page.keyboard.press('Escape');
  await page.click('.filter-toggle');
  await look('filters');
  await page.locator('.items a').first().click();
  await page.waitForSelector('.detail .body, .detail h2', WAIT);
  await look('comment');
  await page.click('.back');
  await page.evaluate(() => {
    location.hash = '#/r';
  });
  await page.waitForSelector('.code-input', WAIT);
  await look('receipts');
  await page.evaluate(() => {
    location.hash = '#/j';
  });
  await page.waitForSelector('.join-step', WAIT);
  await look('join');
  await page.evaluate(() => {
    location.hash = '#/';
  });
  await page.click('.write-button');
  await page.waitForSelector('.place-panel', WAIT);
  await look('place');
  await page.locator('.segments label').nth(2).click();
  await look('area');
  await page.locator('.segments label').nth(0).click();
  await page.waitForFunction(() => !document.querySelector('.place-panel .primary')?.disabled, null, WAIT);
  await page.click('.place-panel .primary');
  await page.waitForSelector('.picture.kind-reading', WAIT);
  await page.click('.send-row button');
  await look('faults');
  await page.click('.picture.kind-reading');
  await page.fill('.write-text textarea', 'ここは暑いです。');
  await page.locator('.extras .tool').nth(0).click();
  await page.locator('.extras .tool').nth(3).click();
  await page.click('.timer .button');
  await page.fill('.value-box input', '35.5');
  await look('form');
  await page.locator('.extras .tool').nth(1).click();
  await page.waitForSelector('.pens', WAIT);
  await look('drawing');
  await page.click('.place-panel .primary');
  await page.waitForSelector('.send-row button', WAIT);
}

const TABLET = { width: 1180, height: 820, hasTouch: true };
const PHONE = { width: 390, height: 844, hasTouch: true };
const COMBINATIONS = [
  ['ja', 'light', TABLET],
  ['easy', 'dark', TABLET],
  ['en', 'light', PHONE],
  ['ja', 'dark', PHONE],
  ['easy', 'light', PHONE],
  ['en', 'dark', TABLET],
];

/** ./test takes the first few of them; all of them by themselves (README.md). */
const tried = COMBINATIONS.slice(0, Number(process.env.E2E_COMBINATIONS ?? COMBINATIONS.length));

let keys;
const press = (key) => keys.keyboard.press(key);
const at = (selector) => keys.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);
/** Tab until a control has the focus: every control on the way can be left again. */
async function tabTo(selector, most = 90) {
  for (let i = 0; i < most; i++) {
    if (await at(selector)) return;
    await press('Tab');
  }
  assert.fail(`Tab does not reach ${selector}`);
}

const failed = await steps([
  ...tried.map(([lang, theme, size]) => [
    `axe finds nothing serious: ${lang}, ${theme}, ${size.width} pixels wide`,
    async () => {
      const page = await open(lang, theme, size);
      const found = [];
      await everyScreen(page, async (state) => {
        // Colours that are on their way from one to another are no colours yet.
        await page.waitForTimeout(350);
        found.push(...(await wrongs(page, state)));
        await shot(page, `inclusion-${lang}-${theme}-${state}`);
      });
      await page.context().close();
      assert.deepEqual([...new Set(found)], []);
    },
  ]),
  ['the keyboard alone chooses a place and opens the form', async () => {
    keys = await open('ja', 'light', { width: 1180, height: 820 });
    await tabTo('.write-button');
    await press('Enter');
    await keys.waitForSelector('.place-pin', WAIT);
    await tabTo('.place-pin');
    for (let i = 0; i < 4; i++) await press('ArrowRight');
    await tabTo('.segments input');
    await press('ArrowRight');
    await keys.waitForSelector('.tools', WAIT);
    assert.equal(await keys.isDisabled('.place-panel .primary'), true);
  }],
  ['the keyboard alone draws a line, corner by corner, and takes one back', async () => {
    await tabTo('.place-pin');
    for (const arrow of ['ArrowRight', 'ArrowDown', 'ArrowRight']) {
      await press('Enter');
      for (let i = 0; i < 6; i++) await press(arrow);
    }
    await press('Enter');
    await keys.waitForFunction(() => /4/.test(document.querySelector('.place-line .sr')?.textContent ?? ''), null, WAIT);
    await tabTo('.tool:nth-child(2)');
    await press('Enter');
    await keys.waitForFunction(() => /3/.test(document.querySelector('.place-line .sr')?.textContent ?? ''), null, WAIT);
    await shot(keys, 'inclusion-keyboard-line');
    await tabTo('.place-panel .primary');
    await press('Enter');
    await keys.waitForSelector('.write-text textarea', WAIT);
  }],
  ['the keyboard alone fills in the form, draws a stroke and sends', async () => {
    await tabTo('.picture input[name=kind]');
    await press('Space');
    await tabTo('.write-text textarea');
    await keys.keyboard.insertText('鍵盤だけで書いた線です。');
    await tabTo('.mood input');
    await press('Space');
    await tabTo('.extras .tool:nth-child(2)');
    await press('Enter');
    await keys.waitForSelector('.pens', WAIT);
    await tabTo('.place-pin');
    await press('Enter');
    for (let i = 0; i < 5; i++) await press('ArrowRight');
    for (let i = 0; i < 5; i++) await press('ArrowDown');
    await press('Enter');
    await keys.waitForFunction(() => !document.querySelector('.tools .tool')?.disabled, null, WAIT);
    await tabTo('.place-panel .primary');
    await press('Enter');
    await tabTo('.send-row button');
    await press('Enter');
    await keys.waitForSelector('.similar .send-row button, .detail .receipt-code', WAIT);
    if ((await keys.locator('.similar').count()) > 0) {
      await tabTo('.similar .send-row button');
      await press('Enter');
    }
    await keys.waitForSelector('.detail .receipt-code', WAIT);
    // The receipt is the tablet's own; the town has the words a moment later.
    const asked = `${base}/api/comments?q=${encodeURIComponent('鍵盤')}`;
    let features = [];
    for (let i = 0; i < 300 && features.length === 0; i++) {
      await keys.waitForTimeout(200);
      ({ features } = await (await fetch(asked)).json());
    }
    assert.equal(features[0]?.properties.shape, 'line');
    assert.equal(features[0]?.properties.geometry.coordinates.length, 3);
    assert.equal(features[0]?.properties.drawing.length, 1);
    assert.equal(features[0]?.properties.mood, 'happy');
  }],
  ['no error on any page', async () => {
    assert.deepEqual(faults, []);
  }],
]);

for (const fault of failed ? faults : []) console.log(`# ${fault}`);
if (failed && keys) await shot(keys, 'inclusion-failed');
await browser.close();
await server.stop();
process.exit(failed ? 1 : 0);

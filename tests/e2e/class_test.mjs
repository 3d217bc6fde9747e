// A lesson from its beginning to its end: a teacher opens it, a pupil joins on a tablet and writes, the
// board shows it, a moderator looks and decides, the teacher releases and finishes.
//
//   node tests/e2e/class_test.mjs BUILD/kakikomap web
import assert from 'node:assert/strict';
import { browserStart, pageOpen, serverStart, shot, steps } from './support.mjs';

const [program, web] = process.argv.slice(2);
const WORDS = '通学路の銀色のベンチが熱くて座れません。';
const WAIT = { timeout: 40_000 };

const browser = await browserStart(web);
const server = await serverStart(program);
const { base } = server;
const faults = [];
let teacher;
let moderator;
let pupil;
let code;

async function signIn(name, password) {
  const page = await pageOpen(browser, base, faults, name, { width: 1180, height: 820 }, '#/desk');
  await page.waitForSelector('.sign-in', WAIT);
  await page.fill('input[autocomplete=username]', name);
  await page.fill('input[type=password]', password);
  await page.click('.sign-in .primary');
  await page.waitForSelector('.desk-head', WAIT);
  return page;
}

const found = async (words) => {
  const answer = await fetch(`${base}/api/comments?q=${encodeURIComponent(words)}`);
  return (await answer.json()).features.length;
};

const failed = await steps([
  ['a wrong password is told, a right one opens the desk', async () => {
    const page = await pageOpen(browser, base, [], 'guest', { width: 1180, height: 820 }, '#/desk');
    await page.waitForSelector('.sign-in', WAIT);
    await page.fill('input[autocomplete=username]', 'sensei');
    await page.fill('input[type=password]', 'not the password');
    await page.click('.sign-in .primary');
    await page.getByText('違います').waitFor(WAIT);
    await shot(page, 'class-1-refused');
    await page.context().close();
    teacher = await signIn('sensei', 'demo-only-himawari');
  }],
  ['the teacher opens a lesson and gets a code', async () => {
    await teacher.click('.desk-head .primary');
    await teacher.click('.desk-form [type=submit]');
    await teacher.getByText('名前を入れてください').waitFor(WAIT);
    await teacher.fill('.desk-form input[type=text]', '4年1組 まちたんけん');
    await teacher.fill('.questions input', 'どこが暑かった？');
    await shot(teacher, 'class-2-form');
    await teacher.click('.desk-form [type=submit]');
    await teacher.waitForSelector('.door-code', WAIT);
    code = (await teacher.textContent('.door-code')).replace('-', '');
    assert.match(code, /^[0-9A-Z]{8}$/);
    await teacher.waitForSelector('.door .qr path', WAIT);
    await shot(teacher, 'class-3-code');
  }],
  ['the sheet to print is a PDF', async () => {
    const [href] = await teacher.locator('.door-actions a').evaluateAll((links) => links.map((link) => link.href));
    const answer = await teacher.context().request.get(href);
    assert.equal(answer.headers()['content-type'], 'application/pdf');
  }],
  ['a pupil joins with the code, under an animal and a colour', async () => {
    pupil = await pageOpen(browser, base, faults, 'pupil', { width: 1180, height: 820, hasTouch: true }, `j/${code}`);
    await pupil.locator('.meeting-card').waitFor(WAIT);
    await shot(pupil, 'class-4-join');
    await pupil.locator('.join-step .primary').click();
    await pupil.locator('.names .picture').first().click(WAIT);
    for (let round = 0; round < 2; round++) {
      await pupil.locator('.pad-key').first().waitFor(WAIT);
      for (const digit of '482913') await pupil.locator('.pad-key', { hasText: digit }).click();
      await pupil.waitForTimeout(300);
    }
    await pupil.locator('.word-card').first().waitFor(WAIT);
    assert.ok((await pupil.locator('.word-card').count()) >= 4);
    await shot(pupil, 'class-5-words');
    await pupil.locator('.recovery .primary').click();
  }],
  ['writes a comment', async () => {
    await pupil.click('.write-button', WAIT);
    await pupil.waitForSelector('.place-pin', WAIT);
    await pupil.waitForTimeout(1500);
    await pupil.click('.place-panel .primary');
    await pupil.click('.picture.kind-trouble');
    await pupil.fill('.write-text textarea', WORDS);
    await shot(pupil, 'class-6-form');
    await pupil.click('.send-row button');
    const similar = pupil.locator('.similar .primary');
    await pupil.waitForTimeout(1000);
    if (await similar.count()) await similar.click();
  }],
  ['the board shows who has sent it, by itself', async () => {
    await teacher.locator('.tablet').first().waitFor(WAIT);
    await teacher.waitForFunction(() => document.querySelector('.counts dd')?.textContent === '1', null, WAIT);
    await teacher.waitForSelector('.desk-table tbody tr', WAIT);
    await shot(teacher, 'class-7-board');
    assert.equal(await found('銀色のベンチ'), 0, 'nobody outside sees it yet');
  }],
  ['a pupil who forgot gets a new PIN, told once', async () => {
    await teacher.locator('.desk-table button', { hasText: '作り直す' }).click();
    await teacher.locator('.desk-table .confirm button').first().click();
    await teacher.locator('.desk-table .secret').waitFor(WAIT);
    assert.match(await teacher.textContent('.desk-table .secret'), /^\d{6}$/);
  }],
  ['a moderator reads it where it was written, holds it up with a reason, and takes that back', async () => {
    moderator = await signIn('shinko', 'demo-only-suiren');
    await moderator.locator('.desk-tabs a', { hasText: '確認' }).click();
    await moderator.locator('.queue-row', { hasText: '銀色のベンチ' }).waitFor(WAIT);
    await shot(moderator, 'class-8-queue');
    await moderator.locator('.queue-row', { hasText: '銀色のベンチ' }).locator('a').click();
    await moderator.locator('.said-text', { hasText: WORDS }).first().waitFor(WAIT);
    await moderator.locator('.decide select').first().selectOption('duplicate');
    await moderator.locator('.decide textarea').fill('同じことを書いた人がいます。ありがとう。');
    await moderator.locator('.decide button', { hasText: '非表示にする' }).click();
    await moderator.locator('.said .state-hidden').waitFor(WAIT);
    await shot(moderator, 'class-9-decided');
    await moderator.locator('.toast-action').click();
    await moderator.locator('.said .state-held').waitFor(WAIT);
    assert.ok((await moderator.locator('.history li').count()) >= 3, 'what happened stands in the history');
  }],
  ['the teacher releases all, and the town reads it', async () => {
    await teacher.locator('button', { hasText: 'すべて公開する' }).click();
    await teacher.locator('.confirm button').first().click();
    for (let tries = 0; (await found('銀色のベンチ')) === 0; tries++) {
      assert.ok(tries < 100, 'it is not there');
      await teacher.waitForTimeout(100);
    }
    await shot(teacher, 'class-10-released');
  }],
  ['and finishes: nobody joins any more', async () => {
    await teacher.locator('button', { hasText: '終わりにする' }).click();
    await teacher.locator('.confirm button').first().click();
    await teacher.getByText('終わりました').first().waitFor(WAIT);
    assert.equal(await teacher.locator('.door').count(), 0);
    await shot(teacher, 'class-11-finished');
  }],
  ['then the server forgets who was who, too', async () => {
    await teacher.locator('button', { hasText: 'ペンネームと番号を忘れる' }).click();
    await teacher.locator('.confirm button').first().click();
    await teacher.getByText('消しました').waitFor(WAIT);
    assert.equal(await found('銀色のベンチ'), 1, 'what was written stays');
  }],
  ['no page had an error, a foreign request or a violation of its policy', () => {
    assert.deepEqual(faults, []);
  }],
]);
await browser.close();
await server.stop();
process.exit(failed ? 1 : 0);

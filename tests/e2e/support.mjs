// support: the program with its demo city on a port of its own, a browser, and everything that went
// wrong on any page: errors on the console, requests to other hosts, violations of the CSP.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function skipAll(why) {
  console.log(`1..0 # SKIP ${why}`);
  process.exit(0);
}

/** A server with the demo city, ready to answer. */
export async function serverStart(program) {
  if (process.env.E2E_BASE) return { base: process.env.E2E_BASE, stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'kakikomap-e2e-'));
  const made = spawnSync(program, ['demo', '--data', folder], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`the demo city was not made: ${made.stderr}`);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  let child;
  let log = '';
  const start = async () => {
    child = spawn(program, ['serve', '--data', folder, '--listen', `127.0.0.1:${port}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (bytes) => {
      log = (log + bytes).slice(-4000);
    });
    for (let tries = 0; tries < 100; tries++) {
      if (child.exitCode !== null) throw new Error(`the server ended: ${log}`);
      const answer = await fetch(`${base}/api/health`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the server did not answer: ${log}`);
  };
  /** As a pulled plug: nothing is finished. */
  const cut = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) await cut();
    rmSync(folder, { recursive: true, force: true });
  };
  await start();
  return { base, start, cut, stop };
}

export async function browserStart(web) {
  if (CHROMIUM === undefined) skipAll('no Chromium on this machine');
  if (!existsSync(join(web, 'node_modules/playwright-core'))) skipAll('the web app is not built');
  const { chromium } = createRequire(resolve(web, 'package.json'))('playwright-core');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
}

/** A page as a new visitor has it; what goes wrong on it is added to `faults`. */
export async function pageOpen(browser, base, faults, name, { width, height, seen = true, ...more }, hash = '') {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'ja-JP', ...more });
  await context.exposeBinding('reportCsp', (_source, text) => faults.push(`${name}: CSP ${text}`));
  await context.addInitScript((hintSeen) => {
    if (hintSeen) localStorage.setItem('kakikomap.hint', 'seen');
    addEventListener('securitypolicyviolation', (event) => {
      globalThis.reportCsp(`${event.violatedDirective} ${event.blockedURI}`);
    });
  }, seen);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${name}: console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${name}: error: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !/^(blob|data):/.test(url)) faults.push(`${name}: foreign request: ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${name}: ${response.status()} ${response.url()}`);
  });
  await page.goto(`${base}/${hash}`);
  return page;
}

export async function shot(page, name) {
  const folder = process.env.E2E_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Runs the steps in their order; the later ones are left out when one fails. Prints TAP. */
export async function steps(list) {
  console.log(`1..${list.length}`);
  let failed = false;
  for (const [number, [name, run]] of list.entries()) {
    if (failed) {
      console.log(`not ok ${number + 1} - ${name}\n# left out: a step before it failed`);
      continue;
    }
    try {
      await run();
      console.log(`ok ${number + 1} - ${name}`);
    } catch (error) {
      failed = true;
      console.log(`not ok ${number + 1} - ${name}`);
      for (const line of String(error?.stack ?? error).split('\n')) console.log(`# ${line}`);
    }
  }
  return failed;
}

// support: the program with its demo city on a port of its own, a browser, and everything that went
// wrong on any page: errors on the console, requests to other hosts, violations of the CSP.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createRelay, request } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
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

export function skipAll(why) {
  console.log(`1..0 # SKIP ${why}`);
  process.exit(0);
}

/** The program over a folder, on a port of its own; `start` again after a `cut`. */
async function served(program, folder) {
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
  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  return { base, start, cut, running };
}

/** A server with the demo city, ready to answer. */
export async function serverStart(program) {
  if (process.env.E2E_BASE) return { base: process.env.E2E_BASE, stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'kakikomap-e2e-'));
  const made = spawnSync(program, ['demo', '--data', folder], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`the demo city was not made: ${made.stderr}`);
  const { base, start, cut, running } = await served(program, folder);
  const stop = async () => {
    if (running()) await cut();
    rmSync(folder, { recursive: true, force: true });
  };
  /** Somebody of the staff, signed in: asks with a session's cookie. */
  const staff = async (role) => {
    const password = 'an-e2e-password-of-a-kind';
    const added = spawnSync(program, ['account', '--data', folder, 'add', role, '--role', role], {
      encoding: 'utf8',
      input: `${password}\n`,
    });
    if (added.status !== 0) throw new Error(`no account was made: ${added.stderr}`);
    const headers = { 'Content-Type': 'application/json', Origin: base };
    const body = JSON.stringify({ name: role, password });
    const answer = await fetch(`${base}/api/session`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`${role} cannot sign in: ${answer.status}`);
    const [cookie] = (answer.headers.get('set-cookie') ?? '').split(';');
    return async (method, path, value) => {
      const asked = await fetch(`${base}${path}`, {
        method,
        headers: { ...headers, Cookie: cookie },
        ...(value === undefined ? {} : { body: JSON.stringify(value) }),
      });
      if (!asked.ok) throw new Error(`${method} ${path}: ${asked.status} ${await asked.text()}`);
      return asked.status === 204 ? null : asked.json();
    };
  };
  await start();
  return { base, folder, start, cut, stop, staff };
}

/** A venue of that city, made by one command with a key, ready to answer. */
export async function venueStart(program, city) {
  const parent = mkdtempSync(join(tmpdir(), 'kakikomap-venue-'));
  const folder = join(parent, 'venue');
  const run = (...words) => {
    const done = spawnSync(program, words, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.stderr}`);
    return JSON.parse(done.stdout);
  };
  const { key } = run('peer', '--data', city.folder, 'add', 'kaijo');
  run('venue', '--data', folder, '--with', city.base, '--key', key);
  const { base, start, cut, running } = await served(program, folder);
  const stop = async () => {
    if (running()) await cut();
    rmSync(parent, { recursive: true, force: true });
  };
  await start();
  return { base, folder, start, cut, stop };
}

/**
 * Stands in front of a server: everything can be cut, files of the app changed, requests counted.
 * On a LAN address the page is no secure context, as in a venue without certificates.
 */
export async function relayStart(target, host = '127.0.0.1') {
  const self = { base: '', cut: false, changed: new Map(), onRequest: () => undefined, stop: undefined };
  const relay = createRelay((req, res) => {
    self.onRequest(req);
    if (self.cut) return res.destroy();
    const instead = self.changed.get(req.url);
    if (instead !== undefined)
      return res.writeHead(200, { 'Content-Type': instead.type, 'Cache-Control': 'no-cache' }).end(instead.bytes);
    const headers = { ...req.headers, 'accept-encoding': 'identity' };
    const up = request(`${target}${req.url}`, { headers, method: req.method }, (from) => {
      res.writeHead(from.statusCode, from.headers);
      from.pipe(res);
    });
    up.on('error', () => res.destroy());
    res.on('close', () => up.destroy());
    req.pipe(up);
  });
  await new Promise((resolve) => relay.listen(0, host, resolve));
  self.base = `http://${host}:${relay.address().port}`;
  self.cutNow = () => {
    self.cut = true;
    relay.closeAllConnections();
  };
  self.stop = () => {
    relay.close();
    relay.closeAllConnections();
  };
  return self;
}

/** An address of this machine that is not its own loopback; undefined where there is none. */
export function lanAddress() {
  return Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** A browser with a profile of its own that can be killed as a tablet is, and started again. */
export async function tabletStart(web, profile) {
  if (CHROMIUM === undefined) skipAll('no Chromium on this machine');
  if (!existsSync(join(web, 'node_modules/playwright-core'))) skipAll('the web app is not built');
  const { chromium } = createRequire(resolve(web, 'package.json'))('playwright-core');
  rmSync(join(profile, 'DevToolsActivePort'), { force: true });
  const child = spawn(
    CHROMIUM,
    [...CHROMIUM_ARGS, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--force-prefers-reduced-motion', 'about:blank'],
    { stdio: 'ignore' },
  );
  let port;
  for (let tries = 0; port === undefined; tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error('the browser did not start');
    await new Promise((next) => setTimeout(next, 100));
    const file = join(profile, 'DevToolsActivePort');
    if (existsSync(file)) [port] = readFileSync(file, 'utf8').split('\n');
    if (port === '') port = undefined;
  }
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const context = browser.contexts()[0];
  await context.addInitScript(() => {
    localStorage.setItem('kakikomap.hint', 'seen');
    localStorage.setItem('kakikomap.lang', 'ja');
  });
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize({ width: 768, height: 600 });
  const kill = () =>
    new Promise((done) => {
      child.once('exit', done);
      child.kill('SIGKILL');
    });
  return { page, kill };
}

export async function browserStart(web) {
  if (CHROMIUM === undefined) skipAll('no Chromium on this machine');
  if (!existsSync(join(web, 'node_modules/playwright-core'))) skipAll('the web app is not built');
  const { chromium } = createRequire(resolve(web, 'package.json'))('playwright-core');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: CHROMIUM_ARGS,
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

/* testing: a server of a few lines for the tests of data/ and sync/; the app does not import it. */
import { bytesFromHex, hex } from './answers';
import { ACK } from './messages';
import type { Fetch } from './reach';
import { sha256 } from './sha256';
import { bytesFromUuid, uuidFromBytes } from './uuid';
import { WireWriter, wireFields } from './wire';

export interface TestServer {
  server: string;
  epoch: string;
  /** op id → its change number. */
  readonly log: Map<string, number>;
  /** What the city has of the operations and photos. */
  readonly city: Set<string>;
  cityChange: number;
  missingSeq: number[];
  readonly blobs: Map<string, number[]>;
  readonly calls: string[];
  /** Called before each request; may answer or fail in its place. */
  before: (method: string, path: string) => Response | undefined;
  readonly fetch: Fetch;
  /** An older image is put back: less is known, under a new epoch. */
  restore: () => void;
}

const bodyOf = (init?: RequestInit): Uint8Array =>
  init?.body instanceof Uint8Array ? init.body : new Uint8Array(0);

export function testServer(name = '01'): TestServer {
  const self: TestServer = {
    server: name.repeat(16),
    epoch: '0a'.repeat(16),
    log: new Map(),
    city: new Set(),
    cityChange: 0,
    missingSeq: [],
    blobs: new Map(),
    calls: [],
    before: () => undefined,
    fetch: async (path, init) => {
      const method = init?.method ?? 'GET';
      self.calls.push(`${method} ${path.replace(/[0-9a-f]{64}/, 'SHA')}`);
      const instead = self.before(method, path);
      if (instead !== undefined) return instead;
      if (path === '/sync/v1/hello') return ok(origin(self).uint(14, self.cityChange));
      if (path === '/sync/v1/ops') return push(self, bodyOf(init));
      if (path === '/sync/v1/have') return have(self, bodyOf(init));
      if (path.startsWith('/sync/v1/blobs/')) return blob(self, method, path.slice(15), init);
      if (path.startsWith('/api/meetings/')) return Response.json({ state: 'open', tablet: 1 });
      return new Response(null, { status: 404 });
    },
    restore: () => {
      self.log.clear();
      self.blobs.clear();
      self.epoch = hex(sha256(bytesFromHex(self.epoch))).slice(0, 32);
    },
  };
  return self;
}

const origin = (self: TestServer): WireWriter =>
  new WireWriter().bytes(1, bytesFromHex(self.server)).bytes(2, bytesFromHex(self.epoch));

const ok = (writer: WireWriter): Response => new Response(writer.done(), { status: 200 });

function push(self: TestServer, body: Uint8Array): Response {
  const answer = origin(self);
  for (const { field, bytes } of wireFields(body)) {
    if (field !== 4) continue;
    const id = uuidFromBytes([...wireFields(bytes)][0]?.bytes ?? new Uint8Array(16));
    const known = self.log.get(id);
    const change = known ?? self.log.size + 1;
    self.log.set(id, change);
    const status = known === undefined ? ACK.stored : ACK.duplicate;
    const ack = new WireWriter().bytes(1, bytesFromUuid(id)).uint(2, status).uint(3, change);
    answer.message(4, ack.done());
  }
  answer.uint(5, self.cityChange);
  for (const seq of self.missingSeq) answer.uint(6, seq);
  return ok(answer);
}

function have(self: TestServer, body: Uint8Array): Response {
  const answer = origin(self);
  for (const { field, bytes } of wireFields(body)) {
    const id = field === 1 ? uuidFromBytes(bytes) : hex(bytes);
    const known = field === 1 ? self.log.has(id) : self.blobs.has(id);
    if (!known) answer.message(field === 1 ? 3 : 5, bytes);
    else if (self.city.has(id)) answer.message(field === 1 ? 4 : 6, bytes);
  }
  return ok(answer);
}

function blob(self: TestServer, method: string, sha: string, init?: RequestInit): Response {
  const kept = self.blobs.get(sha);
  const at = { 'Upload-Offset': String(kept?.length ?? 0) };
  if (method === 'HEAD') return new Response(null, { status: kept ? 200 : 404, headers: at });
  const asked = Number(new Headers(init?.headers).get('Upload-Offset'));
  if (asked !== (kept?.length ?? 0)) return new Response(null, { status: 409, headers: at });
  const now = [...(kept ?? []), ...bodyOf(init)];
  self.blobs.set(sha, now);
  return new Response(null, { status: 204, headers: { 'Upload-Offset': String(now.length) } });
}

/*
 * reach: one request to the server as this device; what does not come is a value, not an error.
 */
import type { Identity } from '../data/db';
import { type Hello, helloFromBytes } from './answers';
import { base64Url } from './uuid';

const TIMEOUT_MS = 30_000;
export const PROTOBUF = 'application/x-protobuf';

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface Reached {
  /** 0: nobody answered. */
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export async function reach(
  fetch: Fetch,
  path: string,
  init: RequestInit = {},
  identity?: Pick<Identity, 'token' | 'deviceId'>,
): Promise<Reached> {
  const headers = new Headers(init.headers);
  if (identity !== undefined) {
    headers.set('Authorization', `Bearer ${base64Url(identity.token)}`);
    headers.set('X-Device-Id', identity.deviceId);
  }
  try {
    const response = await fetch(path, {
      ...init,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // A cut answer fails here: it counts as none.
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes };
  } catch {
    return { status: 0, headers: new Headers(), bytes: new Uint8Array(0) };
  }
}

export async function helloAsk(fetch: Fetch): Promise<Hello | null> {
  const { status, bytes } = await reach(fetch, '/sync/v1/hello');
  if (status !== 200) return null;
  try {
    return helloFromBytes(bytes);
  } catch {
    return null;
  }
}

/*
 * ask: JSON between the desk and the server, for those who are signed in.
 *
 * The session is a cookie that no script can read; the server takes changes from our own pages only.
 */
import type { Failure, Result } from '../api/client';
import { isJson } from '../api/parse';

const TIMEOUT_MS = 20_000;

/** How long the server asks to wait, in seconds; only of refusals with Retry-After. */
export interface Refusal extends Failure {
  readonly retryAfter: number;
}

function refused(response: Response, problem: unknown): Refusal {
  return {
    kind: 'refused',
    status: response.status,
    code: isJson(problem) && typeof problem.code === 'string' ? problem.code : '',
    retryAfter: Number(response.headers.get('Retry-After') ?? 0) || 0,
  };
}

/** `read` gives null for an answer that is not what the contract promises. */
export async function ask<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  read: (json: unknown) => T | null,
  body?: unknown,
): Promise<Result<T>> {
  try {
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined
        ? {}
        : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: unknown = text === '' ? null : JSON.parse(text);
    if (!response.ok) return { ok: false, failure: refused(response, json) };
    const value = read(json);
    return value === null
      ? { ok: false, failure: { kind: 'garbled', status: response.status, code: '' } }
      : { ok: true, value };
  } catch (error) {
    const kind = error instanceof SyntaxError ? 'garbled' : 'network';
    return { ok: false, failure: { kind, status: 0, code: '' } };
  }
}

/** An answer of which only the success matters. */
export const done = (): true => true;

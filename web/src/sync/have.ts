/*
 * have: asks a server what it has of ours, before anything is let go of and whenever it may have
 * forgotten: another server, or the same one in another epoch.
 */

import { haveQuestion, haveSettle } from '../data/holders';
import { identityGet } from '../data/outbox';
import { bytesFromHex, haveResponseFromBytes, type Origin } from './answers';
import { haveRequestBytes } from './messages';
import { type Fetch, PROTOBUF, reach } from './reach';

export interface HaveDeps {
  readonly db: IDBDatabase;
  readonly fetch: Fetch;
}

/** True when there was nothing to ask or the answer has been written down. */
export async function haveRound(deps: HaveDeps, origin: Origin): Promise<boolean> {
  const question = await haveQuestion(deps.db);
  if (question.ops.length === 0 && question.photos.length === 0) return true;
  const identity = await identityGet(deps.db);
  const body = haveRequestBytes(question.ops, question.photos.map(bytesFromHex));
  const init = { method: 'POST', body, headers: { 'Content-Type': PROTOBUF } };
  const { status, bytes } = await reach(deps.fetch, '/sync/v1/have', init, identity);
  if (status !== 200) return false;
  try {
    const answer = haveResponseFromBytes(bytes);
    // It is about the server that answered, not about the one we thought of.
    if (answer.server !== origin.server || answer.epoch !== origin.epoch) return false;
    await haveSettle(deps.db, question, answer);
    return true;
  } catch {
    return false;
  }
}

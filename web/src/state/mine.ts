/* mine: what became of what was written on this device: state, reason and a word to its author. */
import { signal } from '@preact/signals-core';
import { appealSend, mineGet, type Told } from '../api/own';
import { identityGet, ownErased } from '../data/outbox';
import { uuidV7 } from '../sync/uuid';
import { database, mirror, owns } from './own';

export const told = signal<ReadonlyMap<string, Told>>(new Map());

let running = false;

/** Asks anew; quiet where there is nothing to ask about, and without a network. */
export async function mineLoad(): Promise<void> {
  if (running || owns.peek().size === 0) return;
  running = true;
  try {
    const db = await database();
    const answer = await mineGet(await identityGet(db));
    if (!answer.ok) return;
    told.value = answer.value.told;
    if (await ownErased(db, answer.value.erased)) await mirror();
  } finally {
    running = false;
  }
}

export async function appeal(target: string, text: string, receipt: string): Promise<boolean> {
  const id = uuidV7(Date.now());
  const answer =
    receipt === ''
      ? await appealSend(await identityGet(await database()), { id, target, text })
      : await appealSend(null, { id, target, text, receipt });
  return answer.ok;
}

/* town: what the server says about itself and its cards; the same for every screen. */
import { computed, signal } from '@preact/signals-core';
import { cardsGet, type TownTiles, townTilesGet } from '../api/client';
import type { Card } from '../api/parse';
import { cacheDatabase, keep, keptOf } from '../data/cache';
import type { Hello } from '../sync/answers';
import { helloAsk } from '../sync/reach';

export const hello = signal<Hello | null>(null);
export const cards = signal<readonly Card[]>([]);
export const tileJson = signal<TownTiles>({
  attribution: '',
  bounds: null,
  center: null,
});
export const attribution = computed(() => tileJson.value.attribution);
export const demo = computed(() => hello.value?.demo ?? false);
export const cardsById = computed(() => new Map(cards.value.map((card) => [card.id, card])));

/** A comment has at most so many characters; the server's own limit in bytes lies above it. */
export const TEXT_LIMIT = 400;
export const TITLE_LIMIT = 40;
export const PEN_NAME_LIMIT = 20;

const HELLO = 'hello';

/** False when nobody answered; then what the server said last is in force. */
export async function helloLoad(): Promise<boolean> {
  const told = await helloAsk((input, init) => fetch(input, init));
  const cache = await cacheDatabase().catch(() => null);
  if (told !== null) {
    hello.value = told;
    if (cache !== null) await keep(cache, HELLO, JSON.stringify(told), Date.now()).catch(() => {});
    return true;
  }
  const kept = cache === null ? undefined : await keptOf(cache, HELLO).catch(() => undefined);
  if (kept !== undefined && hello.value === null) hello.value = JSON.parse(kept.body) as Hello;
  return false;
}

export async function cardsLoad(): Promise<void> {
  const answer = await cardsGet();
  if (answer.ok) cards.value = answer.value;
}

export async function townTilesLoad(): Promise<void> {
  const answer = await townTilesGet();
  if (answer.ok) tileJson.value = answer.value;
}

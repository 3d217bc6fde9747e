/* town: what the server says about itself and its cards; the same for every screen. */
import { computed, signal } from '@preact/signals-core';
import { cardsGet, type TownTiles, townTilesGet } from '../api/client';
import type { Card } from '../api/parse';
import { type Hello, helloFromBytes } from '../sync/answers';

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
export const PEN_NAME_LIMIT = 20;

export async function helloLoad(): Promise<boolean> {
  try {
    const response = await fetch('/sync/v1/hello', { signal: AbortSignal.timeout(15_000) });
    if (!response.ok) return false;
    hello.value = helloFromBytes(new Uint8Array(await response.arrayBuffer()));
    return true;
  } catch {
    return false;
  }
}

export async function cardsLoad(): Promise<void> {
  const answer = await cardsGet();
  if (answer.ok) cards.value = answer.value;
}

export async function townTilesLoad(): Promise<void> {
  const answer = await townTilesGet();
  if (answer.ok) tileJson.value = answer.value;
}

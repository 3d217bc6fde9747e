import type { ja } from './ja';

export type Key = keyof typeof ja;
export type Catalogue = Record<Key, string>;
export type Lang = 'ja' | 'easy' | 'en';
export const LANGS: readonly Lang[] = ['ja', 'easy', 'en'];

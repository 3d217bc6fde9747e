/*
 * catalogue: every sentence on the screen, by area of the app; ja/ is the list of keys, the other
 * languages have exactly these.
 *
 * easy/ is やさしい日本語: short sentences in です・ます; {漢字|かんじ} is shown with ruby above it.
 */
import { base as easyBase } from './easy/base';
import { desk as easyDesk } from './easy/desk';
import { join as easyJoin } from './easy/join';
import { offline as easyOffline } from './easy/offline';
import { reason as easyReason } from './easy/reason';
import { write as easyWrite } from './easy/write';
import { base as enBase } from './en/base';
import { desk as enDesk } from './en/desk';
import { join as enJoin } from './en/join';
import { offline as enOffline } from './en/offline';
import { reason as enReason } from './en/reason';
import { write as enWrite } from './en/write';
import { base } from './ja/base';
import { desk } from './ja/desk';
import { join } from './ja/join';
import { offline } from './ja/offline';
import { reason } from './ja/reason';
import { write } from './ja/write';

export const ja = { ...base, ...write, ...offline, ...join, ...desk, ...reason } as const;

export type Key = keyof typeof ja;

/** Codes of newer servers may have no words here. */
export function isKey(key: string): key is Key {
  return Object.hasOwn(ja, key);
}

export type Catalogue = Record<Key, string>;
export type Lang = 'ja' | 'easy' | 'en';
export const LANGS: readonly Lang[] = ['ja', 'easy', 'en'];

export const catalogues: Record<Lang, Catalogue> = {
  ja,
  easy: { ...easyBase, ...easyWrite, ...easyOffline, ...easyJoin, ...easyDesk, ...easyReason },
  en: { ...enBase, ...enWrite, ...enOffline, ...enJoin, ...enDesk, ...enReason },
};

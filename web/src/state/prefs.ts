/* prefs: what this device remembers of its reader: language, colours, pen name, the first hint. */
import { computed, effect, signal } from '@preact/signals-core';
import { LANGS, type Lang } from '../i18n/catalogue';
import { type Grade, gradeFromText } from '../i18n/grade';

export type Theme = 'light' | 'dark';

// A browser may forbid storage; the app then works without a memory.
function read(key: string): string | null {
  try {
    return localStorage.getItem(`kakikomap.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`kakikomap.${key}`, value);
  } catch {
    // Nothing to do: it will be asked again next time.
  }
}

function firstLang(): Lang {
  const kept = read('lang');
  const known = LANGS.find((lang) => lang === kept);
  if (known !== undefined) return known;
  return navigator.language.startsWith('ja') ? 'ja' : 'en';
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<Theme>(dark.matches ? 'dark' : 'light');
dark.addEventListener('change', () => {
  systemTheme.value = dark.matches ? 'dark' : 'light';
});

const keptTheme = read('theme');
export const chosenTheme = signal<Theme | null>(
  keptTheme === 'light' || keptTheme === 'dark' ? keptTheme : null,
);
export const theme = computed<Theme>(() => chosenTheme.value ?? systemTheme.value);

export const lang = signal<Lang>(firstLang());
/** For whom words carry their reading (やさしい日本語 only). */
export const grade = signal<Grade>(gradeFromText(read('grade')) ?? 'all');
/** A sound and a shake when two minutes are over: off unless somebody wants it. */
export const chimeOn = signal(read('chime') === 'on');
/** Buttons that read aloud: as chosen, else where the words are easy ones. */
const keptAloud = read('aloud');
export const chosenAloud = signal<boolean | null>(keptAloud === null ? null : keptAloud === 'on');
export const aloudOn = computed(() => chosenAloud.value ?? lang.value === 'easy');
/** A tablet that stands somewhere for everyone: it starts anew after each comment. */
export const kiosk = signal(read('kiosk') === 'on');
/** One tablet, several pupils: handing over is one tap. */
export const shared = signal(read('shared') === 'on');
export const penName = signal(read('penName') ?? '');
export const hintSeen = signal(read('hint') === 'seen');
export const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

export function prefsStart(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    document.documentElement.lang = lang.value === 'en' ? 'en' : 'ja';
    document.documentElement.dataset.lang = lang.value;
  });
  effect(() => remember('lang', lang.value));
  effect(() => {
    if (chosenTheme.value !== null) remember('theme', chosenTheme.value);
  });
  effect(() => remember('penName', penName.value));
  effect(() => remember('grade', grade.value));
  const onOff = (on: boolean): string => (on ? 'on' : 'off');
  effect(() => remember('chime', onOff(chimeOn.value)));
  effect(() => {
    if (chosenAloud.value !== null) remember('aloud', onOff(chosenAloud.value));
  });
  effect(() => remember('kiosk', onOff(kiosk.value)));
  effect(() => remember('shared', onOff(shared.value)));
  effect(() => {
    if (hintSeen.value) remember('hint', 'seen');
  });
}

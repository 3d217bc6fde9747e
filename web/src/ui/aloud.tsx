/*
 * aloud: reads a text with the device's own voice.
 *
 * Only voices that live on the device: a voice from elsewhere would send the words away.
 */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { aloudOn, lang } from '../state/prefs';
import { Icon } from './icon';
import { say } from './text';

const voices = signal<readonly SpeechSynthesisVoice[]>([]);
/** The text that is being read. */
const reading = signal<string | null>(null);

export function aloudStart(): void {
  if (!('speechSynthesis' in globalThis)) return;
  const look = (): void => {
    voices.value = speechSynthesis.getVoices().filter((voice) => voice.localService);
  };
  look();
  // Older Safari has the property only; without voices there is no button, nothing else is missing.
  speechSynthesis.onvoiceschanged = look;
}

function voice(): SpeechSynthesisVoice | undefined {
  const wanted = lang.value === 'en' ? 'en' : 'ja';
  return voices.value.find((one) => one.lang.toLowerCase().startsWith(wanted));
}

function read(text: string): void {
  const own = voice();
  speechSynthesis.cancel();
  if (own === undefined || reading.value === text) {
    reading.value = null;
    return;
  }
  const words = new SpeechSynthesisUtterance(text);
  words.voice = own;
  words.lang = own.lang;
  words.rate = lang.value === 'easy' ? 0.85 : 1;
  words.onend = () => {
    if (reading.value === text) reading.value = null;
  };
  words.onerror = words.onend;
  reading.value = text;
  speechSynthesis.speak(words);
}

/** Nothing where the device has no voice of its own for the language. */
export function Aloud({
  text,
  wide = false,
}: {
  text: string;
  wide?: boolean;
}): JSX.Element | null {
  if (!aloudOn.value || voice() === undefined) return null;
  const on = reading.value === text;
  return (
    <button
      type="button"
      class={wide ? 'text-button' : 'aloud'}
      aria-pressed={on}
      aria-label={wide ? undefined : say('aloud.read', { text: text.slice(0, 40) })}
      onClick={(event) => {
        event.preventDefault();
        read(text);
      }}
    >
      <Icon name={on ? 'stop' : 'speaker'} size={20} />
      {wide && say(on ? 'aloud.stop' : 'aloud.button')}
    </button>
  );
}

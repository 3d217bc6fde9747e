/* time: when something was written, as people say it. */
import type { JSX } from 'preact';
import type { Lang } from '../i18n/catalogue';
import { lang } from '../state/prefs';
import { say } from './text';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The city's own clock, wherever the reader is. */
const ZONE = 'Asia/Tokyo';

export function timeText(at: Date, now: Date, language: Lang): string {
  const age = now.getTime() - at.getTime();
  if (age < MINUTE) return '';
  if (age < DAY) {
    const minutes = Math.floor(age / MINUTE);
    const hours = Math.floor(age / HOUR);
    // Kana, because a short note of time is no place for ruby.
    if (language === 'easy') return age < HOUR ? `${minutes}ふん まえ` : `${hours}じかん まえ`;
    const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' });
    return age < HOUR ? relative.format(-minutes, 'minute') : relative.format(-hours, 'hour');
  }
  const sameYear = at.getFullYear() === now.getFullYear();
  if (language === 'easy') {
    return new Intl.DateTimeFormat('en-CA', {
      timeZone: ZONE,
      month: 'numeric',
      day: 'numeric',
      ...(sameYear ? {} : { year: 'numeric' }),
    })
      .format(at)
      .replaceAll('-', '/');
  }
  return new Intl.DateTimeFormat(language, {
    timeZone: ZONE,
    month: language === 'en' ? 'short' : 'numeric',
    day: 'numeric',
    ...(language === 'en' || !sameYear ? {} : { weekday: 'short' }),
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

export function When({ iso }: { iso: string }): JSX.Element | null {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return null;
  const full = new Intl.DateTimeFormat(lang.value === 'en' ? 'en' : 'ja', {
    timeZone: ZONE,
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(at);
  return (
    <time dateTime={iso} title={full}>
      {timeText(at, new Date(), lang.value) || say('time.now')}
    </time>
  );
}

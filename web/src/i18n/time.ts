/* time: how long ago something was written, as people say it. */
import type { Lang } from './catalogue';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The city's own clock, wherever the reader is. */
const ZONE = 'Asia/Tokyo';

/** A moment as the city's clock and calendar show it. */
export const cityFormat = (
  language: Lang,
  parts: Omit<Intl.DateTimeFormatOptions, 'timeZone'>,
): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(language === 'en' ? 'en' : 'ja', { timeZone: ZONE, ...parts });

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
  const year = cityFormat('en', { year: 'numeric' });
  const sameYear = year.format(at) === year.format(now);
  return cityFormat(language, {
    month: language === 'en' ? 'short' : 'numeric',
    day: 'numeric',
    ...(language === 'ja' && sameYear ? { weekday: 'short' } : {}),
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

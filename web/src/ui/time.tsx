/* time: when something was written, for the screen and, in full, for machines and the curious. */
import type { JSX } from 'preact';
import { cityFormat, timeText } from '../i18n/time';
import { lang } from '../state/prefs';
import { say } from './text';

export function When({ iso }: { iso: string }): JSX.Element | null {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return null;
  const full = cityFormat(lang.value, { dateStyle: 'long', timeStyle: 'short' }).format(at);
  return (
    <time dateTime={iso} title={full}>
      {timeText(at, new Date(), lang.value) || say('time.now')}
    </time>
  );
}

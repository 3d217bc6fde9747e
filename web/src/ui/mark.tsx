/* mark: how far something written has come: ○ on the tablet, ✓ at a server, ✓✓ at city hall. */
import type { JSX } from 'preact';
import type { Mark } from '../data/holders';
import { say } from './text';

const SIGNS: Record<Mark, string> = { tablet: '○', server: '✓', city: '✓✓' };

export function MarkSign({ mark }: { mark: Mark }): JSX.Element {
  const label = say(`mark.${mark}`);
  return (
    <span class={`mark-sign mark-${mark}`} title={label}>
      <span aria-hidden="true">{SIGNS[mark]}</span>
      <span class="sr">{label}</span>
    </span>
  );
}

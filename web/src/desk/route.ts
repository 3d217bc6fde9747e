/*
 * route: the pages of the desk, behind #/desk in the address.
 *
 *   #/desk/meetings[/new|/ID]   #/desk/queue[/ID]   #/desk/people   #/desk/spaces
 *   #/desk/vault   #/desk/audit   #/desk/me   #/desk/invited/CODE
 */
import { computed } from '@preact/signals';
import { linkTo, navigate, view } from '../state/route';
import { queueFilter } from './queue';

export const deskPath = computed<readonly string[]>(() =>
  view.value.name === 'desk' ? view.value.path : [],
);

export function deskOpen(path: readonly string[]): void {
  navigate({ name: 'desk', path });
}

export function deskLink(path: readonly string[]): string {
  return linkTo({ name: 'desk', path });
}

/** What lies held in one meeting. */
export function openQueueOf(meeting: string): void {
  queueFilter({ state: 'held', meeting });
  deskOpen(['queue']);
}

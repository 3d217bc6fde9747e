/* parts: what the pages of the desk are made of. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Failure } from '../api/client';
import type { Key } from '../i18n/catalogue';
import type { Params } from '../i18n/text';
import { cityFormat } from '../i18n/time';
import { notify } from '../state/notice';
import { lang } from '../state/prefs';
import { say, T } from '../ui/text';
import { sessionLost } from './session';

/** A label and its control; the control gets the id that the label names. */
export function Field({
  label,
  hint,
  children,
}: {
  label: Key;
  hint?: Key;
  children: (id: string) => ComponentChildren;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>
        <T k={label} />
      </label>
      {hint !== undefined && (
        <p class="hint">
          <T k={hint} />
        </p>
      )}
      {children(id)}
    </div>
  );
}

export function Failed({ retry }: { retry: () => void }): JSX.Element {
  return (
    <div class="failed" role="alert">
      <p>
        <T k="desk.failed" />
      </p>
      <button type="button" class="button quiet" onClick={retry}>
        <T k="list.retry" />
      </button>
    </div>
  );
}

export function Loading(): JSX.Element {
  return (
    <p class="loading" role="status">
      <T k="list.loading" />
    </p>
  );
}

/** Asks once more in the same place before something that is hard to take back. */
export function Confirm({
  label,
  question,
  p,
  danger,
  run,
}: {
  label: Key;
  question: Key;
  p?: Params;
  danger?: boolean;
  run: () => void;
}): JSX.Element {
  const open = useSignal(false);
  const look = danger ? 'button quiet danger' : 'button quiet';
  if (!open.value)
    return (
      <button
        type="button"
        class={look}
        onClick={() => {
          open.value = true;
        }}
      >
        <T k={label} />
      </button>
    );
  return (
    <div class="confirm" role="group" aria-label={say(question, p)}>
      <p>
        <T k={question} {...(p === undefined ? {} : { p })} />
      </p>
      <div class="row">
        <button
          type="button"
          class={look}
          onClick={() => {
            open.value = false;
            run();
          }}
        >
          <T k={label} />
        </button>
        <button
          type="button"
          class="text-button"
          ref={(element) => element?.focus()}
          onClick={() => {
            open.value = false;
          }}
        >
          <T k="desk.cancel" />
        </button>
      </div>
    </div>
  );
}

/** Says what went wrong; a session that has run out brings the sign-in back. */
export function tell(failure: Failure): void {
  if (failure.status === 401) {
    sessionLost();
    notify('desk.lost');
  } else if (failure.kind === 'network') notify('desk.net');
  else if (failure.status === 403) notify('desk.forbidden');
  else if (failure.status === 409) notify('desk.conflict');
  else notify('desk.failed');
}

/** "8/1 9:30": the city's own clock. */
export function clockText(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  return cityFormat(lang.value, {
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(date);
}

/* sign-in: for teachers, moderators, planners and administrators. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../api/client';
import type { Key } from '../i18n/catalogue';
import { T } from '../ui/text';
import { Field } from './parts';
import { secure, signIn } from './session';

function sentenceOf(failure: Failure): Key {
  if (failure.kind === 'network') return 'desk.net';
  if (failure.code === 'wrong_login') return 'desk.in.wrong';
  if (failure.code === 'code_needed') return 'desk.in.codeNeeded';
  if (failure.status === 429) return 'desk.in.wait';
  if (failure.status === 403) return 'desk.in.insecure';
  return 'desk.failed';
}

export function SignIn(): JSX.Element {
  const name = useSignal('');
  const password = useSignal('');
  const code = useSignal('');
  const wantsCode = useSignal(false);
  const busy = useSignal(false);
  const failure = useSignal<Failure | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  const send = async (): Promise<void> => {
    busy.value = true;
    failure.value = null;
    const answer = await signIn(name.value.trim(), password.value, code.value.trim());
    busy.value = false;
    if (answer.ok) return;
    failure.value = answer.failure;
    if (answer.failure.code === 'code_needed') wantsCode.value = true;
    else if (answer.failure.code === 'wrong_login') password.value = '';
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLInputElement>('input:placeholder-shown')?.focus(),
    );
  };

  return (
    <form
      class="desk-card sign-in"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>
        <T k="desk.in.title" />
      </h2>
      <p class="hint">
        <T k="desk.in.who" />
      </p>
      {!secure.value && (
        <p class="desk-warn">
          <T k="desk.in.insecure" />
        </p>
      )}
      <Field label="desk.in.name">
        {(id) => (
          <input
            id={id}
            type="text"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            placeholder=" "
            required
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <Field label="desk.in.password">
        {(id) => (
          <input
            id={id}
            type="password"
            autocomplete="current-password"
            placeholder=" "
            required
            value={password.value}
            onInput={(event) => {
              password.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      {wantsCode.value && (
        <Field label="desk.in.code" hint="desk.in.codeHint">
          {(id) => (
            <input
              id={id}
              type="text"
              inputMode="numeric"
              autocomplete="one-time-code"
              placeholder=" "
              maxLength={20}
              value={code.value}
              onInput={(event) => {
                code.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
      )}
      <p class="desk-error" role="alert">
        {failure.value !== null && <T k={sentenceOf(failure.value)} />}
      </p>
      <button type="submit" class="button primary" disabled={busy.value}>
        <T k={busy.value ? 'desk.in.busy' : 'desk.in.go'} />
      </button>
    </form>
  );
}

/* me: one's own password, codes, and the devices where one is signed in. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isJson } from '../api/parse';
import { notify } from '../state/notice';
import { Qr } from '../ui/qr';
import { say, T } from '../ui/text';
import { ask, done } from './ask';
import { Confirm, clockText, Field, tell } from './parts';
import { account, sessionLoad } from './session';

interface Session {
  readonly id: string;
  readonly made: string;
  readonly isThis: boolean;
}

function sessionsFromJson(json: unknown): Session[] | null {
  if (!isJson(json) || !Array.isArray(json.sessions)) return null;
  return json.sessions.filter(isJson).map((item) => ({
    id: String(item.id),
    made: String(item.made_at),
    isThis: item.this === true,
  }));
}

function PasswordField({
  label,
  isNew,
  value,
  change,
}: {
  label: 'desk.in.password' | 'desk.me.newPassword';
  isNew: boolean;
  value: string;
  change: (value: string) => void;
}): JSX.Element {
  return (
    <Field label={label} {...(isNew ? { hint: 'desk.me.passwordHint' as const } : {})}>
      {(id) => (
        <input
          id={id}
          type="password"
          autocomplete={isNew ? 'new-password' : 'current-password'}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Password(): JSX.Element {
  const old = useSignal('');
  const next = useSignal('');
  const save = async (): Promise<void> => {
    const answer = await ask('PUT', '/api/session/password', done, {
      password: old.value,
      new_password: next.value,
    });
    if (answer.ok) {
      old.value = '';
      next.value = '';
      notify('desk.me.passwordDone');
    } else if (answer.failure.code === 'wrong_login') notify('desk.me.passwordWrong');
    else if (answer.failure.status === 422) notify('desk.me.passwordWeak');
    else tell(answer.failure);
  };
  return (
    <form
      class="desk-card"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>
        <T k="desk.me.password" />
      </h3>
      <PasswordField
        label="desk.in.password"
        isNew={false}
        value={old.value}
        change={(value) => {
          old.value = value;
        }}
      />
      <PasswordField
        label="desk.me.newPassword"
        isNew
        value={next.value}
        change={(value) => {
          next.value = value;
        }}
      />
      <div class="row">
        <button type="submit" class="button" disabled={old.value === '' || next.value === ''}>
          <T k="desk.me.save" />
        </button>
      </div>
    </form>
  );
}

/** Three steps: the password, the secret into the app, its first code; then the recovery codes, once. */
function Codes(): JSX.Element {
  const password = useSignal('');
  const code = useSignal('');
  const secret = useSignal<{ secret: string; uri: string } | null>(null);
  const recovery = useSignal<readonly string[]>([]);
  const on = account.value?.totp === true;

  const fail = (failure: Parameters<typeof tell>[0]): void => {
    if (failure.code === 'wrong_login') notify('desk.me.passwordWrong');
    else if (failure.status === 422) notify('desk.me.codeWrong');
    else tell(failure);
  };
  const offer = async (): Promise<void> => {
    const answer = await ask(
      'POST',
      '/api/session/totp',
      (json) => (isJson(json) ? { secret: String(json.secret), uri: String(json.uri) } : null),
      { password: password.value },
    );
    if (!answer.ok) return fail(answer.failure);
    password.value = '';
    secret.value = answer.value;
  };
  const confirm = async (): Promise<void> => {
    const answer = await ask(
      'PUT',
      '/api/session/totp',
      (json) => (isJson(json) && Array.isArray(json.recovery) ? json.recovery.map(String) : null),
      { code: code.value.trim() },
    );
    if (!answer.ok) return fail(answer.failure);
    code.value = '';
    secret.value = null;
    recovery.value = answer.value;
    void sessionLoad();
  };
  const off = async (): Promise<void> => {
    const answer = await ask('DELETE', '/api/session/totp', done, { password: password.value });
    if (!answer.ok) return fail(answer.failure);
    password.value = '';
    void sessionLoad();
  };

  return (
    <section class="desk-card">
      <h3>
        <T k="desk.me.codes" />
      </h3>
      <p class="hint">
        <T k={on ? 'desk.me.codesOn' : 'desk.me.codesHint'} />
      </p>
      {recovery.value.length > 0 && (
        <div class="desk-note" role="status">
          <p>
            <T k="desk.me.recovery" />
          </p>
          <ul class="recovery">
            {recovery.value.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </div>
      )}
      {secret.value === null ? (
        <>
          <PasswordField
            label="desk.in.password"
            isNew={false}
            value={password.value}
            change={(value) => {
              password.value = value;
            }}
          />
          <div class="row">
            {on ? (
              <Confirm
                label="desk.me.codesOff"
                question="desk.me.codesOffSure"
                run={() => void off()}
              />
            ) : (
              <button
                type="button"
                class="button"
                disabled={password.value === ''}
                onClick={() => void offer()}
              >
                <T k="desk.me.codesStart" />
              </button>
            )}
          </div>
        </>
      ) : (
        <form
          class="desk-form"
          onSubmit={(event) => {
            event.preventDefault();
            void confirm();
          }}
        >
          <p>
            <T k="desk.me.secret" />
          </p>
          <Qr text={secret.value.uri} label={say('desk.me.secret')} />
          <p class="secret">
            <a href={secret.value.uri}>{secret.value.secret.match(/.{1,4}/g)?.join(' ')}</a>
          </p>
          <Field label="desk.in.code">
            {(id) => (
              <input
                id={id}
                type="text"
                inputMode="numeric"
                autocomplete="one-time-code"
                value={code.value}
                onInput={(event) => {
                  code.value = event.currentTarget.value;
                }}
              />
            )}
          </Field>
          <div class="row">
            <button type="submit" class="button primary">
              <T k="desk.me.codesConfirm" />
            </button>
          </div>
        </form>
      )}
    </section>
  );
}

function Sessions(): JSX.Element {
  const list = useSignal<readonly Session[]>([]);
  const load = async (): Promise<void> => {
    const answer = await ask('GET', '/api/sessions', sessionsFromJson);
    if (answer.ok) list.value = answer.value;
  };
  useEffect(() => {
    void load();
  }, []);
  const close = async (id: string): Promise<void> => {
    const answer = await ask('DELETE', `/api/sessions/${id}`, done);
    if (!answer.ok) tell(answer.failure);
    void load();
  };
  return (
    <section class="desk-card">
      <h3>
        <T k="desk.me.sessions" />
      </h3>
      <ul class="desk-list">
        {list.value.map((item) => (
          <li key={item.id} class="row">
            <span class="grow">{clockText(item.made)}</span>
            {item.isThis ? (
              <span class="state-chip on">
                <T k="desk.me.this" />
              </span>
            ) : (
              <button type="button" class="text-button" onClick={() => void close(item.id)}>
                <T k="desk.out" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Me(): JSX.Element {
  return (
    <>
      <h2>{account.value?.display}</h2>
      <p class="hint">
        {account.value?.name}
        {account.value?.organisation !== '' && <> · {account.value?.organisation}</>}
      </p>
      <Password />
      <Codes />
      <Sessions />
    </>
  );
}

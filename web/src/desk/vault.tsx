/* vault: whose real name is behind a member; two moderators and a reason, once, within an hour. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isJson } from '../api/parse';
import { notify } from '../state/notice';
import { T } from '../ui/text';
import { ask, done } from './ask';
import { Confirm, clockText, Field, tell } from './parts';
import { account } from './session';

interface Request {
  readonly id: string;
  readonly person: string;
  readonly reason: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly approved: boolean;
  readonly opened: boolean;
}

function requestFromJson(json: unknown): Request | null {
  if (!isJson(json) || typeof json.id !== 'string') return null;
  return {
    id: json.id,
    person: String(json.person),
    reason: String(json.reason),
    askedBy: String(json.asked_by),
    askedAt: String(json.asked_at),
    approved: json.approved_at !== null,
    opened: json.opened_at !== null,
  };
}

function identityFromJson(json: unknown): string | null {
  if (!isJson(json) || !isJson(json.identity)) return null;
  const { name, contact } = json.identity;
  return [name, contact].filter((part) => typeof part === 'string' && part !== '').join(' / ');
}

function Ask({ asked }: { asked: () => void }): JSX.Element {
  const person = useSignal('');
  const reason = useSignal('');
  const send = async (): Promise<void> => {
    const answer = await ask('POST', '/api/vault/requests', done, {
      person: person.value.trim(),
      reason: reason.value.trim(),
    });
    if (!answer.ok) {
      if (answer.failure.status === 404 || answer.failure.status === 400)
        return notify('desk.vault.unknown');
      return tell(answer.failure);
    }
    person.value = '';
    reason.value = '';
    notify('desk.vault.asked');
    asked();
  };
  return (
    <form
      class="desk-card"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h3>
        <T k="desk.vault.new" />
      </h3>
      <Field label="desk.vault.person" hint="desk.vault.personHint">
        {(id) => (
          <input
            id={id}
            type="text"
            value={person.value}
            onInput={(event) => {
              person.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <Field label="desk.reason">
        {(id) => (
          <textarea
            id={id}
            rows={2}
            maxLength={400}
            value={reason.value}
            onInput={(event) => {
              reason.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <div class="row">
        <button
          type="submit"
          class="button"
          disabled={person.value.trim() === '' || reason.value.trim() === ''}
        >
          <T k="desk.vault.ask" />
        </button>
      </div>
    </form>
  );
}

export function Vault(): JSX.Element {
  const list = useSignal<readonly Request[]>([]);
  const shown = useSignal<{ id: string; text: string } | null>(null);
  const load = async (): Promise<void> => {
    const answer = await ask('GET', '/api/vault/requests', (json) =>
      isJson(json) && Array.isArray(json.requests)
        ? json.requests.map(requestFromJson).filter((item) => item !== null)
        : null,
    );
    if (answer.ok) list.value = answer.value;
    else tell(answer.failure);
  };
  useEffect(() => {
    void load();
  }, []);
  const approve = async (id: string): Promise<void> => {
    const answer = await ask('POST', `/api/vault/requests/${id}/approval`, done);
    if (!answer.ok) tell(answer.failure);
    void load();
  };
  const open = async (id: string): Promise<void> => {
    const answer = await ask('POST', `/api/vault/requests/${id}/opening`, identityFromJson);
    if (answer.ok) shown.value = { id, text: answer.value };
    else tell(answer.failure);
    void load();
  };
  return (
    <>
      <div class="desk-head">
        <h2>
          <T k="desk.tab.vault" />
        </h2>
      </div>
      <p class="hint">
        <T k="desk.vault.hint" />
      </p>
      <Ask asked={() => void load()} />
      <ul class="desk-list">
        {list.value.map((item) => (
          <li key={item.id} class="space-row">
            <p>{item.reason}</p>
            <p class="hint">
              {clockText(item.askedAt)} · {item.person.slice(0, 8)}
            </p>
            {shown.value?.id === item.id && (
              <p class="desk-warn" role="status">
                {shown.value.text}
              </p>
            )}
            <div class="row">
              {item.opened && (
                <span class="state-chip">
                  <T k="desk.vault.opened" />
                </span>
              )}
              {!item.approved &&
                (item.askedBy === account.value?.id ? (
                  <span class="state-chip on">
                    <T k="desk.vault.waits" />
                  </span>
                ) : (
                  <Confirm
                    label="desk.vault.approve"
                    question="desk.vault.approveSure"
                    run={() => void approve(item.id)}
                  />
                ))}
              {item.approved && !item.opened && item.askedBy === account.value?.id && (
                <Confirm
                  label="desk.vault.open"
                  question="desk.vault.openSure"
                  danger
                  run={() => void open(item.id)}
                />
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

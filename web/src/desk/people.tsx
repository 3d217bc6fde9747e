/* people: accounts of teachers and staff: made, given a role, closed; for administrators. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isJson } from '../api/parse';
import { notify } from '../state/notice';
import { Icon } from '../ui/icon';
import { say, T } from '../ui/text';
import { ask } from './ask';
import { Confirm, Failed, Field, Loading, tell } from './parts';
import { type Account, account, accountFromJson, ROLES, type Role } from './session';

interface Listed extends Account {
  readonly disabled: boolean;
}

function listedFromJson(json: unknown): Listed | null {
  const read = accountFromJson(json);
  return read === null || !isJson(json) ? null : { ...read, disabled: json.disabled === true };
}

function listFromJson(json: unknown): Listed[] | null {
  return isJson(json) && Array.isArray(json.accounts)
    ? json.accounts.map(listedFromJson).filter((item) => item !== null)
    : null;
}

function RoleChoice({
  id,
  value,
  change,
}: {
  id?: string;
  value: Role;
  change: (role: Role) => void;
}): JSX.Element {
  return (
    <select
      {...(id === undefined ? { 'aria-label': say('desk.people.role') } : { id })}
      value={value}
      onChange={(event) => {
        const role = ROLES.find((item) => item === event.currentTarget.value);
        if (role !== undefined) change(role);
      }}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {say(`desk.role.${role}`)}
        </option>
      ))}
    </select>
  );
}

function NewAccount({ made, cancel }: { made: () => void; cancel: () => void }): JSX.Element {
  const name = useSignal('');
  const display = useSignal('');
  const organisation = useSignal('');
  const password = useSignal('');
  const role = useSignal<Role>('teacher');
  const save = async (): Promise<void> => {
    const answer = await ask('POST', '/api/accounts', listedFromJson, {
      name: name.value.trim(),
      display: display.value.trim(),
      organisation: organisation.value.trim(),
      role: role.value,
      password: password.value,
    });
    if (answer.ok) return made();
    if (answer.failure.status === 409) notify('desk.people.taken');
    else if (answer.failure.status === 422) notify('desk.people.refused');
    else tell(answer.failure);
  };
  const texts = [
    ['desk.in.name', name, 'desk.people.nameHint'],
    ['desk.people.display', display, 'desk.people.displayHint'],
    ['desk.people.organisation', organisation, undefined],
  ] as const;
  return (
    <form
      class="desk-card"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>
        <T k="desk.people.new" />
      </h3>
      {texts.map(([label, value, hint]) => (
        <Field key={label} label={label} {...(hint === undefined ? {} : { hint })}>
          {(id) => (
            <input
              id={id}
              type="text"
              value={value.value}
              onInput={(event) => {
                value.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
      ))}
      <div class="pair">
        <Field label="desk.people.role">
          {(id) => (
            <RoleChoice
              id={id}
              value={role.value}
              change={(next) => {
                role.value = next;
              }}
            />
          )}
        </Field>
        <Field label="desk.people.firstPassword" hint="desk.me.passwordHint">
          {(id) => (
            <input
              id={id}
              type="password"
              autocomplete="new-password"
              value={password.value}
              onInput={(event) => {
                password.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
      </div>
      <div class="row">
        <button type="submit" class="button primary">
          <T k="desk.people.make" />
        </button>
        <button type="button" class="button" onClick={cancel}>
          <T k="desk.cancel" />
        </button>
      </div>
    </form>
  );
}

export function People(): JSX.Element {
  const list = useSignal<readonly Listed[] | null>(null);
  const failed = useSignal(false);
  const adding = useSignal(false);
  const load = async (): Promise<void> => {
    const answer = await ask('GET', '/api/accounts', listFromJson);
    failed.value = !answer.ok;
    if (answer.ok) list.value = answer.value;
    else if (answer.failure.status === 401) tell(answer.failure);
  };
  useEffect(() => {
    void load();
  }, []);
  const change = async (id: string, what: { role?: Role; disabled?: boolean }): Promise<void> => {
    const answer = await ask('PATCH', `/api/accounts/${id}`, listedFromJson, what);
    if (answer.ok) notify('desk.done.saved');
    else if (answer.failure.status === 409) notify('desk.people.last');
    else tell(answer.failure);
    void load();
  };
  return (
    <>
      <div class="desk-head">
        <h2>
          <T k="desk.tab.people" />
        </h2>
        {!adding.value && (
          <button
            type="button"
            class="button primary"
            onClick={() => {
              adding.value = true;
            }}
          >
            <Icon name="plus" size={20} />
            <T k="desk.people.new" />
          </button>
        )}
      </div>
      {adding.value && (
        <NewAccount
          made={() => {
            adding.value = false;
            notify('desk.people.made');
            void load();
          }}
          cancel={() => {
            adding.value = false;
          }}
        />
      )}
      {failed.value && list.value === null && <Failed retry={() => void load()} />}
      {!failed.value && list.value === null && <Loading />}
      {list.value !== null && (
        <table class="desk-table">
          <caption class="sr">
            <T k="desk.tab.people" />
          </caption>
          <thead>
            <tr>
              <th scope="col">
                <T k="desk.in.name" />
              </th>
              <th scope="col">
                <T k="desk.people.role" />
              </th>
              <th scope="col">
                <span class="sr">
                  <T k="desk.people.state" />
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.value.map((item) => (
              <tr key={item.id} class={item.disabled ? 'soft' : ''}>
                <th scope="row">
                  {item.display}
                  <br />
                  <span class="hint">
                    {item.name}
                    {item.organisation !== '' && <> · {item.organisation}</>}
                  </span>
                </th>
                <td>
                  <RoleChoice value={item.role} change={(role) => void change(item.id, { role })} />
                </td>
                <td>
                  {item.disabled ? (
                    <button
                      type="button"
                      class="button quiet"
                      onClick={() => void change(item.id, { disabled: false })}
                    >
                      <T k="desk.people.enable" />
                    </button>
                  ) : (
                    item.id !== account.value?.id && (
                      <Confirm
                        label="desk.people.disable"
                        question="desk.people.disableSure"
                        p={{ name: item.display }}
                        danger
                        run={() => void change(item.id, { disabled: true })}
                      />
                    )
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

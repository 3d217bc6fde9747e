/* invited: who was handed a code becomes a member of a space, under the real name. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Key } from '../i18n/catalogue';
import { notify } from '../state/notice';
import { T } from '../ui/text';
import { ask, done } from './ask';
import { Field, tell } from './parts';
import { deskOpen } from './route';
import { signIn } from './session';

export function Invited({ code }: { code: string }): JSX.Element {
  const name = useSignal('');
  const realName = useSignal('');
  const contact = useSignal('');
  const password = useSignal('');
  const busy = useSignal(false);
  const fields: readonly {
    label: Key;
    hint?: Key;
    value: typeof name;
    type: 'text' | 'password';
    complete: 'name' | 'email' | 'username' | 'new-password';
  }[] = [
    {
      label: 'desk.invited.realName',
      hint: 'desk.invited.realNameHint',
      value: realName,
      type: 'text',
      complete: 'name',
    },
    {
      label: 'desk.invited.contact',
      hint: 'desk.invited.contactHint',
      value: contact,
      type: 'text',
      complete: 'email',
    },
    {
      label: 'desk.in.name',
      hint: 'desk.people.nameHint',
      value: name,
      type: 'text',
      complete: 'username',
    },
    {
      label: 'desk.in.password',
      hint: 'desk.me.passwordHint',
      value: password,
      type: 'password',
      complete: 'new-password',
    },
  ];
  const send = async (): Promise<void> => {
    busy.value = true;
    const answer = await ask('POST', `/api/invitations/${encodeURIComponent(code)}`, done, {
      name: name.value.trim(),
      display: realName.value.trim(),
      real_name: realName.value.trim(),
      ...(contact.value.trim() === '' ? {} : { contact: contact.value.trim() }),
      password: password.value,
    });
    busy.value = false;
    if (answer.ok) {
      notify('desk.invited.done');
      await signIn(name.value.trim(), password.value, '');
      deskOpen([]);
    } else if (answer.failure.status === 404) notify('desk.invited.unknown');
    else if (answer.failure.status === 409) notify('desk.people.taken');
    else if (answer.failure.status === 422) notify('desk.people.refused');
    else tell(answer.failure);
  };
  return (
    <form
      class="desk-card sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>
        <T k="desk.invited.title" />
      </h2>
      <p class="hint">
        <T k="desk.invited.why" />
      </p>
      {fields.map(({ label, hint, value, type, complete }) => (
        <Field key={label} label={label} {...(hint === undefined ? {} : { hint })}>
          {(id) => (
            <input
              id={id}
              {...(type === 'text' ? { type } : { type })}
              autocomplete={complete}
              value={value.value}
              onInput={(event) => {
                value.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
      ))}
      <button type="submit" class="button primary" disabled={busy.value}>
        <T k="desk.invited.go" />
      </button>
    </form>
  );
}

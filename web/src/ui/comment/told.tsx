/* told: what was done to one's own comment, and why; whoever does not agree may say so. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Told } from '../../api/own';
import { isKey } from '../../i18n/catalogue';
import { appeal } from '../../state/mine';
import { Icon } from '../icon';
import { T } from '../text';

const APPEAL_LIMIT = 400;

export function Reason({ told }: { told: Told }): JSX.Element | null {
  const key = `reason.${told.reason}`;
  if (told.reason === '' && told.reasonText === '') return null;
  if (isKey(key)) {
    return (
      <span>
        <T k="state.why" p={{ reason: '' }} /> <T k={key} />
      </span>
    );
  }
  return <T k="state.why" p={{ reason: told.reasonText || told.reason }} />;
}

function Appeal({ id, receipt }: { id: string; receipt: string }): JSX.Element {
  const text = useSignal('');
  const state = useSignal<'idle' | 'sending' | 'sent' | 'failed'>('idle');
  if (state.value === 'sent') {
    return (
      <p class="state-done" role="status">
        <Icon name="check" size={20} />
        <T k="state.appealSent" />
      </p>
    );
  }
  return (
    <details class="appeal">
      <summary>
        <T k="state.appeal" />
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const words = text.value.trim();
          if (words === '' || state.value === 'sending') return;
          state.value = 'sending';
          void appeal(id, words, receipt).then((done) => {
            state.value = done ? 'sent' : 'failed';
          });
        }}
      >
        <label>
          <span class="label">
            <T k="state.appealText" />
          </span>
          <textarea
            rows={3}
            maxLength={APPEAL_LIMIT}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </label>
        {state.value === 'failed' && (
          <p class="fault" role="alert">
            <Icon name="warn" size={18} />
            <T k="state.appealFailed" />
          </p>
        )}
        <button type="submit" class="button" disabled={text.value.trim() === ''}>
          <T k="state.appealSend" />
        </button>
      </form>
    </details>
  );
}

/** For its author only. */
export function ToldBox({
  id,
  told,
  receipt,
}: {
  id: string;
  told: Told;
  receipt: string;
}): JSX.Element {
  const against = told.status === 'hidden' || told.status === 'masked';
  return (
    <section class={`told told-${told.status}`} aria-labelledby="told-title">
      <h3 id="told-title">
        <T k="state.title" />
      </h3>
      <p class="told-state">
        <Icon name={told.status === 'public' ? 'check' : against ? 'warn' : 'clock'} size={20} />
        <T k={`state.${told.status}`} />
      </p>
      {told.status !== 'public' && told.reason !== 'class' && (
        <p>
          <Reason told={told} />
        </p>
      )}
      {told.note !== '' && (
        <p>
          <T k="state.note" p={{ note: told.note }} />
        </p>
      )}
      {against && <Appeal id={id} receipt={receipt} />}
    </section>
  );
}

/* pin: six digits by large keys, or typed; what was typed is shown as dots. */
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { joinBusy } from '../../state/joining';
import { Icon } from '../icon';
import { say, T } from '../text';

export const PIN_LENGTH = 6;
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0'] as const;

export function Pin({
  value,
  onFull,
}: {
  value: Signal<string>;
  onFull: (pin: string) => void;
}): JSX.Element {
  const put = (text: string): void => {
    if (joinBusy.value) return;
    const digits = text.normalize('NFKC').replaceAll(/\D/g, '').slice(0, PIN_LENGTH);
    value.value = digits;
    if (digits.length === PIN_LENGTH) onFull(digits);
  };
  return (
    <div class="pin">
      <div class="pin-field">
        <div class="pin-dots" aria-hidden="true">
          {Array.from({ length: PIN_LENGTH }, (_, i) => (
            <span key={i} class={i < value.value.length ? 'on' : ''} />
          ))}
        </div>
        <input
          type="password"
          inputMode="none"
          autoComplete="off"
          aria-label={say('join.pinLabel', { n: PIN_LENGTH })}
          value={value.value}
          onInput={(event) => put(event.currentTarget.value)}
        />
      </div>
      <div class="keys-pad">
        {DIGITS.map((digit) =>
          digit === '' ? (
            <span key="gap" />
          ) : (
            <button
              key={digit}
              type="button"
              class="pad-key"
              onClick={() => put(value.value + digit)}
            >
              {digit}
            </button>
          ),
        )}
        <button
          type="button"
          class="pad-key"
          aria-label={say('join.pinBack')}
          onClick={() => put(value.value.slice(0, -1))}
        >
          <Icon name="back" />
        </button>
      </div>
      {joinBusy.value && (
        <p class="hint" role="status">
          <T k="join.busy" />
        </p>
      )}
    </div>
  );
}

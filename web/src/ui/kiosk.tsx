/* kiosk: the receipt after a comment, large; and the question whether somebody is still there. */
import type { JSX } from 'preact';
import { alone, leaving, startAnew, stay } from '../state/kiosk';
import { kiosk } from '../state/prefs';
import { lastSent } from '../state/writing';
import { receiptShown } from '../sync/receipt';
import { useFocused } from './focused';
import { Icon } from './icon';
import { Qr } from './qr';
import { receiptAddress } from './receipts';
import { say, T } from './text';

function Thanks({ code }: { code: string }): JSX.Element {
  const first = useFocused<HTMLButtonElement>();
  return (
    <div class="over-all" role="dialog" aria-modal="true" aria-label={say('kiosk.thanks')}>
      <div class="over-card">
        <h2>
          <T k="kiosk.thanks" />
        </h2>
        <Qr text={receiptAddress(code)} label={say('receipt.qr')} />
        <p class="receipt-code">{receiptShown(code)}</p>
        <p>
          <T k="kiosk.take" />
        </p>
        <div class="row">
          <button type="button" class="button primary grow" ref={first} onClick={startAnew}>
            <Icon name="check" />
            <T k="kiosk.next" />
          </button>
          <button type="button" class="button" onClick={stay}>
            <T k="kiosk.stay" />
          </button>
        </div>
        <p class="hint number">
          <T k="kiosk.soon" p={{ n: leaving.value ?? 0 }} />
        </p>
      </div>
    </div>
  );
}

function StillThere(): JSX.Element {
  const first = useFocused<HTMLButtonElement>();
  return (
    <div class="over-all" role="alertdialog" aria-modal="true" aria-label={say('kiosk.there')}>
      <div class="over-card">
        <h2>
          <T k="kiosk.there" />
        </h2>
        <div class="row">
          <button type="button" class="button primary grow" ref={first} onClick={stay}>
            <T k="kiosk.goOn" />
          </button>
          <button type="button" class="button" onClick={startAnew}>
            <T k="kiosk.fresh" />
          </button>
        </div>
      </div>
    </div>
  );
}

export function Kiosk(): JSX.Element | null {
  if (!kiosk.value) return null;
  const code = lastSent.value?.receipt ?? '';
  if (leaving.value !== null && code !== '') return <Thanks code={code} />;
  return alone.value ? <StillThere /> : null;
}

/* readings-field: what instruments showed, with the two-minute wait that pupils in Kumagaya keep. */
import { effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Measuring } from '../../data/db';
import type { Key } from '../../i18n/catalogue';
import {
  chime,
  measuringAdd,
  measuringRemove,
  measuringSet,
  measuringTimer,
  now,
  timerDone,
} from '../../state/measuring';
import { notify } from '../../state/notice';
import { chimeOn } from '../../state/prefs';
import { draft, tried } from '../../state/writing';
import {
  clockText,
  INSTRUMENTS,
  isEarly,
  QUANTITIES,
  RANGES,
  readingFault,
  WAIT_S,
  waitedSeconds,
} from '../../write/reading';
import { Icon } from '../icon';
import { say, T } from '../text';

const OTHER = 'other';
/** Rows whose instrument is typed, not chosen. */
const typing = signal<ReadonlySet<number>>(new Set());

effect(() => {
  if (timerDone.value === 0) return;
  notify('measure.ready');
  if (chimeOn.value) chime();
});

function Ring({ waited }: { waited: number }): JSX.Element {
  const length = 2 * Math.PI * 26;
  const part = Math.min(1, waited / WAIT_S);
  return (
    <svg class="ring" viewBox="0 0 60 60" width="72" height="72" aria-hidden="true">
      <circle class="ring-back" cx="30" cy="30" r="26" />
      <circle
        class="ring-front"
        cx="30"
        cy="30"
        r="26"
        stroke-dasharray={`${length * part} ${length}`}
        transform="rotate(-90 30 30)"
      />
      <text x="30" y="35" text-anchor="middle">
        {clockText(Math.max(0, WAIT_S - waited))}
      </text>
    </svg>
  );
}

function Timer({ row, i }: { row: Measuring; i: number }): JSX.Element {
  if (row.startedMs === null) {
    return (
      <div class="timer">
        <p>
          <T k="measure.waitHelp" />
        </p>
        <button type="button" class="button" onClick={() => measuringTimer(i, true)}>
          <Icon name="clock" />
          <T k="measure.start" />
        </button>
      </div>
    );
  }
  const waited = waitedSeconds(row.startedMs, now.value);
  const ready = !isEarly(waited);
  return (
    <div class={`timer running${ready ? ' ready' : ''}`} role="timer" aria-live="off">
      <Ring waited={waited} />
      <p>
        <T k={ready ? 'measure.now' : 'measure.waiting'} />
      </p>
      <button type="button" class="text-button" onClick={() => measuringTimer(i, false)}>
        <T k="measure.again" />
      </button>
    </div>
  );
}

/** Said as it is: a value read too early is kept, and everyone sees that it was. */
export function Waited({ seconds }: { seconds: number }): JSX.Element {
  if (seconds === 0) return <T k="measure.notWaited" />;
  return isEarly(seconds) ? (
    <T k="measure.early" p={{ t: clockText(seconds) }} />
  ) : (
    <T k="measure.waited" p={{ t: clockText(seconds) }} />
  );
}

function Instrument({ row, i }: { row: Measuring; i: number }): JSX.Element {
  const known = INSTRUMENTS.find((name) => name === row.instrument);
  const free = typing.value.has(i) || (row.instrument !== '' && known === undefined);
  const setFree = (on: boolean): void => {
    const next = new Set(typing.value);
    if (on) next.add(i);
    else next.delete(i);
    typing.value = next;
  };
  return (
    <>
      <label>
        <span class="label">
          <T k="measure.instrument" />
        </span>
        <select
          value={free ? OTHER : row.instrument}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setFree(value === OTHER);
            measuringSet(i, { instrument: value === OTHER ? '' : value });
          }}
        >
          <option value="">{say('measure.unknown')}</option>
          {INSTRUMENTS.map((name) => (
            <option key={name} value={name}>
              {say(`instrument.${name}`)}
            </option>
          ))}
          <option value={OTHER}>{say('instrument.other')}</option>
        </select>
      </label>
      {free && (
        <label>
          <span class="label">
            <T k="measure.instrumentName" />
          </span>
          <input
            type="text"
            maxLength={40}
            autoComplete="off"
            value={row.instrument}
            onInput={(event) => measuringSet(i, { instrument: event.currentTarget.value })}
          />
        </label>
      )}
    </>
  );
}

function Row({ row, i }: { row: Measuring; i: number }): JSX.Element {
  const { unit, least, most } = RANGES[row.quantity];
  const fault = readingFault(row.quantity, row.text);
  const shown = fault !== null && (tried.value || (fault !== 'empty' && row.text.length > 1));
  const key: Key = `measure.${fault ?? 'range'}`;
  return (
    <li class="measuring">
      <div class="measuring-head">
        <h4>
          <T k={`quantity.${row.quantity}`} />
        </h4>
        <button
          type="button"
          class="icon-button"
          aria-label={say('measure.remove', { name: say(`quantity.${row.quantity}`) })}
          onClick={() => measuringRemove(i)}
        >
          <Icon name="close" />
        </button>
      </div>
      <Timer row={row} i={i} />
      <label class="value">
        <span class="label">
          <T k="measure.value" />
        </span>
        <span class="value-box">
          <input
            type="text"
            inputMode="decimal"
            autoComplete="off"
            value={row.text}
            aria-invalid={shown}
            aria-describedby={`measure-${i}`}
            data-fault={shown ? '' : undefined}
            onInput={(event) => measuringSet(i, { text: event.currentTarget.value })}
          />
          <span class="unit">{unit}</span>
        </span>
      </label>
      <p id={`measure-${i}`} class={shown ? 'fault' : 'hint'}>
        {shown ? (
          <>
            <Icon name="warn" size={18} />
            <T k={key} p={{ least, most, unit }} />
          </>
        ) : (
          row.waitedS !== null && row.text !== '' && <Waited seconds={row.waitedS} />
        )}
      </p>
      <Instrument row={row} i={i} />
    </li>
  );
}

export function ReadingsField(): JSX.Element {
  const rows = draft.value.measuring;
  const left = QUANTITIES.filter((quantity) => !rows.some((row) => row.quantity === quantity));
  return (
    <section class="extra" aria-labelledby="measure-title">
      <h3 id="measure-title">
        <Icon name="thermometer" />
        <T k="measure.title" />
      </h3>
      <ol class="measurings">
        {rows.map((row, i) => (
          <Row key={row.quantity} row={row} i={i} />
        ))}
      </ol>
      {left.length > 0 && (
        <div class="chips" role="group" aria-label={say('measure.add')}>
          {left.map((quantity) => (
            <button
              key={quantity}
              type="button"
              class="chip"
              onClick={() => measuringAdd(quantity)}
            >
              <Icon name="plus" size={18} />
              <T k={`quantity.${quantity}`} />
            </button>
          ))}
        </div>
      )}
      {rows.length > 0 && (
        <label class="switch">
          <input
            type="checkbox"
            checked={chimeOn.value}
            onChange={(event) => {
              chimeOn.value = event.currentTarget.checked;
            }}
          />
          <span>
            <T k="measure.chime" />
          </span>
        </label>
      )}
    </section>
  );
}

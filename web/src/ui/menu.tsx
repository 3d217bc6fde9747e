/* menu: language and readings, colours, and the ways to the less common pages. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Key, LANGS } from '../i18n/catalogue';
import { GRADES, gradeFromText } from '../i18n/grade';
import { membership } from '../state/own';
import {
  aloudOn,
  chosenAloud,
  chosenTheme,
  grade,
  kiosk,
  lang,
  shared,
  theme,
} from '../state/prefs';
import { navigate, type View } from '../state/route';
import { Icon, type SignName } from './icon';
import { say, T } from './text';

export function Languages(): JSX.Element {
  return (
    <fieldset class="languages">
      <legend class="sr">
        <T k="lang.label" />
      </legend>
      {LANGS.map((item) => (
        <label
          key={item}
          class={lang.value === item ? 'on' : ''}
          lang={item === 'en' ? 'en' : 'ja'}
        >
          <input
            type="radio"
            name="lang"
            value={item}
            checked={lang.value === item}
            onChange={() => {
              lang.value = item;
            }}
          />
          <span>
            <T k={`lang.${item}`} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** For whom words carry their reading. */
function Grades(): JSX.Element {
  return (
    <label class="grades">
      <span>
        <T k="grade.label" />
      </span>
      <select
        value={grade.value}
        onChange={(event) => {
          grade.value = gradeFromText(event.currentTarget.value) ?? 'all';
        }}
      >
        {GRADES.map((item) => (
          <option key={item} value={item}>
            {item === 'all' || item === 'none'
              ? say(`grade.${item}`)
              : item === '7'
                ? say('grade.middle')
                : say('grade.year', { n: item })}
          </option>
        ))}
      </select>
    </label>
  );
}

function Switch({ on, k, set }: { on: boolean; k: Key; set: (on: boolean) => void }): JSX.Element {
  return (
    <label class="switch menu-switch">
      <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} />
      <span>
        <T k={k} />
      </span>
    </label>
  );
}

export function Menu(): JSX.Element {
  const open = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) open.value = false;
    };
    addEventListener('pointerdown', outside);
    addEventListener('focusin', outside);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('focusin', outside);
    };
  }, [open]);
  const next = theme.value === 'dark' ? 'light' : 'dark';
  const row = (sign: SignName, k: Key, to: View): JSX.Element => (
    <button
      type="button"
      class="menu-row"
      onClick={() => {
        open.value = false;
        navigate(to);
      }}
    >
      <Icon name={sign} />
      <T k={k} />
    </button>
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from any control inside
    <div
      class="menu"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open.value) return;
        event.stopPropagation();
        open.value = false;
        button.current?.focus();
      }}
    >
      <button
        type="button"
        class="icon-button"
        ref={button}
        aria-label={`${say('app.menu')} (${say('lang.label')})`}
        aria-expanded={open.value}
        aria-controls="menu"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name="globe" size={24} />
      </button>
      {open.value && (
        <div id="menu" class="menu-sheet">
          <Languages />
          {lang.value === 'easy' && <Grades />}
          {row('people', 'join.open', { name: 'join', code: '' })}
          {row('ticket', 'receipt.page', { name: 'receipts', code: '' })}
          <button
            type="button"
            class="menu-row"
            onClick={() => {
              chosenTheme.value = next;
            }}
          >
            <Icon name={next === 'dark' ? 'moon' : 'sun'} />
            <T k={`theme.${next}`} />
          </button>
          <Switch on={aloudOn.value} k="aloud.pref" set={(on) => (chosenAloud.value = on)} />
          {membership.value !== null && (
            <Switch on={shared.value} k="class.shared" set={(on) => (shared.value = on)} />
          )}
          <Switch on={kiosk.value} k="kiosk.pref" set={(on) => (kiosk.value = on)} />
          {row('desk', 'desk.open', { name: 'desk', path: [] })}
          {row('cloud', 'device.open', { name: 'device' })}
          {row('info', 'about.open', { name: 'about' })}
        </div>
      )}
    </div>
  );
}

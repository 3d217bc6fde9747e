/* draw-panel: strokes over the map: six pens, three widths, undo. */
import type { JSX } from 'preact';
import type { Key } from '../../i18n/catalogue';
import { PEN_COLOURS } from '../../map/sketch';
import { theme } from '../../state/prefs';
import {
  pen,
  penDown,
  strokeSteps,
  strokesClear,
  strokesRedo,
  strokesUndo,
} from '../../state/sketching';
import { draft, step } from '../../state/writing';
import { MOST_STROKES } from '../../write/shape';
import { useFocused } from '../focused';
import { Icon } from '../icon';
import { say, T } from '../text';
import { useFitted } from './place-panel';

const NAMES: readonly Key[] = [
  'draw.red',
  'draw.orange',
  'draw.green',
  'draw.blue',
  'draw.purple',
  'draw.ink',
];
const WIDTHS = [1, 2, 3] as const;
const WIDTH_NAMES: readonly Key[] = ['draw.thin', 'draw.middle', 'draw.thick'];

function Pens(): JSX.Element {
  return (
    <fieldset class="pens">
      <legend class="sr">
        <T k="draw.colour" />
      </legend>
      {NAMES.map((name, colour) => (
        <label key={name} class={pen.value.colour === colour ? 'on' : ''}>
          <input
            type="radio"
            name="pen"
            aria-label={say(name)}
            checked={pen.value.colour === colour}
            onChange={() => {
              pen.value = { ...pen.value, colour };
            }}
          />
          <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
            <circle cx="16" cy="16" r="13" fill={PEN_COLOURS[theme.value][colour] ?? ''} />
          </svg>
        </label>
      ))}
    </fieldset>
  );
}

function Widths(): JSX.Element {
  return (
    <fieldset class="pens">
      <legend class="sr">
        <T k="draw.width" />
      </legend>
      {WIDTHS.map((width, i) => (
        <label key={width} class={pen.value.width === width ? 'on' : ''}>
          <input
            type="radio"
            name="width"
            aria-label={say(WIDTH_NAMES[i] ?? 'draw.middle')}
            checked={pen.value.width === width}
            onChange={() => {
              pen.value = { ...pen.value, width };
            }}
          />
          <svg
            class="icon"
            viewBox="0 0 32 32"
            width="32"
            height="32"
            aria-hidden="true"
            focusable="false"
          >
            <path d="M7 21C12 8 19 26 25 11" stroke-width={width * 2.4} />
          </svg>
        </label>
      ))}
    </fieldset>
  );
}

export function DrawPanel(): JSX.Element {
  const root = useFitted();
  const heading = useFocused<HTMLHeadingElement>();
  const { canUndo, canRedo } = strokeSteps.value;
  const { drawing } = draft.value;
  return (
    <div class="place-panel" ref={root}>
      <h2 tabIndex={-1} ref={heading}>
        <T k="draw.title" />
      </h2>
      <p>
        <T k="draw.help" />
      </p>
      <p class="hint keys" aria-live="polite">
        <T k={penDown.value ? 'draw.penDown' : 'draw.keys'} />
      </p>
      <div class="pen-row">
        <Pens />
        <Widths />
      </div>
      <div class="tools" role="group" aria-label={say('draw.tools')}>
        <button type="button" class="tool" disabled={!canUndo} onClick={strokesUndo}>
          <Icon name="undo" />
          <T k="draw.undo" />
        </button>
        <button type="button" class="tool" disabled={!canRedo} onClick={strokesRedo}>
          <Icon name="redo" />
          <T k="draw.redo" />
        </button>
        <button type="button" class="tool" disabled={drawing.length === 0} onClick={strokesClear}>
          <Icon name="trash" />
          <T k="draw.clear" />
        </button>
      </div>
      {drawing.length >= MOST_STROKES && (
        <p class="fault" role="status">
          <Icon name="info" size={18} />
          <T k="draw.full" />
        </p>
      )}
      <div class="row">
        <button
          type="button"
          class="button primary grow"
          onClick={() => {
            step.value = 'form';
          }}
        >
          <Icon name="check" />
          <T k="draw.done" />
        </button>
      </div>
    </div>
  );
}

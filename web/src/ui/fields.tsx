/* fields: parts of forms that more than one form has. */
import type { JSX } from 'preact';
import { membership } from '../state/own';
import { penName } from '../state/prefs';
import { PEN_NAME_LIMIT } from '../state/town';
import { AnimalPicture } from './join/animal';
import { T } from './text';

export function Left({ left }: { left: number }): JSX.Element {
  return (
    <p class={`left number${left < 0 ? ' over' : ''}`} aria-live={left < 20 ? 'polite' : 'off'}>
      <T k={left < 0 ? 'write.over' : 'write.left'} p={{ n: Math.abs(left) }} />
    </p>
  );
}

/** In a meeting one writes under the name that one chose there. */
export function PenName(): JSX.Element {
  const member = membership.value;
  if (member !== null) {
    return (
      <p class="as-whom">
        <AnimalPicture animal={member.animal} colour={member.colour} size={40} />
        <span>
          <T k="join.youAre" p={{ name: member.penName }} />
        </span>
      </p>
    );
  }
  return (
    <label class="pen-name">
      <span class="label">
        <T k="write.penName" />
      </span>
      <input
        type="text"
        autoComplete="off"
        maxLength={PEN_NAME_LIMIT}
        value={penName.value}
        aria-describedby="pen-name-hint"
        onInput={(event) => {
          penName.value = event.currentTarget.value;
        }}
      />
      <span id="pen-name-hint" class="hint">
        <T k="write.penNameHint" />
      </span>
    </label>
  );
}

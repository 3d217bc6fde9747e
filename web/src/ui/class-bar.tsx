/* class-bar: who has the tablet now, and handing it to the next one in one tap. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { handOver, meetingQuit } from '../state/joining';
import { notify } from '../state/notice';
import { membership, waitingCount } from '../state/own';
import { shared } from '../state/prefs';
import { navigate } from '../state/route';
import { draft, draftHolds, step } from '../state/writing';
import { Icon } from './icon';
import { AnimalPicture } from './join/animal';
import { say, T } from './text';

const asking = signal(false);

function next(): void {
  asking.value = false;
  void handOver().then(() => {
    notify('class.overDone');
    navigate({ name: 'join', code: '' });
  });
}

export function ClassBar(): JSX.Element | null {
  const member = membership.value;
  if (member === null || step.value !== 'off') return null;
  return (
    <aside class="class-bar" aria-label={member.title}>
      <AnimalPicture animal={member.animal} colour={member.colour} size={40} />
      <p>
        <strong>{member.penName}</strong>
        <span class="soft">{member.title}</span>
      </p>
      {shared.value ? (
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            if (draftHolds(draft.value)) asking.value = true;
            else next();
          }}
        >
          <Icon name="swap" size={20} />
          <T k="class.over" />
        </button>
      ) : (
        <button
          type="button"
          class="text-button"
          onClick={() => {
            void meetingQuit().then(() => notify('class.leaveDone'));
          }}
        >
          <T k="class.leave" />
        </button>
      )}
      {asking.value && (
        <div class="own-ask" role="alertdialog" aria-label={say('class.overAsk')}>
          <p>
            <T k="class.overAsk" />
          </p>
          <div class="row">
            <button type="button" class="button danger" onClick={next}>
              <T k="class.overYes" />
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                asking.value = false;
              }}
            >
              <T k="write.cancel" />
            </button>
          </div>
        </div>
      )}
      {member.state === 'finished' && waitingCount.value > 0 && (
        <p class="hint">
          <T k="class.finished" />
        </p>
      )}
    </aside>
  );
}

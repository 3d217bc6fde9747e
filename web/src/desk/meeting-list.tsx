/* meeting-list: those one leads; the way to a new one. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Icon } from '../ui/icon';
import { T } from '../ui/text';
import { meetings, meetingsFailed, meetingsLoad } from './meetings';
import { clockText, Failed, Loading } from './parts';
import { deskLink, deskOpen } from './route';
import { mayMeet } from './session';

export function MeetingList(): JSX.Element {
  useEffect(() => {
    void meetingsLoad();
  }, []);
  const list = meetings.value;
  return (
    <>
      <div class="desk-head">
        <h2>
          <T k="desk.tab.meetings" />
        </h2>
        {mayMeet.value && (
          <button
            type="button"
            class="button primary"
            onClick={() => deskOpen(['meetings', 'new'])}
          >
            <Icon name="plus" size={20} />
            <T k="desk.meet.new" />
          </button>
        )}
      </div>
      {meetingsFailed.value && list === null && <Failed retry={() => void meetingsLoad()} />}
      {!meetingsFailed.value && list === null && <Loading />}
      {list?.length === 0 && (
        <div class="empty">
          <p class="empty-title">
            <T k="desk.meet.none" />
          </p>
          <p>
            <T k="desk.meet.noneHelp" />
          </p>
        </div>
      )}
      <ul class="desk-list">
        {list?.map((meeting) => (
          <li key={meeting.id}>
            <a class="desk-row" href={deskLink(['meetings', meeting.id])}>
              <span class={meeting.state === 'open' ? 'state-chip on' : 'state-chip'}>
                <T k={meeting.state === 'open' ? 'desk.meet.open' : 'desk.meet.finished'} />
              </span>
              <span class="desk-row-title">{meeting.title}</span>
              <span class="desk-row-more">
                <T k={`desk.kind.${meeting.kind}`} /> · {clockText(meeting.starts)}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

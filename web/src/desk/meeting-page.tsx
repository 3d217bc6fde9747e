/* meeting-page: one meeting while it runs: how to come in, who has sent what, what is let out. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { notify } from '../state/notice';
import { Icon } from '../ui/icon';
import { Qr } from '../ui/qr';
import { say, T } from '../ui/text';
import { When } from '../ui/time';
import {
  type Board,
  boardGet,
  boardWatch,
  meetingExtend,
  meetingFinish,
  meetingGet,
  meetingNewCode,
  meetingsLoad,
  type OpenMeeting,
  personsForget,
  pinRenew,
  release,
} from './meetings';
import { Confirm, clockText, Failed, Loading, tell } from './parts';
import { openQueueOf } from './route';

const HOUR_MS = 3600_000;

/** "7K3M9XQZ" → "7K3M-9XQZ". */
const codeText = (code: string): string =>
  code.includes('-') ? code : `${code.slice(0, 4)}-${code.slice(4)}`;

function Door({ open, change }: { open: OpenMeeting; change: (next: OpenMeeting) => void }) {
  const renew = async (): Promise<void> => {
    const answer = await meetingNewCode(open.meeting.id);
    if (answer.ok) change(answer.value);
    else tell(answer.failure);
  };
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(open.joinUrl ?? '').then(
      () => notify('desk.meet.copied'),
      () => notify('desk.failed'),
    );
  };
  if (open.code === null || open.joinUrl === null)
    return (
      <p class="desk-note">
        <T k="desk.meet.closed" />
      </p>
    );
  return (
    <section class="door" aria-label={say('desk.meet.door')}>
      <div>
        <p class="label">
          <T k="desk.meet.code" />
        </p>
        <p class="door-code">{codeText(open.code)}</p>
        <p class="door-url">{open.joinUrl}</p>
        <Qr text={open.joinUrl} label={say('desk.meet.door')} />
        {open.expires !== null && (
          <p class="hint">
            <T k="desk.meet.until" p={{ at: clockText(open.expires) }} />
          </p>
        )}
      </div>
      <div class="door-actions">
        <a
          class="button primary"
          href={`/api/meetings/${open.meeting.id}/card.pdf`}
          target="_blank"
          rel="noopener"
        >
          <T k="desk.meet.print" />
        </a>
        <a
          class="button quiet"
          href={`/api/meetings/${open.meeting.id}/card.pdf?layout=eight`}
          target="_blank"
          rel="noopener"
        >
          <T k="desk.meet.printEight" />
        </a>
        {navigator.clipboard !== undefined && (
          <button type="button" class="button quiet" onClick={() => void copy()}>
            <T k="desk.meet.copy" />
          </button>
        )}
        <Confirm
          label="desk.meet.newCode"
          question="desk.meet.newCodeSure"
          run={() => void renew()}
        />
      </div>
    </section>
  );
}

function Counts({ board }: { board: Board }): JSX.Element {
  const { counts } = board;
  const rows = [
    ['desk.board.comments', counts.comments],
    ['desk.board.held', counts.held],
    ['desk.board.public', counts.public],
    ['desk.board.tablets', counts.tablets],
  ] as const;
  return (
    <>
      <dl class="counts">
        {rows.map(([key, n]) => (
          <div key={key}>
            <dt>
              <T k={key} />
            </dt>
            <dd>{n}</dd>
          </div>
        ))}
      </dl>
      <p class={counts.holding > 0 ? 'desk-warn' : 'desk-note'} role="status">
        {counts.holding > 0 ? (
          <T k="desk.board.waiting" p={{ tablets: counts.holding, n: counts.waiting }} />
        ) : (
          <T k="desk.board.clear" />
        )}
      </p>
    </>
  );
}

function Tablets({ board }: { board: Board }): JSX.Element {
  if (board.tablets.length === 0)
    return (
      <p class="empty">
        <T k="desk.board.noTablets" />
      </p>
    );
  return (
    <ul class="tablets">
      {board.tablets.map((tablet) => (
        <li key={tablet.tablet} class={tablet.waiting > 0 ? 'tablet holds' : 'tablet'}>
          <span class="tablet-number">{tablet.tablet}</span>
          <span class="tablet-names">
            {tablet.pen_names.length > 0 ? tablet.pen_names.join('、') : say('desk.board.nobody')}
          </span>
          <span class="tablet-sent">
            <T k="desk.board.sent" p={{ n: tablet.comments }} />
          </span>
          <span class="tablet-state">
            {tablet.waiting > 0 ? (
              <>
                <Icon name="cloud" size={18} />
                <T k="desk.board.holds" p={{ n: tablet.waiting }} />
              </>
            ) : (
              <>
                <Icon name="check" size={18} />
                <T k="desk.board.done" />
              </>
            )}
          </span>
          {tablet.missing > 0 && (
            <span class="tablet-missing">
              <T k="desk.board.missing" p={{ n: tablet.missing }} />
            </span>
          )}
          <span class="tablet-seen">
            <When iso={tablet.seen} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function People({ board, open }: { board: Board; open: boolean }): JSX.Element | null {
  const told = useSignal<{ name: string; pin: string } | null>(null);
  const renew = async (name: string): Promise<void> => {
    const answer = await pinRenew(board.meeting.id, name);
    if (answer.ok) told.value = { name, pin: answer.value };
    else tell(answer.failure);
  };
  if (board.people.length === 0) return null;
  return (
    <table class="desk-table">
      <caption>
        <T k="desk.board.people" />
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <T k="desk.board.penName" />
          </th>
          <th scope="col">
            <T k="desk.board.comments" />
          </th>
          <th scope="col">
            <T k="desk.board.held" />
          </th>
          <th scope="col">
            <T k="desk.board.last" />
          </th>
          {open && (
            <th scope="col">
              <T k="desk.board.pin" />
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {board.people.map((person) => (
          <tr key={person.pen_name}>
            <th scope="row">{person.pen_name}</th>
            <td>{person.comments}</td>
            <td>{person.held}</td>
            <td>{person.last === null ? '—' : <When iso={person.last} />}</td>
            {open && (
              <td>
                {told.value?.name === person.pen_name ? (
                  <span class="secret" role="status">
                    {told.value.pin}
                  </span>
                ) : (
                  <Confirm
                    label="desk.board.newPin"
                    question="desk.board.newPinSure"
                    p={{ name: person.pen_name }}
                    run={() => void renew(person.pen_name)}
                  />
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function MeetingPage({ id }: { id: string }): JSX.Element {
  const open = useSignal<OpenMeeting | null>(null);
  const board = useSignal<Board | null>(null);
  const failed = useSignal(false);

  const load = async (): Promise<void> => {
    const answer = await meetingGet(id);
    failed.value = !answer.ok;
    if (answer.ok) open.value = answer.value;
  };
  const boardLoad = async (): Promise<void> => {
    const answer = await boardGet(id);
    if (answer.ok) board.value = answer.value;
    else if (answer.failure.status === 401) tell(answer.failure);
  };
  useEffect(() => {
    open.value = null;
    board.value = null;
    void load();
    void boardLoad();
    return boardWatch(id, () => void boardLoad());
  }, [id]);

  const releaseAll = async (): Promise<void> => {
    const answer = await release(id, 'all');
    if (!answer.ok) return tell(answer.failure);
    notify(answer.value.left > 0 ? 'desk.meet.releasedSome' : 'desk.meet.released', {
      params: { n: answer.value.released, left: answer.value.left },
    });
    void boardLoad();
  };
  const finish = async (): Promise<void> => {
    const answer = await meetingFinish(id);
    if (!answer.ok) return tell(answer.failure);
    open.value = answer.value;
    void meetingsLoad();
  };
  const forget = async (): Promise<void> => {
    const answer = await personsForget(id);
    if (!answer.ok) return tell(answer.failure);
    notify('desk.meet.forgotten');
    void boardLoad();
  };
  const extend = async (): Promise<void> => {
    if (open.value === null) return;
    const from = Math.max(Date.now(), new Date(open.value.meeting.ends).getTime());
    const answer = await meetingExtend(id, new Date(from + HOUR_MS).toISOString());
    if (!answer.ok) return tell(answer.failure);
    open.value = answer.value;
    void load();
  };

  const now = open.value;
  if (failed.value) return <Failed retry={() => void load()} />;
  if (now === null) return <Loading />;
  const { meeting } = now;
  const holding = board.value?.counts.holding ?? 0;
  return (
    <div class="meeting-page">
      <h2>{meeting.title}</h2>
      <p class="hint">
        <T k={`desk.kind.${meeting.kind}`} /> · {clockText(meeting.starts)} –{' '}
        {clockText(meeting.ends)}
        {meeting.state === 'finished' && (
          <>
            {' · '}
            <T k="desk.meet.finished" />
          </>
        )}
      </p>
      {meeting.state === 'open' && (
        <Door
          open={now}
          change={(next) => {
            open.value = next;
          }}
        />
      )}
      {board.value !== null && <Counts board={board.value} />}
      <div class="row">
        <button type="button" class="button primary" onClick={() => openQueueOf(id)}>
          <T k="desk.meet.look" />
        </button>
        <Confirm
          label="desk.meet.releaseAll"
          question="desk.meet.releaseAllSure"
          p={{ n: board.value?.counts.held ?? 0 }}
          run={() => void releaseAll()}
        />
        {meeting.state === 'finished' && (
          <Confirm
            label="desk.meet.forget"
            question="desk.meet.forgetSure"
            danger
            run={() => void forget()}
          />
        )}
        {meeting.state === 'open' && (
          <>
            <button type="button" class="button quiet" onClick={() => void extend()}>
              <T k="desk.meet.extend" />
            </button>
            <Confirm
              label="desk.meet.finish"
              question={holding > 0 ? 'desk.meet.finishHolding' : 'desk.meet.finishSure'}
              p={{ n: holding }}
              danger
              run={() => void finish()}
            />
          </>
        )}
      </div>
      {board.value !== null && (
        <>
          <h3>
            <T k="desk.board.title" />
          </h3>
          <Tablets board={board.value} />
          <People board={board.value} open={meeting.state === 'open'} />
        </>
      )}
    </div>
  );
}

/* queue-list: what waits for a person; several can be decided at once. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isKey } from '../i18n/catalogue';
import { notify } from '../state/notice';
import { KindIcon } from '../ui/icon';
import { say, T } from '../ui/text';
import { When } from '../ui/time';
import { meetings, meetingsLoad } from './meetings';
import { Failed, Loading, tell } from './parts';
import {
  type ActionName,
  choose,
  chosen,
  decideMany,
  failed,
  filter,
  type Item,
  items,
  next,
  queueFilter,
  queueLoad,
  WANTED,
} from './queue';
import { deskLink } from './route';

function Filters(): JSX.Element {
  return (
    <div class="queue-filters">
      <div class="chips" role="group" aria-label={say('desk.queue.show')}>
        {WANTED.map((state) => (
          <button
            type="button"
            key={state}
            class={filter.value.state === state ? 'chip on' : 'chip'}
            aria-pressed={filter.value.state === state}
            onClick={() => queueFilter({ state })}
          >
            <T k={`desk.queue.${state}`} />
          </button>
        ))}
      </div>
      <select
        aria-label={say('desk.queue.meeting')}
        value={filter.value.meeting ?? ''}
        onChange={(event) => queueFilter({ meeting: event.currentTarget.value || null })}
      >
        <option value="">{say('desk.queue.everywhere')}</option>
        {meetings.value?.map((meeting) => (
          <option key={meeting.id} value={meeting.id}>
            {meeting.title}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Only what is easily undone is offered for many at once. */
const BULK: readonly ActionName[] = ['publish', 'hide'];

function Bulk(): JSX.Element | null {
  const busy = useSignal(false);
  const ids = [...chosen.value];
  const all = items.value ?? [];
  const run = async (action: ActionName): Promise<void> => {
    busy.value = true;
    const answer = await decideMany(ids, action, 'other', '');
    busy.value = false;
    if (!answer.ok) return tell(answer.failure);
    chosen.value = new Set();
    const undo =
      action === 'hide'
        ? {
            key: 'desk.undo' as const,
            run: () => void decideMany(ids, 'restore', 'other', '').then(() => queueLoad()),
          }
        : {
            key: 'desk.undo' as const,
            run: () => void decideMany(ids, 'hold', 'other', '').then(() => queueLoad()),
          };
    notify(answer.value.refused > 0 ? 'desk.queue.doneSome' : 'desk.queue.done', {
      params: { n: answer.value.done, refused: answer.value.refused },
      action: undo,
    });
    void queueLoad();
  };
  if (all.length === 0) return null;
  return (
    <div class="bulk">
      <label class="check">
        <input
          type="checkbox"
          checked={ids.length === all.length}
          onChange={(event) => {
            chosen.value = event.currentTarget.checked
              ? new Set(all.map((item) => item.id))
              : new Set();
          }}
        />
        <T k="desk.queue.chooseAll" />
      </label>
      {ids.length > 0 && (
        <div class="row">
          <span role="status">
            <T k="desk.queue.chosen" p={{ n: ids.length }} />
          </span>
          {BULK.map((action) => (
            <button
              type="button"
              key={action}
              class={action === 'publish' ? 'button primary' : 'button quiet'}
              disabled={busy.value}
              onClick={() => void run(action)}
            >
              <T k={`desk.do.${action}`} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function Row({ item }: { item: Item }): JSX.Element {
  const title = item.title ?? '';
  return (
    <li class="queue-row">
      <input
        type="checkbox"
        aria-label={say('desk.queue.choose', { text: (title || item.text).slice(0, 40) })}
        checked={chosen.value.has(item.id)}
        onChange={(event) => choose(item.id, event.currentTarget.checked)}
      />
      <a class="desk-row" href={deskLink(['queue', item.id])}>
        {item.kind !== null && <KindIcon kind={item.kind} size={28} />}
        {item.type === 'photo' && (
          <img
            class="queue-thumb"
            src={`/photos/${item.id}/thumb.jpg`}
            alt={item.text}
            loading="lazy"
            width={72}
            height={54}
          />
        )}
        <span class="queue-text">
          <span class="queue-top">
            <span class={`state-chip state-${item.status}`}>
              <T k={`desk.state.${item.status}`} />
            </span>
            <T k={`desk.type.${item.type}`} />
            {item.appeals.some((appeal) => appeal.state === 'open') && (
              <span class="state-chip on">
                <T k="desk.queue.objects" />
              </span>
            )}
          </span>
          {title !== '' && <strong>{title}</strong>}
          <span class="queue-words">{item.text}</span>
          {item.reason !== null && (
            <span class="queue-reason">
              <ReasonText code={item.reason} />
            </span>
          )}
          <span class="desk-row-more">
            {item.pen_name ?? say('desk.queue.noName')} · <When iso={item.made} />
          </span>
        </span>
      </a>
    </li>
  );
}

/** Newer servers may have reasons that this app does not know. */
export function ReasonText({ code }: { code: string }): JSX.Element {
  const key = `reason.${code}`;
  return isKey(key) ? <T k={key} /> : <span>{code}</span>;
}

export function QueueList(): JSX.Element {
  useEffect(() => {
    void meetingsLoad();
    void queueLoad();
  }, []);
  const list = items.value;
  return (
    <>
      <div class="desk-head">
        <h2>
          <T k="desk.tab.queue" />
        </h2>
      </div>
      <Filters />
      {failed.value && list === null && <Failed retry={() => void queueLoad()} />}
      {!failed.value && list === null && <Loading />}
      {list?.length === 0 && (
        <div class="empty">
          <p class="empty-title">
            <T k="desk.queue.none" />
          </p>
          <p>
            <T k="desk.queue.noneHelp" />
          </p>
        </div>
      )}
      <Bulk />
      <ul class="desk-list">
        {list?.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
      {next.value !== null && (
        <button type="button" class="button quiet more" onClick={() => void queueLoad(true)}>
          <T k="list.more" />
        </button>
      )}
    </>
  );
}

/* queue-item: one comment, reply or photo: as it was written, what was done, and what to do now. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Key } from '../i18n/catalogue';
import { notify } from '../state/notice';
import { hovered, townMap } from '../ui/map-view';
import { say, T } from '../ui/text';
import { When } from '../ui/time';
import { Confirm, clockText, Failed, Field, Loading, tell } from './parts';
import {
  type Action,
  type ActionName,
  actionsFor,
  type Box,
  type Detail,
  decide,
  detailGet,
  type Item,
  items,
  queueLoad,
  REASONS,
  type Reason,
} from './queue';
import { ReasonText } from './queue-list';
import { Redact } from './redact';
import { deskLink, deskOpen } from './route';
import { mayErase } from './session';

/** The cells that a place can be blurred to, in metres; 0 shows it exactly. */
const CELLS = [0, 5, 30, 100, 300] as const;
const SURE: Partial<Record<ActionName, Key>> = { erase: 'desk.do.eraseSure' };

function showOnMap(item: Item): void {
  if (item.lon === null || item.lat === null) return;
  hovered.value = {
    id: item.id,
    kind: item.kind ?? 'idea',
    hat: item.hat,
    lon: item.lon,
    lat: item.lat,
  };
  townMap.value?.show(item.lon, item.lat, true);
}

function Said({ item }: { item: Item }): JSX.Element {
  return (
    <article class="desk-card said">
      <p class="queue-top">
        <span class={`state-chip state-${item.status}`}>
          <T k={`desk.state.${item.status}`} />
        </span>
        <T k={`desk.type.${item.type}`} />
        {item.hat_label !== null && <span class={`hat hat-${item.hat}`}>{item.hat_label}</span>}
      </p>
      {item.title !== null && <h3>{item.title}</h3>}
      <p class="said-text">{item.text}</p>
      <p class="hint">
        {item.pen_name ?? say('desk.queue.noName')} · {clockText(item.made)}
        {item.precision_m > 0 && (
          <>
            {' · '}
            <T k="desk.queue.blurred" p={{ m: item.precision_m }} />
          </>
        )}
      </p>
      {item.reason !== null && (
        <p class="desk-note">
          <ReasonText code={item.reason} />
          {item.note !== null && <> — {item.note}</>}
        </p>
      )}
      {item.lon !== null && (
        <button type="button" class="text-button" onClick={() => showOnMap(item)}>
          <T k="desk.queue.onMap" />
        </button>
      )}
      {item.photos.length > 0 && (
        <ul class="said-photos">
          {item.photos.map((photo) => (
            <li key={photo}>
              <a href={deskLink(['queue', photo])}>
                <img
                  src={`/photos/${photo}/thumb.jpg`}
                  alt={say('desk.type.photo')}
                  loading="lazy"
                />
              </a>
            </li>
          ))}
        </ul>
      )}
      {item.comment !== null && (
        <a class="text-button" href={deskLink(['queue', item.comment])}>
          <T k="desk.queue.ofComment" />
        </a>
      )}
    </article>
  );
}

function Appeals({ item, changed }: { item: Item; changed: () => void }): JSX.Element | null {
  const note = useSignal('');
  const answer = async (id: string, action: ActionName): Promise<void> => {
    const result = await decide(id, {
      action,
      reason: 'other',
      ...(note.value.trim() === '' ? {} : { note: note.value.trim() }),
    });
    if (!result.ok) return tell(result.failure);
    note.value = '';
    changed();
  };
  if (item.appeals.length === 0) return null;
  return (
    <section class="desk-card">
      <h3>
        <T k="desk.appeal.title" />
      </h3>
      {item.appeals.map((appeal) => (
        <div key={appeal.id} class="appeal">
          <p class="said-text">{appeal.text}</p>
          <p class="hint">
            <When iso={appeal.made} /> · <T k={`desk.appeal.${appeal.state}`} />
          </p>
          {appeal.note !== null && <p class="desk-note">{appeal.note}</p>}
          {appeal.state === 'open' && (
            <>
              <Field label="desk.note" hint="desk.noteHint">
                {(id) => (
                  <textarea
                    id={id}
                    rows={2}
                    maxLength={400}
                    value={note.value}
                    onInput={(event) => {
                      note.value = event.currentTarget.value;
                    }}
                  />
                )}
              </Field>
              <div class="row">
                <button
                  type="button"
                  class="button primary"
                  onClick={() => void answer(appeal.id, 'publish')}
                >
                  <T k="desk.appeal.grant" />
                </button>
                <button type="button" class="button" onClick={() => void answer(appeal.id, 'hide')}>
                  <T k="desk.appeal.keep" />
                </button>
              </div>
            </>
          )}
        </div>
      ))}
    </section>
  );
}

function Decide({ item, changed }: { item: Item; changed: () => void }): JSX.Element {
  const reason = useSignal<Reason>('other');
  const note = useSignal('');
  const metres = useSignal(30);
  const boxes = useSignal<readonly Box[]>([]);
  const busy = useSignal(false);

  const run = async (action: ActionName): Promise<void> => {
    busy.value = true;
    const wanted: Action = {
      action,
      reason: reason.value,
      ...(note.value.trim() === '' ? {} : { note: note.value.trim() }),
      ...(action === 'blur' ? { precision_m: metres.value } : {}),
      ...(action === 'redact' ? { boxes: [...boxes.value] } : {}),
    };
    const answer = await decide(item.id, wanted);
    busy.value = false;
    if (!answer.ok) return tell(answer.failure);
    boxes.value = [];
    note.value = '';
    if (action === 'erase') {
      notify('desk.done.erase');
      deskOpen(['queue']);
      return;
    }
    notify('desk.done.saved', {
      action: { key: 'desk.undo', run: () => void undo(action) },
    });
    changed();
  };
  const undo = async (action: ActionName): Promise<void> => {
    const back: ActionName =
      action === 'publish' ? 'hold' : action === 'hold' ? 'publish' : 'restore';
    const answer = await decide(item.id, { action: back, reason: 'other' });
    if (!answer.ok) tell(answer.failure);
    changed();
  };

  return (
    <section class="desk-card decide">
      <h3>
        <T k="desk.decide" />
      </h3>
      <div class="pair">
        <Field label="desk.reason">
          {(id) => (
            <select
              id={id}
              value={reason.value}
              onChange={(event) => {
                const found = REASONS.find((code) => code === event.currentTarget.value);
                if (found !== undefined) reason.value = found;
              }}
            >
              {REASONS.map((code) => (
                <option key={code} value={code}>
                  {say(`reason.${code}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {item.type === 'comment' && (
          <Field label="desk.cell">
            {(id) => (
              <select
                id={id}
                value={metres.value}
                onChange={(event) => {
                  metres.value = Number(event.currentTarget.value);
                }}
              >
                {CELLS.map((m) => (
                  <option key={m} value={m}>
                    {m === 0 ? say('desk.cell.exact') : say('desk.cell.m', { m })}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
      </div>
      <Field label="desk.note" hint="desk.noteHint">
        {(id) => (
          <textarea
            id={id}
            rows={2}
            maxLength={400}
            value={note.value}
            onInput={(event) => {
              note.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      {item.type === 'photo' && (
        <Redact
          src={`/photos/${item.id}/display.jpg`}
          alt={item.text}
          boxes={boxes.value}
          change={(list) => {
            boxes.value = list;
          }}
        />
      )}
      <div class="row">
        {item.type === 'photo' && (
          <Confirm
            label="desk.do.redact"
            question="desk.do.redactSure"
            p={{ n: boxes.value.length }}
            run={() => {
              if (boxes.value.length > 0) void run('redact');
              else notify('desk.redact.none');
            }}
          />
        )}
        {actionsFor(item, mayErase.value).map((action) => {
          const sure = SURE[action];
          if (sure !== undefined)
            return (
              <Confirm
                key={action}
                label={`desk.do.${action}`}
                question={sure}
                danger
                run={() => void run(action)}
              />
            );
          return (
            <button
              type="button"
              key={action}
              class={action === 'publish' ? 'button primary' : 'button quiet'}
              disabled={busy.value}
              onClick={() => void run(action)}
            >
              <T k={`desk.do.${action}`} />
            </button>
          );
        })}
      </div>
    </section>
  );
}

function History({ detail }: { detail: Detail }): JSX.Element {
  return (
    <section>
      <h3>
        <T k="desk.history" />
      </h3>
      <ol class="history">
        {detail.history.map((entry) => (
          <li key={entry.change}>
            <p>
              <strong>
                <T k={`desk.did.${entry.action}`} />
              </strong>{' '}
              {entry.status != null && entry.action === 'status' && (
                <T k={`desk.state.${entry.status}`} />
              )}
              <span class="hint">
                {' '}
                {clockText(entry.at)} · <T k={`desk.by.${entry.by}`} />
              </span>
            </p>
            {entry.title != null && <p class="said-text">{entry.title}</p>}
            {entry.text != null && <p class="said-text">{entry.text}</p>}
            {entry.reason != null && (
              <p class="hint">
                <ReasonText code={entry.reason} />
                {entry.note != null && <> — {entry.note}</>}
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function QueueItem({ id }: { id: string }): JSX.Element {
  const detail = useSignal<Detail | null>(null);
  const failed = useSignal<'no' | 'gone' | 'yes'>('no');
  const load = async (): Promise<void> => {
    const answer = await detailGet(id);
    failed.value = answer.ok ? 'no' : answer.failure.status === 404 ? 'gone' : 'yes';
    if (answer.ok) {
      const first = detail.value?.item.id !== id;
      detail.value = answer.value;
      if (first) showOnMap(answer.value.item);
    } else if (answer.failure.status === 401) tell(answer.failure);
  };
  useEffect(() => {
    detail.value = null;
    void load();
    return () => {
      hovered.value = null;
    };
  }, [id]);
  const changed = (): void => {
    void load();
    if (items.value !== null) void queueLoad();
  };
  // What comes next in the list, so that nobody has to go back and forth.
  const list = items.value ?? [];
  const after = list[list.findIndex((item) => item.id === id) + 1];
  const now = detail.value;
  return (
    <>
      <div class="desk-head">
        <a class="text-button" href={deskLink(['queue'])}>
          <T k="desk.queue.back" />
        </a>
        {after !== undefined && (
          <a class="text-button" href={deskLink(['queue', after.id])}>
            <T k="desk.queue.next" />
          </a>
        )}
      </div>
      {failed.value === 'gone' && (
        <p class="empty">
          <T k="desk.queue.gone" />
        </p>
      )}
      {failed.value === 'yes' && <Failed retry={() => void load()} />}
      {failed.value === 'no' && now === null && <Loading />}
      {now !== null && (
        <>
          <Said item={now.item} />
          <Appeals item={now.item} changed={changed} />
          <Decide key={now.item.id} item={now.item} changed={changed} />
          <History detail={now} />
        </>
      )}
    </>
  );
}

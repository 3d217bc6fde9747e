/* write-panel: choosing a place, then a short form with large pictures. */
import { effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { commentsGet } from '../api/client';
import type { Comment } from '../api/parse';
import { NO_FILTER } from '../state/comments';
import { cards } from '../state/town';
import {
  buildingName,
  draft,
  draftSet,
  faults,
  saveFailed,
  sending,
  step,
  textLeft,
  tried,
  writeCancel,
  writeSend,
} from '../state/writing';
import { Left, PenName } from './comment-detail';
import { cardTitle, KINDS, kindKey } from './comment-list';
import { CardIcon, Icon, KindIcon } from './icon';
import { fitted, layout, sheet } from './layout';
import { Marked, T } from './text';

const NEAR_M = 40;
const NEAR_MOST = 5;
const nearby = signal<readonly Comment[]>([]);

/** What stands near the place already: reading it first may save writing it twice. */
effect(() => {
  const { lon, lat } = draft.value;
  nearbyAsk(step.value === 'form' ? lon : null, lat);
});

let asked = '';
function nearbyAsk(lon: number | null, lat: number | null): void {
  const key = lon === null || lat === null ? '' : `${lon.toFixed(5)},${lat.toFixed(5)}`;
  if (key === asked) return;
  asked = key;
  if (lon === null || lat === null) {
    nearby.value = [];
    return;
  }
  const north = NEAR_M / 111_320;
  const east = north / Math.cos((lat * Math.PI) / 180);
  void commentsGet(NO_FILTER, {
    limit: NEAR_MOST,
    bbox: [lon - east, lat - north, lon + east, lat + north],
  }).then((answer) => {
    if (asked === key && answer.ok) nearby.value = answer.value.comments;
  });
}

function PlaceLine(): JSX.Element {
  const on = draft.value.buildingId !== '';
  return (
    <p class={`place-line${on ? ' on-building' : ''}`} aria-live="polite">
      <Icon name={on ? 'building' : 'pin'} size={20} />
      {on ? (
        buildingName.value === '' ? (
          <T k="write.onBuilding" />
        ) : (
          <T k="write.onBuildingNamed" p={{ name: buildingName.value }} />
        )
      ) : (
        <T k="write.onGround" />
      )}
    </p>
  );
}

export function PlacePanel(): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  // On a phone this panel is as low as it can be: the map is what matters now.
  useLayoutEffect(() => {
    const measure = (): void => {
      fitted.value = layout.value === 'narrow' ? (root.current?.offsetHeight ?? 0) : null;
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (root.current !== null) observer.observe(root.current);
    return () => {
      observer.disconnect();
      fitted.value = null;
    };
  }, []);
  return (
    <div class="place-panel" ref={root}>
      <h2 tabIndex={-1} ref={heading}>
        <T k="write.place" />
      </h2>
      <p>
        <T k="write.placeHelp" />
      </p>
      <p class="hint keys">
        <T k="write.placeKeys" />
      </p>
      <PlaceLine />
      <div class="row">
        <button
          type="button"
          class="button primary grow"
          disabled={draft.value.lon === null}
          onClick={() => {
            step.value = 'form';
          }}
        >
          <Icon name="check" />
          <T k="write.placeNext" />
        </button>
        <button type="button" class="button" onClick={writeCancel}>
          <T k="write.cancel" />
        </button>
      </div>
    </div>
  );
}

export function WriteForm(): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    sheet.value = 'full';
    heading.current?.focus({ preventScroll: true });
    return () => {
      sheet.value = 'half';
    };
  }, []);
  const now = draft.value;
  const wrong = tried.value ? faults.value : [];
  return (
    <>
      <div class="panel-bar">
        <h2 tabIndex={-1} ref={heading}>
          <T k="write.title" />
        </h2>
        <button type="button" class="text-button" onClick={writeCancel}>
          <T k="write.cancel" />
        </button>
      </div>
      <form
        class="scroll write-form"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void writeSend().then((done) => {
            if (!done) form.current?.querySelector<HTMLElement>('[data-fault]')?.focus();
          });
        }}
      >
        <div class="place-row">
          <PlaceLine />
          <button
            type="button"
            class="text-button"
            onClick={() => {
              step.value = 'place';
            }}
          >
            <T k="write.placeChange" />
          </button>
        </div>
        {nearby.value.length > 0 && (
          <details class="nearby">
            <summary>
              <T k="write.near" p={{ n: nearby.value.length }} />
            </summary>
            <ul>
              {nearby.value.map((comment) => (
                <li key={comment.id}>
                  <KindIcon kind={comment.kind} size={18} />
                  {comment.text}
                </li>
              ))}
            </ul>
          </details>
        )}
        <fieldset aria-describedby={wrong.includes('kind') ? 'fault-kind' : undefined}>
          <legend>
            <T k="write.kind" />
          </legend>
          <div class="pictures kinds">
            {KINDS.map((kind, i) => (
              <label key={kind} class={`picture kind-${kind}${now.kind === kind ? ' on' : ''}`}>
                <input
                  type="radio"
                  name="kind"
                  value={kind}
                  checked={now.kind === kind}
                  data-fault={i === 0 && wrong.includes('kind') ? '' : undefined}
                  onChange={() => draftSet({ kind })}
                />
                <KindIcon kind={kind} size={44} />
                <span>
                  <T k={kindKey(kind)} />
                </span>
              </label>
            ))}
          </div>
          {wrong.includes('kind') && (
            <p class="fault" id="fault-kind">
              <Icon name="warn" size={18} />
              <T k="write.errorKind" />
            </p>
          )}
        </fieldset>
        <label class="write-text">
          <span class="label">
            <T k="write.text" />
          </span>
          <textarea
            rows={4}
            value={now.text}
            aria-invalid={wrong.includes('text') || wrong.includes('long')}
            aria-describedby="text-hint"
            data-fault={wrong.includes('text') || wrong.includes('long') ? '' : undefined}
            onInput={(event) => draftSet({ text: event.currentTarget.value })}
          />
        </label>
        <div class="under-text">
          <p id="text-hint" class="hint">
            <T k="write.textHint" />
          </p>
          <Left left={textLeft.value} />
        </div>
        {(wrong.includes('text') || wrong.includes('long')) && (
          <p class="fault" role="alert">
            <Icon name="warn" size={18} />
            <T k={wrong.includes('text') ? 'write.errorText' : 'write.errorLong'} />
          </p>
        )}
        {cards.value.length > 0 && (
          <fieldset>
            <legend>
              <T k="write.card" />
            </legend>
            <div class="pictures">
              {cards.value.map((card) => (
                <label key={card.id} class={`picture card${now.cardId === card.id ? ' on' : ''}`}>
                  <input
                    type="radio"
                    name="card"
                    value={card.id}
                    checked={now.cardId === card.id}
                    onChange={() => draftSet({ cardId: card.id })}
                  />
                  <CardIcon name={card.icon} colour={card.colour} size={44} />
                  <span>
                    <Marked text={cardTitle(card)} />
                  </span>
                </label>
              ))}
              <label class={`picture card none${now.cardId === null ? ' on' : ''}`}>
                <input
                  type="radio"
                  name="card"
                  value=""
                  checked={now.cardId === null}
                  onChange={() => draftSet({ cardId: null })}
                />
                <Icon name="minus" size={28} />
                <span>
                  <T k="card.none" />
                </span>
              </label>
            </div>
          </fieldset>
        )}
        <PenName />
        <p class="privacy">
          <Icon name="info" size={20} />
          <span>
            <T k="write.privacy" />
          </span>
        </p>
        {saveFailed.value && (
          <p class="fault" role="alert">
            <Icon name="warn" size={18} />
            <T k="write.errorSave" />
          </p>
        )}
        <div class="send-row">
          <button type="submit" class="button primary grow" disabled={sending.value}>
            <Icon name="check" />
            <T k="write.send" />
          </button>
        </div>
      </form>
    </>
  );
}

/* write-form: what it is about, in a short form with large pictures. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { FACE_OUTLINE, FACES } from '../../icons/moods';
import { guardNote } from '../../state/guard';
import { membership } from '../../state/own';
import { similarLook } from '../../state/similar';
import { cards, TITLE_LIMIT } from '../../state/town';
import {
  draft,
  draftSet,
  type Fault,
  faults,
  saveFailed,
  sending,
  step,
  textLeft,
  tried,
  writeCancel,
  writeSend,
} from '../../state/writing';
import type { CommentKind, Mood } from '../../sync/words';
import { Aloud } from '../aloud';
import { cardTitle, KINDS, kindKey } from '../comment/labels';
import { Left, PenName } from '../fields';
import { useFocused } from '../focused';
import { CardIcon, Icon, KindIcon, type SignName } from '../icon';
import { sheet } from '../layout';
import { Marked, say, T } from '../text';
import { PhotosField } from './photos-field';
import { PlaceLine } from './place-panel';
import { ReadingsField } from './readings-field';

const MOODS = Object.keys(FACES) as Exclude<Mood, 'none'>[];

export function MoodFace({ mood, size = 44 }: { mood: Mood; size?: number }): JSX.Element | null {
  if (mood === 'none') return null;
  const face = FACES[mood];
  return (
    <svg
      class={`face face-${mood}`}
      viewBox="0 0 48 48"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <path class="face-skin" d={FACE_OUTLINE} />
      <path class="face-fill" d={face.fills} />
      <path class="face-line" d={face.lines} />
    </svg>
  );
}

function FaultLine({
  when,
  k,
  id,
}: {
  when: boolean;
  k: Parameters<typeof T>[0]['k'];
  id?: string;
}) {
  return when ? (
    <p class="fault" role="alert" {...(id === undefined ? {} : { id })}>
      <Icon name="warn" size={18} />
      <T k={k} />
    </p>
  ) : null;
}

function kindSet(kind: CommentKind): void {
  // Whoever measured is asked what.
  const first = kind === 'reading' && draft.value.measuring.length === 0;
  const row = { text: '', instrument: '', startedMs: null, waitedS: null, takenMs: 0 };
  draftSet({
    kind,
    ...(first ? { measuring: [{ quantity: 'air_temperature' as const, ...row }] } : {}),
  });
}

function Kinds({ wrong }: { wrong: boolean }): JSX.Element {
  return (
    <fieldset aria-describedby={wrong ? 'fault-kind' : undefined}>
      <legend>
        <T k="write.kind" /> <Aloud text={say('write.kind')} />
      </legend>
      <div class="pictures kinds">
        {KINDS.map((kind, i) => (
          <label key={kind} class={`picture kind-${kind}${draft.value.kind === kind ? ' on' : ''}`}>
            <input
              type="radio"
              name="kind"
              value={kind}
              checked={draft.value.kind === kind}
              data-fault={i === 0 && wrong ? '' : undefined}
              onChange={() => kindSet(kind)}
            />
            <KindIcon kind={kind} size={44} />
            <span>
              <T k={kindKey(kind)} />
            </span>
          </label>
        ))}
      </div>
      <FaultLine when={wrong} k="write.errorKind" id="fault-kind" />
    </fieldset>
  );
}

function Words({ wrong }: { wrong: readonly Fault[] }): JSX.Element {
  const bad = wrong.includes('text') || wrong.includes('long');
  const { questions = [] } = membership.value ?? {};
  return (
    <div class="words">
      {questions.length > 0 && (
        <ul class="questions" aria-label={say('write.questions')}>
          {questions.map((question) => (
            <li key={question}>
              <Icon name="unsure" size={18} />
              {question} <Aloud text={question} />
            </li>
          ))}
        </ul>
      )}
      <label class="write-text">
        <span class="label">
          <T k="write.text" />
        </span>
        <textarea
          rows={4}
          value={draft.value.text}
          aria-invalid={bad}
          aria-describedby="text-hint"
          data-fault={bad ? '' : undefined}
          onInput={(event) => draftSet({ text: event.currentTarget.value })}
        />
      </label>
      <div class="under-text">
        <p id="text-hint" class="hint">
          <T k="write.textHint" />
        </p>
        <Left left={textLeft.value} />
      </div>
      <FaultLine when={bad} k={wrong.includes('text') ? 'write.errorText' : 'write.errorLong'} />
    </div>
  );
}

function Moods(): JSX.Element {
  return (
    <fieldset>
      <legend>
        <T k="mood.label" /> <Aloud text={say('mood.label')} />
      </legend>
      <div class="moods">
        {MOODS.map((mood) => (
          <label key={mood} class={`mood${draft.value.mood === mood ? ' on' : ''}`}>
            <input
              type="checkbox"
              checked={draft.value.mood === mood}
              onChange={() => draftSet({ mood: draft.value.mood === mood ? 'none' : mood })}
            />
            <MoodFace mood={mood} />
            <span>
              <T k={`mood.${mood}`} />
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Cards(): JSX.Element | null {
  const wanted = membership.value?.cards ?? [];
  const offered =
    wanted.length === 0 ? cards.value : cards.value.filter(({ id }) => wanted.includes(id));
  if (offered.length === 0) return null;
  return (
    <fieldset>
      <legend>
        <T k="write.card" /> <Aloud text={say('write.card')} />
      </legend>
      <div class="pictures">
        {offered.map((card) => (
          <label key={card.id} class={`picture card${draft.value.cardId === card.id ? ' on' : ''}`}>
            <input
              type="radio"
              name="card"
              value={card.id}
              checked={draft.value.cardId === card.id}
              onChange={() => draftSet({ cardId: card.id })}
            />
            <CardIcon name={card.icon} colour={card.colour} size={44} />
            <span>
              <Marked text={cardTitle(card)} />
            </span>
          </label>
        ))}
        <label class={`picture card none${draft.value.cardId === null ? ' on' : ''}`}>
          <input
            type="radio"
            name="card"
            value=""
            checked={draft.value.cardId === null}
            onChange={() => draftSet({ cardId: null })}
          />
          <Icon name="minus" size={28} />
          <span>
            <T k="card.none" />
          </span>
        </label>
      </div>
    </fieldset>
  );
}

interface Extra {
  readonly sign: SignName;
  readonly k: 'more.photo' | 'more.draw' | 'more.measure' | 'more.title';
  readonly on: boolean;
  readonly run: () => void;
}

/** What may be added; each opens only when it is wanted, so that the form stays short. */
function Extras({ open }: { open: Opened }): JSX.Element {
  const now = draft.value;
  const list: Extra[] = [
    { sign: 'camera', k: 'more.photo', on: open.photos, run: () => open.set('photos') },
    {
      sign: 'brush',
      k: 'more.draw',
      on: now.drawing.length > 0,
      run: () => {
        step.value = 'draw';
      },
    },
    {
      sign: 'thermometer',
      k: 'more.measure',
      on: open.readings,
      run: () => open.set('readings'),
    },
    { sign: 'title', k: 'more.title', on: open.title, run: () => open.set('title') },
  ];
  return (
    <div class="extras" role="group" aria-label={say('more.label')}>
      {list.map(({ sign, k, on, run }) => (
        <button key={k} type="button" class={`tool${on ? ' on' : ''}`} onClick={run}>
          <Icon name={sign} size={28} />
          <T k={k} />
          {k === 'more.draw' && on && (
            <span class="sr">
              <T k="draw.count" p={{ n: now.drawing.length }} />
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

type Section = 'photos' | 'readings' | 'title';
interface Opened {
  readonly photos: boolean;
  readonly readings: boolean;
  readonly title: boolean;
  readonly set: (section: Section) => void;
}

const opened = new Set<Section>();

function useOpened(): Opened {
  const now = draft.value;
  return {
    photos: now.photos.length > 0 || opened.has('photos'),
    readings: now.measuring.length > 0 || opened.has('readings'),
    title: now.title !== '' || opened.has('title'),
    set: (section) => {
      opened.add(section);
      draftSet({});
      requestAnimationFrame(() => {
        const part = document.querySelector<HTMLElement>(`[data-section="${section}"]`);
        part?.scrollIntoView({ block: 'center', behavior: 'smooth' });
        part?.querySelector<HTMLElement>('button, input')?.focus({ preventScroll: true });
      });
    },
  };
}

function GuardNote(): JSX.Element | null {
  if (guardNote.value !== 'moved' || draft.value.source !== 'guarded') return null;
  return (
    <div class="guard-note" role="status">
      <svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false">
        <path class="guard-house" d="M5 25L17 14l12 11v17H5Z" />
        <path class="guard-way" d="M24 21c7-6 13-4 14 3" />
        <path
          class="guard-pin"
          d="M38 26a6 6 0 0 1 6 6c0 4-4 6-6 10c-2-4-6-6-6-10a6 6 0 0 1 6-6Z"
        />
      </svg>
      <p>
        <T k="guard.told" /> <Aloud text={say('guard.told')} />
      </p>
    </div>
  );
}

export function WriteForm(): JSX.Element {
  const heading = useFocused<HTMLHeadingElement>();
  const form = useRef<HTMLFormElement>(null);
  const open = useOpened();
  useEffect(() => {
    sheet.value = 'full';
    return () => {
      sheet.value = 'half';
      opened.clear();
    };
  }, []);
  const wrong = tried.value ? faults.value : [];
  const send = async (): Promise<void> => {
    tried.value = true;
    if (faults.value.length > 0) {
      // After the faults are on the screen.
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>('[data-fault]')?.focus(),
      );
      return;
    }
    if (await similarLook()) step.value = 'similar';
    else await writeSend();
  };
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
          void send();
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
        <GuardNote />
        <Kinds wrong={wrong.includes('kind')} />
        <Words wrong={wrong} />
        <Moods />
        <Cards />
        <div>
          <p class="label" id="more-label">
            <T k="more.label" />
          </p>
          <Extras open={open} />
        </div>
        {open.title && (
          <label data-section="title">
            <span class="label">
              <T k="write.titleField" />
            </span>
            <input
              type="text"
              maxLength={TITLE_LIMIT}
              autoComplete="off"
              value={draft.value.title}
              onInput={(event) => draftSet({ title: event.currentTarget.value })}
            />
          </label>
        )}
        {open.readings && (
          <div data-section="readings">
            <ReadingsField />
          </div>
        )}
        {open.photos && (
          <div data-section="photos">
            <PhotosField />
          </div>
        )}
        <PenName />
        <p class="privacy">
          <Icon name="info" size={20} />
          <span>
            <T k={membership.value?.hold ? 'write.privacyClass' : 'write.privacy'} />
          </span>
        </p>
        <FaultLine when={saveFailed.value} k="write.errorSave" />
        <div class="send-row">
          <button type="submit" class="button primary grow" disabled={sending.value}>
            <Icon name="check" />
            <T k={membership.value?.hold ? 'write.sendClass' : 'write.send'} />
          </button>
        </div>
      </form>
    </>
  );
}

/* meeting-form: what a teacher says before the lesson begins; everything but the title has a good default. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Key } from '../i18n/catalogue';
import { type Bounds, mapBounds } from '../state/comments';
import { cards } from '../state/town';
import { uuidV7 } from '../sync/uuid';
import { CardIcon, Icon } from '../ui/icon';
import { say, T } from '../ui/text';
import { localFromTime, polygonFromBounds, timeFromLocal } from './meeting-times';
import {
  MEETING_KINDS,
  type MeetingKind,
  meetingOpen,
  meetingsLoad,
  type NewMeeting,
} from './meetings';
import { Field, tell } from './parts';

const LESSON_MS = 3 * 3600_000;
const GRADES = [0, 1, 2, 3, 4, 5, 6, 7] as const;

interface Form {
  readonly kind: MeetingKind;
  readonly title: string;
  readonly starts: string;
  readonly ends: string;
  readonly cards: readonly string[];
  readonly questions: readonly string[];
  readonly words: string;
  readonly hold: boolean;
  readonly grade: number;
  readonly area: Bounds | null;
}

function empty(now: number): Form {
  return {
    kind: 'class',
    title: '',
    starts: localFromTime(now),
    ends: localFromTime(now + LESSON_MS),
    cards: [],
    questions: [''],
    words: '',
    hold: true,
    grade: 4,
    area: null,
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function newMeeting(id: string, form: Form): NewMeeting {
  return {
    id,
    kind: form.kind,
    title: form.title.trim(),
    starts: timeFromLocal(form.starts) ?? '',
    ends: timeFromLocal(form.ends) ?? '',
    cards: [...form.cards],
    questions: form.questions.map((item) => item.trim()).filter((item) => item !== ''),
    words: lines(form.words),
    hold: form.hold,
    grade: form.kind === 'class' ? form.grade : 0,
    area: form.area === null ? null : polygonFromBounds(form.area),
  };
}

function faultOf(form: Form): Key | null {
  if (form.title.trim() === '') return 'desk.meet.needTitle';
  const starts = timeFromLocal(form.starts);
  const ends = timeFromLocal(form.ends);
  if (starts === null || ends === null || ends <= starts) return 'desk.meet.needTimes';
  return null;
}

function Cards({
  chosen,
  change,
}: {
  chosen: readonly string[];
  change: (cards: string[]) => void;
}): JSX.Element | null {
  if (cards.value.length === 0) return null;
  return (
    <fieldset>
      <legend>
        <T k="desk.meet.cards" />
      </legend>
      <p class="hint">
        <T k="desk.meet.cardsHint" />
      </p>
      <div class="chips">
        {cards.value.map((card) => {
          const on = chosen.includes(card.id);
          return (
            <button
              type="button"
              key={card.id}
              class={on ? 'chip card-chip on' : 'chip card-chip'}
              aria-pressed={on}
              onClick={() =>
                change(on ? chosen.filter((id) => id !== card.id) : [...chosen, card.id])
              }
            >
              <CardIcon name={card.icon} colour={card.colour} size={28} />
              {card.title}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}

function Questions({
  list,
  change,
}: {
  list: readonly string[];
  change: (list: string[]) => void;
}): JSX.Element {
  return (
    <fieldset class="questions">
      <legend>
        <T k="desk.meet.questions" />
      </legend>
      <p class="hint">
        <T k="desk.meet.questionsHint" />
      </p>
      {list.map((text, i) => (
        <input
          key={i}
          type="text"
          maxLength={200}
          aria-label={say('desk.meet.question', { n: i + 1 })}
          value={text}
          onInput={(event) => {
            const value = event.currentTarget.value;
            change(list.map((item, at) => (at === i ? value : item)));
          }}
        />
      ))}
      {list.length < 10 && (
        <button type="button" class="text-button" onClick={() => change([...list, ''])}>
          <Icon name="plus" size={18} />
          <T k="desk.meet.questionMore" />
        </button>
      )}
    </fieldset>
  );
}

function Area({
  area,
  change,
}: {
  area: Bounds | null;
  change: (area: Bounds | null) => void;
}): JSX.Element {
  return (
    <fieldset>
      <legend>
        <T k="desk.meet.area" />
      </legend>
      <div class="chips">
        <button
          type="button"
          class={area === null ? 'chip on' : 'chip'}
          aria-pressed={area === null}
          onClick={() => change(null)}
        >
          <T k="desk.meet.areaAll" />
        </button>
        <button
          type="button"
          class={area === null ? 'chip' : 'chip on'}
          aria-pressed={area !== null}
          disabled={mapBounds.value === null}
          onClick={() => change(mapBounds.value)}
        >
          <T k="desk.meet.areaMap" />
        </button>
      </div>
    </fieldset>
  );
}

export function MeetingForm({
  opened,
  cancel,
}: {
  opened: (id: string) => void;
  cancel: () => void;
}): JSX.Element {
  const form = useSignal<Form>(empty(Date.now()));
  const tried = useSignal(false);
  const busy = useSignal(false);
  // The id is made once: pressing again after a lost answer opens the same meeting.
  const id = useRef(uuidV7(Date.now()));
  const root = useRef<HTMLFormElement>(null);
  useEffect(() => root.current?.querySelector('input')?.focus(), []);
  const set = (change: Partial<Form>): void => {
    form.value = { ...form.value, ...change };
  };
  const fault = faultOf(form.value);

  const send = async (): Promise<void> => {
    tried.value = true;
    if (fault !== null || busy.value) return;
    busy.value = true;
    const answer = await meetingOpen(newMeeting(id.current, form.value));
    busy.value = false;
    if (!answer.ok) return tell(answer.failure);
    void meetingsLoad();
    opened(answer.value.meeting.id);
  };

  return (
    <form
      class="desk-form"
      ref={root}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>
        <T k="desk.meet.new" />
      </h2>
      <Field label="desk.meet.title" hint="desk.meet.titleHint">
        {(field) => (
          <input
            id={field}
            type="text"
            maxLength={120}
            value={form.value.title}
            aria-invalid={tried.value && fault === 'desk.meet.needTitle'}
            onInput={(event) => set({ title: event.currentTarget.value })}
          />
        )}
      </Field>
      <fieldset>
        <legend>
          <T k="desk.meet.kind" />
        </legend>
        <div class="chips">
          {MEETING_KINDS.map((kind) => (
            <button
              type="button"
              key={kind}
              class={form.value.kind === kind ? 'chip on' : 'chip'}
              aria-pressed={form.value.kind === kind}
              onClick={() => set({ kind, hold: kind === 'class' || form.value.hold })}
            >
              <T k={`desk.kind.${kind}`} />
            </button>
          ))}
        </div>
      </fieldset>
      <div class="pair">
        <Field label="desk.meet.starts">
          {(field) => (
            <input
              id={field}
              type="datetime-local"
              value={form.value.starts}
              onInput={(event) => set({ starts: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="desk.meet.ends">
          {(field) => (
            <input
              id={field}
              type="datetime-local"
              value={form.value.ends}
              aria-invalid={tried.value && fault === 'desk.meet.needTimes'}
              onInput={(event) => set({ ends: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      {form.value.kind === 'class' && (
        <Field label="desk.meet.grade" hint="desk.meet.gradeHint">
          {(field) => (
            <select
              id={field}
              value={form.value.grade}
              onChange={(event) => set({ grade: Number(event.currentTarget.value) })}
            >
              {GRADES.map((grade) => (
                <option key={grade} value={grade}>
                  {say(
                    grade === 0
                      ? 'desk.grade.none'
                      : grade === 7
                        ? 'desk.grade.junior'
                        : 'desk.grade.n',
                    { n: grade },
                  )}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Area area={form.value.area} change={(area) => set({ area })} />
      <Cards chosen={form.value.cards} change={(list) => set({ cards: list })} />
      <Questions list={form.value.questions} change={(questions) => set({ questions })} />
      <Field label="desk.meet.words" hint="desk.meet.wordsHint">
        {(field) => (
          <textarea
            id={field}
            rows={3}
            value={form.value.words}
            onInput={(event) => set({ words: event.currentTarget.value })}
          />
        )}
      </Field>
      <label class="switch wide-switch">
        <input
          type="checkbox"
          checked={form.value.hold}
          onChange={(event) => set({ hold: event.currentTarget.checked })}
        />
        <span>
          <T k="desk.meet.hold" />
        </span>
      </label>
      <p class="desk-error" role="alert">
        {tried.value && fault !== null && <T k={fault} />}
      </p>
      <div class="row">
        <button type="submit" class="button primary" disabled={busy.value}>
          <T k="desk.meet.go" />
        </button>
        <button type="button" class="button" onClick={cancel}>
          <T k="desk.cancel" />
        </button>
      </div>
    </form>
  );
}

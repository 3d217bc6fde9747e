/* join-panel: into a class or workshop: code, meeting, pen name, PIN, words; or back under a name. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { FreeName, Meeting } from '../../api/own';
import type { Key } from '../../i18n/catalogue';
import { cityFormat } from '../../i18n/time';
import {
  codeKept,
  handOver,
  joinBusy,
  joined,
  joinOpen,
  joinTrouble,
  nameReturn,
  nameTake,
  recoveryWords,
} from '../../state/joining';
import { membership } from '../../state/own';
import { lang } from '../../state/prefs';
import { close, navigate, view } from '../../state/route';
import { Aloud } from '../aloud';
import { useFocused } from '../focused';
import { Icon } from '../icon';
import { sheet } from '../layout';
import { say, T } from '../text';
import { AnimalPicture } from './animal';
import { PIN_LENGTH, Pin } from './pin';

const TROUBLE: Readonly<Record<string, Key>> = {
  code: 'join.troubleCode',
  network: 'join.troubleNetwork',
  many: 'join.troubleMany',
  taken: 'join.troubleTaken',
  wrong: 'join.troubleWrong',
  other: 'join.troubleOther',
};

function Trouble(): JSX.Element | null {
  const key = TROUBLE[joinTrouble.value];
  if (key === undefined) return null;
  return (
    <p class="fault" role="alert">
      <Icon name="warn" size={18} />
      <T k={key} />
    </p>
  );
}

function Heading({ k, p }: { k: Key; p?: Record<string, string> }): JSX.Element {
  const heading = useFocused<HTMLHeadingElement>();
  return (
    <h2 class="join-title" tabIndex={-1} ref={heading}>
      <T k={k} {...(p === undefined ? {} : { p })} /> <Aloud text={say(k, p)} />
    </h2>
  );
}

function Code({ start, onDone }: { start: string; onDone: () => void }): JSX.Element {
  const code = useSignal(start);
  const tried = useRef(false);
  const open = async (): Promise<void> => {
    if (await joinOpen(code.value)) onDone();
  };
  useEffect(() => {
    // A scanned card brings the code along.
    if (start !== '' && !tried.current) {
      tried.current = true;
      void open();
    }
  }, []);
  return (
    <form
      class="join-step"
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      <Heading k="join.code" />
      <p>
        <T k="join.codeHelp" />
      </p>
      <input
        class="code-input"
        type="text"
        autoComplete="off"
        autoCapitalize="characters"
        spellcheck={false}
        maxLength={12}
        aria-label={say('join.code')}
        value={code.value}
        onInput={(event) => {
          code.value = event.currentTarget.value;
        }}
      />
      <Trouble />
      <button
        type="submit"
        class="button primary big"
        disabled={code.value.trim().length < 8 || joinBusy.value}
      >
        <T k={joinBusy.value ? 'join.busy' : 'join.next'} />
      </button>
    </form>
  );
}

function hours({ startsMs, endsMs }: Meeting): string {
  const format = cityFormat(lang.value, {
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  });
  return format.formatRange(startsMs, endsMs);
}

function MeetingShown({
  meeting,
  onNew,
  onBack,
}: {
  meeting: Meeting;
  onNew: () => void;
  onBack: () => void;
}): JSX.Element {
  return (
    <div class="join-step">
      <Heading k="join.meeting" />
      <div class="meeting-card">
        <p class="meeting-title">
          {meeting.title} <Aloud text={meeting.title} />
        </p>
        {meeting.startsMs > 0 && <p class="soft">{hours(meeting)}</p>}
        {meeting.questions.length > 0 && (
          <ul class="questions">
            {meeting.questions.map((question) => (
              <li key={question}>
                <Icon name="unsure" size={18} />
                {question}
              </li>
            ))}
          </ul>
        )}
      </div>
      <button type="button" class="button primary big" onClick={onNew}>
        <Icon name="people" />
        <T k="join.first" />
      </button>
      <button type="button" class="button big" onClick={onBack}>
        <Icon name="undo" />
        <T k="join.again" />
      </button>
      <p class="hint">
        <T k="join.noName" />
      </p>
    </div>
  );
}

const OFFERED = 12;

function Names({
  names,
  onPick,
}: {
  names: readonly FreeName[];
  onPick: (name: FreeName) => void;
}): JSX.Element {
  const from = useSignal(0);
  const page = names.slice(from.value, from.value + OFFERED);
  return (
    <div class="join-step">
      <Heading k="join.pick" />
      <p>
        <T k="join.pickHelp" />
      </p>
      <Trouble />
      <ul class="pictures names">
        {page.map((name) => (
          <li key={name.name}>
            <button type="button" class="picture" onClick={() => onPick(name)}>
              <AnimalPicture animal={name.animal} colour={name.colour} />
              <span>{name.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {names.length > OFFERED && (
        <button
          type="button"
          class="button"
          onClick={() => {
            from.value = from.value + OFFERED >= names.length ? 0 : from.value + OFFERED;
          }}
        >
          <Icon name="turnRight" />
          <T k="join.moreNames" />
        </button>
      )}
    </div>
  );
}

function NewPin({ name, onDone }: { name: FreeName; onDone: () => void }): JSX.Element {
  const first = useSignal('');
  const pin = useSignal('');
  const differ = useSignal(false);
  const full = (typed: string): void => {
    if (first.value === '') {
      first.value = typed;
      pin.value = '';
      differ.value = false;
    } else if (first.value !== typed) {
      differ.value = true;
      first.value = '';
      pin.value = '';
    } else {
      void nameTake(name, typed).then((done) => {
        if (done) onDone();
        else {
          first.value = '';
          pin.value = '';
        }
      });
    }
  };
  const again = first.value !== '';
  return (
    <div class="join-step">
      <p class="as-whom big">
        <AnimalPicture animal={name.animal} colour={name.colour} size={56} />
        <span>{name.name}</span>
      </p>
      <Heading k={again ? 'join.pinAgain' : 'join.pin'} key={String(again)} />
      <p>
        <T k="join.pinHelp" p={{ n: PIN_LENGTH }} />
      </p>
      {differ.value && (
        <p class="fault" role="alert">
          <Icon name="warn" size={18} />
          <T k="join.pinDiffers" />
        </p>
      )}
      <Trouble />
      <Pin value={pin} onFull={full} />
    </div>
  );
}

function Return({ onDone }: { onDone: () => void }): JSX.Element {
  const name = useSignal('');
  const pin = useSignal('');
  const words = useSignal('');
  const byWords = useSignal(false);
  const back = (by: { pin: string } | { words: string[] }): void => {
    if (name.value.trim() === '') return;
    void nameReturn(name.value, by).then((done) => {
      if (done) onDone();
      else pin.value = '';
    });
  };
  const list = words.value.split(/[\s、,・]+/u).filter((word) => word !== '');
  return (
    <div class="join-step">
      <Heading k="join.again" />
      <label>
        <span class="label">
          <T k="join.yourName" />
        </span>
        <input
          type="text"
          autoComplete="off"
          maxLength={40}
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
      </label>
      <Trouble />
      {byWords.value ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            back({ words: list });
          }}
        >
          <label>
            <span class="label">
              <T k="join.wordsType" />
            </span>
            <input
              type="text"
              autoComplete="off"
              value={words.value}
              onInput={(event) => {
                words.value = event.currentTarget.value;
              }}
            />
          </label>
          <button
            type="submit"
            class="button primary big"
            disabled={list.length < 4 || name.value.trim() === '' || joinBusy.value}
          >
            <T k="join.next" />
          </button>
        </form>
      ) : (
        <>
          <p class="label">
            <T k="join.pinYours" p={{ n: PIN_LENGTH }} />
          </p>
          <Pin value={pin} onFull={(typed) => back({ pin: typed })} />
        </>
      )}
      <button
        type="button"
        class="text-button"
        onClick={() => {
          byWords.value = !byWords.value;
        }}
      >
        <T k={byWords.value ? 'join.byPin' : 'join.byWords'} />
      </button>
    </div>
  );
}

function Words({ onDone }: { onDone: () => void }): JSX.Element {
  const member = membership.value;
  return (
    <div class="join-step recovery">
      <Heading k="join.words" />
      <p>
        <T k="join.wordsHelp" />
      </p>
      {member !== null && (
        <p class="as-whom big">
          <AnimalPicture animal={member.animal} colour={member.colour} size={56} />
          <span>{member.penName}</span>
        </p>
      )}
      <ol class="word-cards">
        {(recoveryWords.value ?? []).map((word, i) => (
          <li key={word} class={`word-card word-${i}`}>
            <span class="word-number">{i + 1}</span>
            {word}
          </li>
        ))}
      </ol>
      <div class="row">
        <button type="button" class="button" onClick={() => print()}>
          <Icon name="print" />
          <T k="join.print" />
        </button>
      </div>
      <button type="button" class="button primary big" onClick={onDone}>
        <Icon name="check" />
        <T k="join.wrote" />
      </button>
    </div>
  );
}

type Stage = 'code' | 'meeting' | 'names' | 'pin' | 'return' | 'words';
const BEFORE: Readonly<Record<Stage, Stage | null>> = {
  code: null,
  meeting: 'code',
  names: 'meeting',
  pin: 'names',
  return: 'meeting',
  words: null,
};

function done(): void {
  recoveryWords.value = null;
  navigate({ name: 'list' });
}

export function JoinPanel(): JSX.Element {
  const now = view.value;
  const code = now.name === 'join' ? now.code : '';
  const stage = useSignal<Stage>(recoveryWords.value === null ? 'code' : 'words');
  const picked = useSignal<FreeName | null>(null);
  useEffect(() => {
    sheet.value = 'full';
    joinTrouble.value = 'none';
    // Whoever comes by a card takes the tablet over.
    if (membership.value !== null && recoveryWords.value === null) void handOver();
    return () => {
      sheet.value = 'half';
    };
  }, []);
  const meeting = joined.value?.meeting;
  const before = BEFORE[stage.value];
  const go = (to: Stage): void => {
    joinTrouble.value = 'none';
    stage.value = to;
  };
  return (
    <>
      <div class="panel-bar">
        <button
          type="button"
          class="text-button back"
          onClick={() => {
            if (stage.value === 'words') done();
            else if (before === null) close();
            else go(before);
          }}
        >
          <Icon name="back" />
          <T k={before === null ? 'comment.close' : 'join.back'} />
        </button>
      </div>
      <div class="scroll join" key={stage.value}>
        {stage.value === 'code' && <Code start={code || codeKept()} onDone={() => go('meeting')} />}
        {stage.value === 'meeting' && meeting !== undefined && (
          <MeetingShown meeting={meeting} onNew={() => go('names')} onBack={() => go('return')} />
        )}
        {stage.value === 'names' && (
          <Names
            names={joined.value?.penNames ?? []}
            onPick={(name) => {
              picked.value = name;
              go('pin');
            }}
          />
        )}
        {stage.value === 'pin' && picked.value !== null && (
          <NewPin name={picked.value} onDone={() => go('words')} />
        )}
        {stage.value === 'return' && <Return onDone={done} />}
        {stage.value === 'words' && <Words onDone={done} />}
      </div>
    </>
  );
}

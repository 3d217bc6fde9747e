/* spaces: open ones, members' ones, those of one organisation; how people come into them. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isJson } from '../api/parse';
import { notify } from '../state/notice';
import { uuidV7 } from '../sync/uuid';
import { Icon } from '../ui/icon';
import { T } from '../ui/text';
import { ask } from './ask';
import { clockText, Failed, Field, Loading, tell } from './parts';
import { mayInvite, maySpace } from './session';

type Tier = 'A' | 'B' | 'C';
const TIERS: readonly Tier[] = ['A', 'B', 'C'];

interface Space {
  readonly id: string;
  readonly tier: Tier;
  readonly name: string;
  readonly organisation: string;
}

interface Invitation {
  readonly code: string;
  readonly until: string;
}

function spaceFromJson(json: unknown): Space | null {
  if (!isJson(json) || typeof json.id !== 'string') return null;
  const tier = TIERS.find((item) => item === json.tier);
  if (tier === undefined) return null;
  return {
    id: json.id,
    tier,
    name: String(json.name),
    organisation: typeof json.organisation === 'string' ? json.organisation : '',
  };
}

function NewSpace({ made, cancel }: { made: () => void; cancel: () => void }): JSX.Element {
  // Made once: pressing again after a lost answer makes the same space.
  const id = useRef(uuidV7(Date.now()));
  const tier = useSignal<Tier>('B');
  const name = useSignal('');
  const organisation = useSignal('');
  const save = async (): Promise<void> => {
    if (name.value.trim() === '') return notify('desk.meet.needTitle');
    const answer = await ask('POST', '/api/spaces', spaceFromJson, {
      id: id.current,
      tier: tier.value,
      name: name.value.trim(),
      ...(organisation.value.trim() === '' ? {} : { organisation: organisation.value.trim() }),
    });
    if (answer.ok) made();
    else tell(answer.failure);
  };
  return (
    <form
      class="desk-card"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>
        <T k="desk.space.new" />
      </h3>
      <fieldset>
        <legend>
          <T k="desk.space.tier" />
        </legend>
        <div class="chips">
          {TIERS.map((item) => (
            <button
              type="button"
              key={item}
              class={tier.value === item ? 'chip on' : 'chip'}
              aria-pressed={tier.value === item}
              onClick={() => {
                tier.value = item;
              }}
            >
              <T k={`desk.space.${item}`} />
            </button>
          ))}
        </div>
      </fieldset>
      <Field label="desk.meet.title">
        {(field) => (
          <input
            id={field}
            type="text"
            maxLength={120}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <Field label="desk.people.organisation">
        {(field) => (
          <input
            id={field}
            type="text"
            maxLength={120}
            value={organisation.value}
            onInput={(event) => {
              organisation.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <div class="row">
        <button type="submit" class="button primary">
          <T k="desk.people.make" />
        </button>
        <button type="button" class="button" onClick={cancel}>
          <T k="desk.cancel" />
        </button>
      </div>
    </form>
  );
}

function Row({ space }: { space: Space }): JSX.Element {
  const invitation = useSignal<Invitation | null>(null);
  const invite = async (): Promise<void> => {
    const answer = await ask(
      'POST',
      '/api/invitations',
      (json) =>
        isJson(json) && typeof json.code === 'string'
          ? { code: json.code, until: String(json.until) }
          : null,
      { space: space.id },
    );
    if (answer.ok) invitation.value = answer.value;
    else tell(answer.failure);
  };
  const now = invitation.value;
  return (
    <li class="space-row">
      <div class="row">
        <span class="state-chip">
          <T k={`desk.space.${space.tier}`} />
        </span>
        <span class="desk-row-title">{space.name}</span>
        <span class="desk-row-more">{space.organisation}</span>
        {space.tier !== 'A' && mayInvite.value && (
          <button type="button" class="button quiet" onClick={() => void invite()}>
            <T k="desk.space.invite" />
          </button>
        )}
      </div>
      {now !== null && (
        <div class="desk-note" role="status">
          <p>
            <T k="desk.space.code" p={{ at: clockText(now.until) }} />
          </p>
          <p class="secret">{now.code.replace(/^(.{5})(.{5})$/, '$1-$2')}</p>
          <p class="hint">{`${location.origin}/#/desk/invited/${now.code}`}</p>
        </div>
      )}
    </li>
  );
}

export function Spaces(): JSX.Element {
  const list = useSignal<readonly Space[] | null>(null);
  const failed = useSignal(false);
  const adding = useSignal(false);
  const load = async (): Promise<void> => {
    const answer = await ask('GET', '/api/spaces', (json) =>
      isJson(json) && Array.isArray(json.spaces)
        ? json.spaces.map(spaceFromJson).filter((space) => space !== null)
        : null,
    );
    failed.value = !answer.ok;
    if (answer.ok) list.value = answer.value;
  };
  useEffect(() => {
    void load();
  }, []);
  return (
    <>
      <div class="desk-head">
        <h2>
          <T k="desk.tab.spaces" />
        </h2>
        {maySpace.value && !adding.value && (
          <button
            type="button"
            class="button primary"
            onClick={() => {
              adding.value = true;
            }}
          >
            <Icon name="plus" size={20} />
            <T k="desk.space.new" />
          </button>
        )}
      </div>
      <p class="hint">
        <T k="desk.space.hint" />
      </p>
      {adding.value && (
        <NewSpace
          made={() => {
            adding.value = false;
            void load();
          }}
          cancel={() => {
            adding.value = false;
          }}
        />
      )}
      {failed.value && list.value === null && <Failed retry={() => void load()} />}
      {!failed.value && list.value === null && <Loading />}
      {list.value?.length === 0 && (
        <p class="empty">
          <T k="desk.space.none" />
        </p>
      )}
      <ul class="desk-list">
        {list.value?.map((space) => (
          <Row key={space.id} space={space} />
        ))}
      </ul>
    </>
  );
}

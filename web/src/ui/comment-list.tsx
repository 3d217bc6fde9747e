/* comment-list: search, filter and the list, a full twin of the map for keyboard and screen reader. */
import { effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Key } from '../i18n/catalogue';
import {
  filter,
  filterCount,
  filtered,
  found,
  listHasMore,
  listLoad,
  listMore,
  listState,
  NO_FILTER,
  onlyInView,
  type ShownComment,
  shown,
} from '../state/comments';
import { marks } from '../state/own';
import { linkTo, view } from '../state/route';
import { cards } from '../state/town';
import { draft, draftDelete, leftDraft, step, writeStart } from '../state/writing';
import { CHANNEL, type Channel } from '../sync/words';
import { cardTitle, HatLabel, KINDS, kindKey } from './comment/labels';
import { Signs } from './comment/parts';
import { CardIcon, Icon, KindIcon } from './icon';
import { sheet } from './layout';
import { hovered } from './map-view';
import { MarkSign } from './mark';
import { Marked, say, T } from './text';
import { When } from './time';

const filterOpen = signal(false);
const CHANNELS = Object.keys(CHANNEL) as Channel[];

function toggled(list: readonly string[], item: string): string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}

export function SearchBar(): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  // While an input method composes, its half-made letters are not searched for.
  const composing = useRef(false);
  const search = (text: string): void => {
    if (!composing.current && text !== filter.value.q) filter.value = { ...filter.value, q: text };
  };
  return (
    <div class="search">
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          composing.current = false;
          search(input.current?.value ?? '');
          input.current?.blur();
        }}
      >
        <label class="search-field">
          <span class="sr">
            <T k="list.search" />
          </span>
          <Icon name="search" />
          <input
            ref={input}
            type="search"
            inputMode="search"
            enterKeyHint="search"
            autoComplete="off"
            maxLength={60}
            placeholder={say('list.searchHint')}
            value={filter.value.q}
            onCompositionStart={() => {
              composing.current = true;
            }}
            onCompositionEnd={(event) => {
              composing.current = false;
              search(event.currentTarget.value);
            }}
            onInput={(event) => search(event.currentTarget.value)}
            onFocus={() => {
              if (sheet.value === 'peek') sheet.value = 'half';
            }}
          />
          {filter.value.q !== '' && (
            <button
              type="button"
              class="icon-button small"
              aria-label={say('list.searchClear')}
              onClick={() => {
                filter.value = { ...filter.value, q: '' };
                input.current?.focus();
              }}
            >
              <Icon name="close" size={18} />
            </button>
          )}
        </label>
        <button
          type="button"
          class={`chip filter-toggle${filterCount.value > 0 ? ' on' : ''}`}
          aria-expanded={filterOpen.value}
          aria-controls="filters"
          onClick={() => {
            filterOpen.value = !filterOpen.value;
            if (sheet.value === 'peek') sheet.value = 'half';
          }}
        >
          <Icon name="filter" size={20} />
          {filterCount.value > 0 ? (
            <T k="list.filterOn" p={{ n: filterCount.value }} />
          ) : (
            <T k="list.filter" />
          )}
        </button>
      </form>
    </div>
  );
}

function Filters(): JSX.Element {
  const now = filter.value;
  return (
    <div id="filters" class="filters" hidden={!filterOpen.value}>
      <fieldset>
        <legend>
          <T k="kind.label" />
        </legend>
        <div class="chips">
          {KINDS.map((kind) => (
            <button
              key={kind}
              type="button"
              class={`chip kind-chip${now.kinds.includes(kind) ? ' on' : ''}`}
              aria-pressed={now.kinds.includes(kind)}
              onClick={() => {
                filter.value = { ...now, kinds: toggled(now.kinds, kind) };
              }}
            >
              <KindIcon kind={kind} size={22} />
              <T k={kindKey(kind)} />
            </button>
          ))}
        </div>
      </fieldset>
      {cards.value.length > 0 && (
        <fieldset>
          <legend>
            <T k="card.label" />
          </legend>
          <div class="chips">
            {cards.value.map((card) => (
              <button
                key={card.id}
                type="button"
                class={`chip card-chip${now.cards.includes(card.id) ? ' on' : ''}`}
                aria-pressed={now.cards.includes(card.id)}
                onClick={() => {
                  filter.value = { ...now, cards: toggled(now.cards, card.id) };
                }}
              >
                <CardIcon name={card.icon} colour={card.colour} size={24} />
                <span>
                  <Marked text={cardTitle(card)} />
                </span>
                <span class="number">{card.commentCount}</span>
              </button>
            ))}
          </div>
        </fieldset>
      )}
      <fieldset>
        <legend>
          <T k="channel.label" />
        </legend>
        <div class="chips">
          {CHANNELS.map((channel) => (
            <button
              key={channel}
              type="button"
              class={`chip${now.channels.includes(channel) ? ' on' : ''}`}
              aria-pressed={now.channels.includes(channel)}
              onClick={() => {
                filter.value = { ...now, channels: toggled(now.channels, channel) };
              }}
            >
              <T k={`channel.${channel}`} />
            </button>
          ))}
        </div>
      </fieldset>
      {filterCount.value > 0 && (
        <button
          type="button"
          class="text-button"
          onClick={() => {
            filter.value = { ...NO_FILTER, q: now.q };
          }}
        >
          <T k="list.filterClear" />
        </button>
      )}
    </div>
  );
}

function Item({ comment }: { comment: ShownComment }): JSX.Element {
  const { id, kind, hat, lon, lat } = comment;
  const point = { id, kind, hat, lon, lat };
  return (
    <li>
      <a
        id={`item-${id}`}
        class="item"
        href={linkTo({ name: 'comment', id })}
        onMouseEnter={() => {
          hovered.value = point;
        }}
        onMouseLeave={() => {
          hovered.value = null;
        }}
        onFocus={() => {
          hovered.value = point;
        }}
        onBlur={() => {
          hovered.value = null;
        }}
      >
        <KindIcon kind={kind} size={36} />
        <span class="item-body">
          <span class="item-top">
            <span class={`item-kind kind-${kind}`}>
              <T k={kindKey(kind)} />
            </span>
            {comment.cardTitle !== null && (
              <span class="item-card">
                <CardTitle comment={comment} />
              </span>
            )}
          </span>
          <HatLabel comment={comment} />
          <span class="item-text">
            {comment.title !== '' && <strong class="item-title">{comment.title}</strong>}
            {comment.status === 'masked' ? <T k="comment.masked" /> : comment.text}
          </span>
          <span class="item-meta">
            <span>{comment.penName ?? <T k="comment.anonymous" />}</span>
            <When iso={comment.createdAt} />
            {comment.channel !== 'web' && <T k={`channel.${comment.channel}`} />}
            <Signs comment={comment} />
            {comment.status === 'held' && <T k="comment.held" />}
            {comment.buildingId !== null && (
              <span class="item-sign" title={say('comment.onBuilding')}>
                <Icon name="building" size={15} />
                <span class="sr">
                  <T k="comment.onBuilding" />
                </span>
              </span>
            )}
            {comment.agree > 0 && (
              <span class="item-sign" title={say('list.agree', { n: comment.agree })}>
                <Icon name="agree" size={15} />
                <span aria-hidden="true">{comment.agree}</span>
                <span class="sr">
                  <T k="list.agree" p={{ n: comment.agree }} />
                </span>
              </span>
            )}
            {comment.replyCount > 0 && (
              <span class="item-sign" title={say('list.replies', { n: comment.replyCount })}>
                <Icon name="reply" size={15} />
                <span aria-hidden="true">{comment.replyCount}</span>
                <span class="sr">
                  <T k="list.replies" p={{ n: comment.replyCount }} />
                </span>
              </span>
            )}
          </span>
          <LocalState comment={comment} />
        </span>
      </a>
    </li>
  );
}

export function LocalState({
  comment,
}: {
  comment: Pick<ShownComment, 'id' | 'local' | 'mine'>;
}): JSX.Element | null {
  if (!comment.mine) return null;
  if (comment.local === 'refused') {
    return (
      <span class="local local-refused">
        <Icon name="warn" size={16} />
        <T k="comment.refused" />
      </span>
    );
  }
  const mark = marks.value.get(comment.id) ?? 'city';
  return (
    <span class={`local local-${comment.local}`}>
      <MarkSign mark={mark} />
      <span aria-hidden="true">
        <T k={mark === 'tablet' ? 'comment.waiting' : `mark.${mark}`} />
      </span>
    </span>
  );
}

export function CardTitle({ comment }: { comment: ShownComment }): JSX.Element {
  const card = cards.value.find((item) => item.id === comment.cardId);
  return <Marked text={card === undefined ? (comment.cardTitle ?? '') : cardTitle(card)} />;
}

function Empty(): JSX.Element {
  return (
    <div class="empty">
      <svg viewBox="0 0 160 96" width="160" height="96" aria-hidden="true" focusable="false">
        <path class="empty-ground" d="M8 82c30-12 114-12 144 0Z" />
        <path class="empty-house" d="M26 80V50l20-14l20 14v30ZM96 80V34h34v46Z" />
        <path
          class="empty-pin"
          d="M80 18c9 0 16 7 16 16c0 11-10 18-15 30a1.100 1.100 0 0 1-2 0C74 52 64 45 64 34c0-9 7-16 16-16Z"
        />
        <path class="empty-sign" d="M80 27v13M73.500 33.500h13" />
      </svg>
      {filtered.value || onlyInView.value ? (
        <>
          <p class="empty-title">
            <T k="list.emptyFilter" />
          </p>
          <p>
            <T k="list.emptyFilterHelp" />
          </p>
          <button
            type="button"
            class="button"
            onClick={() => {
              filter.value = NO_FILTER;
              onlyInView.value = false;
            }}
          >
            <T k="list.filterClear" />
          </button>
        </>
      ) : (
        <>
          <p class="empty-title">
            <T k="list.empty" />
          </p>
          <p>
            <T k="list.emptyHelp" />
          </p>
          <button type="button" class="button primary" onClick={writeStart}>
            <T k="write.open" />
          </button>
        </>
      )}
    </div>
  );
}

function Count(): JSX.Element {
  const { n, more } = found.value;
  const key: Key = filtered.value
    ? more
      ? 'list.foundMore'
      : 'list.found'
    : more
      ? 'list.countMore'
      : 'list.count';
  return <T k={key} p={{ n }} />;
}

function LeftDraft(): JSX.Element | null {
  if (!leftDraft.value || step.value !== 'off') return null;
  return (
    <div class="left-draft">
      <p>
        <Icon name="pen" size={18} />
        <T k="write.draft" />
      </p>
      <p class="left-draft-text">{draft.value.text}</p>
      <div class="row">
        <button type="button" class="button primary" onClick={writeStart}>
          <T k="write.draftResume" />
        </button>
        <button type="button" class="button" onClick={draftDelete}>
          <T k="write.draftDelete" />
        </button>
      </div>
    </div>
  );
}

let lastOpened = '';
effect(() => {
  const now = view.value;
  if (now.name === 'comment') lastOpened = now.id;
});

export function CommentList(): JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // Back from a comment: the focus returns to where the reader was.
    if (lastOpened === '') return;
    document.getElementById(`item-${lastOpened}`)?.focus({ preventScroll: false });
    lastOpened = '';
    return () => {
      hovered.value = null;
    };
  }, []);
  const items = shown.value;
  const state = listState.value;
  return (
    <>
      <SearchBar />
      <div class="scroll" tabIndex={-1}>
        <Filters />
        <LeftDraft />
        <div class="list-head">
          <h2>
            <T k="list.title" />{' '}
            <span class="list-count number" data-testid="count">
              {(state !== 'loading' || items.length > 0) && <Count />}
            </span>
          </h2>
          <label class="switch">
            <input
              type="checkbox"
              checked={onlyInView.value}
              onChange={(event) => {
                onlyInView.value = event.currentTarget.checked;
              }}
            />
            <span>
              <T k="list.area" />
            </span>
          </label>
        </div>
        {state === 'failed' && (
          <div class="failed" role="alert">
            <p>
              <T k="list.error" />
            </p>
            <button type="button" class="button" onClick={() => void listLoad()}>
              <T k="list.retry" />
            </button>
          </div>
        )}
        {state === 'loading' && items.length === 0 && (
          <p class="loading">
            <T k="list.loading" />
          </p>
        )}
        {state === 'ready' && items.length === 0 && <Empty />}
        <ol class="items" ref={list} aria-label={say('list.label')} aria-busy={state === 'loading'}>
          {items.map((comment) => (
            <Item key={comment.id} comment={comment} />
          ))}
        </ol>
        {listHasMore.value && (
          <button type="button" class="button more" onClick={() => void listMore()}>
            <T k="list.more" />
          </button>
        )}
      </div>
    </>
  );
}

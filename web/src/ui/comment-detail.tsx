/* comment-detail: one comment with its reactions and replies; one's own can be edited and withdrawn. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { detailLoad, opened, type ShownComment, type ShownReply } from '../state/comments';
import { mineLoad, told } from '../state/mine';
import { notify } from '../state/notice';
import {
  ownEdit,
  ownForget,
  ownReact,
  ownReactions,
  ownReply,
  owns,
  ownWithdraw,
  speaker,
} from '../state/own';
import { close, view } from '../state/route';
import { cards, TEXT_LIMIT } from '../state/town';
import { draftSet, lastSent, replyText, writeStart } from '../state/writing';
import type { Reaction } from '../sync/messages';
import { Aloud } from './aloud';
import { HatLabel, kindKey, Source } from './comment/labels';
import { Photos, Readings, Signs } from './comment/parts';
import { ToldBox } from './comment/told';
import { CardTitle, LocalState } from './comment-list';
import { Left, PenName } from './fields';
import { useFocused } from './focused';
import { CardIcon, Icon, KindIcon } from './icon';
import { sheet } from './layout';
import { townMap } from './map-view';
import { Receipt } from './receipts';
import { refusedKey } from './refused';
import { say, T } from './text';
import { When } from './time';

const VALUES = ['agree', 'disagree', 'unsure'] as const satisfies readonly Reaction[];

function Refused({ comment }: { comment: ShownComment }): JSX.Element | null {
  if (comment.local !== 'refused') return null;
  return (
    <div class="refused" role="alert">
      <p>
        <T k={refusedKey(comment.reason)} p={{ reason: comment.reason }} />
      </p>
      <div class="row">
        <button
          type="button"
          class="button"
          onClick={() => {
            draftSet({
              kind: comment.kind,
              text: comment.text,
              cardId: comment.cardId,
              lon: comment.lon,
              lat: comment.lat,
              buildingId: comment.buildingId ?? '',
              title: comment.title,
              mood: comment.mood,
              shape: comment.shape,
              corners: comment.corners,
              drawing: comment.drawing,
            });
            void ownForget(comment.id);
            close();
            writeStart();
          }}
        >
          <T k="comment.again" />
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            void ownForget(comment.id);
            close();
          }}
        >
          <T k="comment.forget" />
        </button>
      </div>
    </div>
  );
}

function Reactions({ comment }: { comment: ShownComment }): JSX.Element {
  const mine = ownReactions.value.get(comment.id)?.value ?? 'none';
  const total = comment.agree + comment.disagree + comment.unsure;
  return (
    <section class="reactions" aria-labelledby="react-title">
      <h3 id="react-title">
        <T k="react.label" />
      </h3>
      <div class="reaction-row">
        {VALUES.map((value) => (
          <button
            key={value}
            type="button"
            class={`reaction reaction-${value}${mine === value ? ' on' : ''}`}
            aria-pressed={mine === value}
            onClick={() => {
              const next: Reaction = mine === value ? 'none' : value;
              ownReact(comment.id, next)
                .then(() => notify(next === 'none' ? 'react.undone' : 'react.done'))
                .catch(() => notify('write.errorSave'));
            }}
          >
            <Icon name={value} />
            <span>
              <T k={`react.${value}`} />
            </span>
            <span class="number">
              <span aria-hidden="true">{comment[value]}</span>
              <span class="sr">
                <T k="react.count" p={{ n: comment[value] }} />
              </span>
            </span>
          </button>
        ))}
      </div>
      <div class="reaction-bar" aria-hidden="true">
        {total > 0 &&
          VALUES.filter((value) => comment[value] > 0).map((value) => (
            <span key={value} class={`bar-${value}`} style={{ flexGrow: comment[value] }} />
          ))}
      </div>
    </section>
  );
}

function ReplyItem({ reply }: { reply: ShownReply }): JSX.Element {
  return (
    <li class={`reply hat-side-${reply.hat}`}>
      <HatLabel comment={reply} />
      <p class="body">{reply.text}</p>
      <Source source={reply.source} />
      <p class="item-meta">
        <span>{reply.penName ?? <T k="comment.anonymous" />}</span>
        <When iso={reply.createdAt} />
        {reply.edited && <T k="comment.edited" />}
        {reply.mine && (
          <button
            type="button"
            class="text-button"
            onClick={() => {
              ownWithdraw(reply.id)
                .then(() => notify('comment.withdrawn'))
                .catch(() => notify('write.errorSave'));
            }}
          >
            <T k="comment.withdraw" />
          </button>
        )}
      </p>
      <LocalState comment={reply} />
    </li>
  );
}

function ReplyForm({ id }: { id: string }): JSX.Element {
  const begun = replyText.value?.id === id ? replyText.value.text : '';
  const text = useSignal(begun);
  const busy = useSignal(false);
  useEffect(() => {
    replyText.value = null;
  }, []);
  const left = TEXT_LIMIT - [...text.value.trim()].length;
  const send = async (): Promise<void> => {
    if (text.value.trim() === '' || left < 0 || busy.value) return;
    busy.value = true;
    try {
      await ownReply({
        commentId: id,
        text: text.value.trim().normalize('NFC'),
        speaker: speaker.value,
      });
      text.value = '';
      notify('reply.sent');
    } catch {
      notify('write.errorSave');
    } finally {
      busy.value = false;
    }
  };
  return (
    <form
      class="reply-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label>
        <span class="label">
          <T k="reply.text" />
        </span>
        <textarea
          rows={2}
          value={text.value}
          aria-invalid={left < 0}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      {text.value !== '' && (
        <>
          <Left left={left} />
          <PenName />
        </>
      )}
      <button type="submit" class="button" disabled={text.value.trim() === '' || left < 0}>
        <T k="reply.send" />
      </button>
    </form>
  );
}

function OwnActions({ comment }: { comment: ShownComment }): JSX.Element | null {
  const mode = useSignal<'view' | 'edit' | 'ask'>('view');
  const text = useSignal(comment.text);
  if (!comment.mine || comment.local === 'refused') return null;
  const left = TEXT_LIMIT - [...text.value.trim()].length;
  if (mode.value === 'edit') {
    return (
      <form
        class="own-edit"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.value.trim() === '' || left < 0) return;
          ownEdit(comment.id, text.value.trim().normalize('NFC'))
            .then(() => {
              mode.value = 'view';
              notify('comment.saved');
            })
            .catch(() => notify('write.errorSave'));
        }}
      >
        <label>
          <span class="label">
            <T k="comment.editLabel" />
          </span>
          <textarea
            rows={4}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </label>
        <Left left={left} />
        <div class="row">
          <button
            type="submit"
            class="button primary"
            disabled={text.value.trim() === '' || left < 0}
          >
            <T k="comment.editSave" />
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              mode.value = 'view';
            }}
          >
            <T k="write.cancel" />
          </button>
        </div>
      </form>
    );
  }
  if (mode.value === 'ask') {
    return (
      <div class="own-ask" role="alertdialog" aria-label={say('comment.withdrawAsk')}>
        <p>
          <T k="comment.withdrawAsk" />
        </p>
        <div class="row">
          <button
            type="button"
            class="button danger"
            onClick={() => {
              ownWithdraw(comment.id)
                .then(() => {
                  notify('comment.withdrawn');
                  close();
                })
                .catch(() => notify('write.errorSave'));
            }}
          >
            <T k="comment.withdrawYes" />
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              mode.value = 'view';
            }}
          >
            <T k="write.cancel" />
          </button>
        </div>
      </div>
    );
  }
  return (
    <div class="row own-row">
      <span class="mine">
        <T k="comment.mine" />
      </span>
      <button
        type="button"
        class="text-button"
        onClick={() => {
          text.value = comment.text;
          mode.value = 'edit';
        }}
      >
        <Icon name="pen" size={18} />
        <T k="comment.edit" />
      </button>
      <button
        type="button"
        class="text-button"
        onClick={() => {
          mode.value = 'ask';
        }}
      >
        <Icon name="trash" size={18} />
        <T k="comment.withdraw" />
      </button>
    </div>
  );
}

/** For its author: what became of it, and the receipt to find it again. */
function OwnWords({ comment }: { comment: ShownComment }): JSX.Element | null {
  const own = owns.value.get(comment.id);
  const said = told.value.get(comment.id);
  useEffect(() => {
    if (comment.mine && own?.state === 'stored') void mineLoad();
  }, [comment.id, own?.state]);
  if (!comment.mine || own === undefined) return null;
  return (
    <>
      {said !== undefined && said.status !== 'public' && (
        <ToldBox id={comment.id} told={said} receipt={own.receipt} />
      )}
      {own.receipt !== '' && comment.local !== 'refused' && (
        <Receipt code={own.receipt} open={lastSent.value?.id === comment.id} />
      )}
    </>
  );
}

/** An office is not called さん. */
function Author({ name, hat }: { name: string; hat: ShownComment['hat'] }): JSX.Element {
  return hat === 'citizen' || hat === 'pupil' ? (
    <T k="comment.by" p={{ name }} />
  ) : (
    <span>{name}</span>
  );
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    notify('comment.linkDone');
  } catch {
    // Plain http:// has no clipboard.
    notify('comment.linkFailed');
  }
}

function Detail({
  comment,
  replies,
}: {
  comment: ShownComment;
  replies: readonly ShownReply[];
}): JSX.Element {
  const heading = useFocused<HTMLHeadingElement>(comment.id);
  const card = cards.value.find((item) => item.id === comment.cardId);
  return (
    <article class={`detail hat-side-${comment.hat}`} aria-labelledby="detail-title">
      <header class="detail-head">
        <KindIcon kind={comment.kind} size={48} />
        <div>
          <h2 id="detail-title" tabIndex={-1} ref={heading}>
            {comment.title === '' ? <T k={kindKey(comment.kind)} /> : comment.title}
          </h2>
          {comment.title !== '' && (
            <p class={`item-kind kind-${comment.kind}`}>
              <T k={kindKey(comment.kind)} />
            </p>
          )}
          {comment.cardTitle !== null && (
            <p class="detail-card">
              {card !== undefined && <CardIcon name={card.icon} colour={card.colour} size={22} />}
              <CardTitle comment={comment} />
            </p>
          )}
        </div>
      </header>
      <HatLabel comment={comment} />
      {comment.status === 'masked' && !comment.mine ? (
        <p class="body">
          <T k="comment.masked" />
        </p>
      ) : (
        comment.text !== '' && <p class="body">{comment.text}</p>
      )}
      <Source source={comment.source} />
      <Photos comment={comment} />
      <Readings readings={comment.readings} />
      <p class="item-meta">
        <span>
          {comment.penName === null ? (
            <T k="comment.anonymous" />
          ) : (
            <Author name={comment.penName} hat={comment.hat} />
          )}
        </span>
        <When iso={comment.createdAt} />
        <T k={`channel.${comment.channel}`} />
        <Signs comment={comment} />
        {comment.edited && <T k="comment.edited" />}
        {comment.buildingId !== null && (
          <span class="item-sign">
            <Icon name="building" size={16} />
            <T k="comment.onBuilding" />
          </span>
        )}
        {comment.status === 'held' && <T k="comment.held" />}
      </p>
      <LocalState comment={comment} />
      <Refused comment={comment} />
      <OwnWords comment={comment} />
      <OwnActions comment={comment} />
      <div class="row detail-actions">
        <Aloud text={`${comment.title} ${comment.text}`.trim()} wide />
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            if (sheet.value === 'full') sheet.value = 'half';
            townMap.value?.show(comment.lon, comment.lat, true);
          }}
        >
          <Icon name="map" size={20} />
          <T k="comment.showMap" />
        </button>
        <button type="button" class="button quiet" onClick={() => void copyLink()}>
          <Icon name="link" size={20} />
          <T k="comment.link" />
        </button>
      </div>
      {comment.local === 'none' && <Reactions comment={comment} />}
      <section class="replies" aria-labelledby="replies-title">
        <h3 id="replies-title">
          <T k="reply.title" /> <span class="number">{replies.length}</span>
        </h3>
        {replies.length === 0 && (
          <p class="soft">
            <T k="reply.none" />
          </p>
        )}
        <ol>
          {replies.map((reply) => (
            <ReplyItem key={reply.id} reply={reply} />
          ))}
        </ol>
        {comment.local !== 'refused' && <ReplyForm id={comment.id} key={comment.id} />}
      </section>
    </article>
  );
}

export function CommentPanel(): JSX.Element {
  const now = opened.value;
  return (
    <>
      <div class="panel-bar">
        <button type="button" class="text-button back" onClick={close}>
          <Icon name="back" />
          <T k="comment.close" />
        </button>
      </div>
      <div class="scroll">
        {now.state === 'ready' && <Detail comment={now.comment} replies={now.replies} />}
        {now.state === 'loading' && (
          <p class="loading" role="status">
            <T k="comment.loading" />
          </p>
        )}
        {now.state === 'missing' && (
          <div class="empty" role="alert">
            <p class="empty-title">
              <T k="comment.notFound" />
            </p>
            <p>
              <T k="comment.notFoundHelp" />
            </p>
          </div>
        )}
        {now.state === 'failed' && (
          <div class="failed" role="alert">
            <p>
              <T k="list.error" />
            </p>
            <button
              type="button"
              class="button"
              onClick={() => {
                const open = view.value;
                if (open.name === 'comment') void detailLoad(open.id);
              }}
            >
              <T k="list.retry" />
            </button>
          </div>
        )}
      </div>
    </>
  );
}

/* receipts: the codes by which one finds the own comments again, and what became of one of them. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type ReceiptAnswer, receiptOpen, receiptWithdraw } from '../api/own';
import { owns, speaker } from '../state/own';
import { close, linkTo, navigate, view } from '../state/route';
import { receiptRead, receiptShown } from '../sync/receipt';
import { HatLabel, kindKey } from './comment/labels';
import { ToldBox } from './comment/told';
import { useFocused } from './focused';
import { Icon, KindIcon } from './icon';
import { sheet } from './layout';
import { Qr } from './qr';
import { say, T } from './text';
import { When } from './time';

export function receiptAddress(code: string): string {
  return `${location.origin}/#/r/${receiptShown(code)}`;
}

/** The slip that an author takes along. */
export function Receipt({ code, open = false }: { code: string; open?: boolean }): JSX.Element {
  return (
    <details class="receipt" open={open}>
      <summary>
        <Icon name="ticket" />
        <T k="receipt.title" />
      </summary>
      <div class="receipt-slip">
        <Qr text={receiptAddress(code)} label={say('receipt.qr')} />
        <div>
          <p class="receipt-code">{receiptShown(code)}</p>
          <p class="hint">
            <T k="receipt.help" />
          </p>
          <button type="button" class="button quiet" onClick={() => print()}>
            <Icon name="print" size={20} />
            <T k="join.print" />
          </button>
        </div>
      </div>
    </details>
  );
}

function Mine(): JSX.Element | null {
  const rows = [...owns.value.values()]
    .filter(
      (row) =>
        row.receipt !== '' && row.state !== 'withdrawn' && row.authorId === speaker.value.authorId,
    )
    .sort((a, b) => b.madeMs - a.madeMs);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="receipts-mine">
      <h3 id="receipts-mine">
        <T k="receipt.mine" />
      </h3>
      <ol class="receipt-list">
        {rows.map((row) => (
          <li key={row.id}>
            <a href={linkTo({ name: 'comment', id: row.id })}>
              <span class="receipt-code">{receiptShown(row.receipt)}</span>
              <span class="item-text">{row.title || row.text || say('receipt.noWords')}</span>
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Answer({ answer, code }: { answer: ReceiptAnswer; code: string }): JSX.Element {
  const state = useSignal<'view' | 'ask' | 'failed'>('view');
  const now = useSignal(answer);
  const { id, kind, title, text, made, cluster, replies, status } = now.value;
  return (
    <article class="detail" aria-labelledby="receipt-comment">
      <header class="detail-head">
        <KindIcon kind={kind} size={40} />
        <h3 id="receipt-comment">{title || <T k={kindKey(kind)} />}</h3>
      </header>
      {text !== '' && <p class="body">{text}</p>}
      <p class="item-meta">
        <When iso={made} />
      </p>
      <ToldBox id={id} told={now.value} receipt={code} />
      {cluster !== null && (
        <p class="cluster-line">
          <Icon name="people" size={20} />
          <T k="receipt.cluster" p={{ n: cluster }} />
        </p>
      )}
      <section class="replies" aria-labelledby="receipt-replies">
        <h3 id="receipt-replies">
          <T k="reply.title" /> <span class="number">{replies.length}</span>
        </h3>
        {replies.length === 0 && (
          <p class="soft">
            <T k="reply.none" />
          </p>
        )}
        <ol>
          {replies.map((reply) => (
            <li key={reply.id} class={`reply hat-side-${reply.hat}`}>
              <HatLabel comment={reply} />
              <p class="body">{reply.text}</p>
              <p class="item-meta">
                <span>{reply.penName ?? <T k="comment.anonymous" />}</span>
                <When iso={reply.createdAt} />
              </p>
            </li>
          ))}
        </ol>
      </section>
      <div class="row">
        {status === 'public' && (
          <a class="button quiet" href={linkTo({ name: 'comment', id })}>
            <Icon name="map" size={20} />
            <T k="comment.showMap" />
          </a>
        )}
        {status !== 'withdrawn' && state.value === 'view' && (
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              state.value = 'ask';
            }}
          >
            <Icon name="trash" size={20} />
            <T k="comment.withdraw" />
          </button>
        )}
      </div>
      {state.value === 'ask' && (
        <div class="own-ask" role="alertdialog" aria-label={say('comment.withdrawAsk')}>
          <p>
            <T k="comment.withdrawAsk" />
          </p>
          <div class="row">
            <button
              type="button"
              class="button danger"
              onClick={() => {
                void receiptWithdraw(code).then((done) => {
                  state.value = done.ok ? 'view' : 'failed';
                  if (done.ok) now.value = done.value;
                });
              }}
            >
              <T k="comment.withdrawYes" />
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                state.value = 'view';
              }}
            >
              <T k="write.cancel" />
            </button>
          </div>
        </div>
      )}
      {state.value === 'failed' && (
        <p class="fault" role="alert">
          <Icon name="warn" size={18} />
          <T k="state.appealFailed" />
        </p>
      )}
    </article>
  );
}

export function Receipts(): JSX.Element {
  const now = view.value;
  const given = now.name === 'receipts' ? now.code : '';
  const typed = useSignal(given);
  const trouble = useSignal<'none' | 'wrong' | 'unknown' | 'many' | 'network'>('none');
  const answer = useSignal<{ code: string; value: ReceiptAnswer } | null>(null);
  const heading = useFocused<HTMLHeadingElement>();
  const look = async (text: string): Promise<void> => {
    const code = receiptRead(text);
    answer.value = null;
    if (code === null) {
      trouble.value = 'wrong';
      return;
    }
    trouble.value = 'none';
    const told = await receiptOpen(code);
    if (told.ok) answer.value = { code, value: told.value };
    else if (told.failure.kind === 'network') trouble.value = 'network';
    else trouble.value = told.failure.status === 429 ? 'many' : 'unknown';
  };
  useEffect(() => {
    sheet.value = 'full';
    return () => {
      sheet.value = 'half';
    };
  }, []);
  useEffect(() => {
    typed.value = given;
    if (given !== '') void look(given);
  }, [given]);
  return (
    <>
      <div class="panel-bar">
        <button type="button" class="text-button back" onClick={close}>
          <Icon name="back" />
          <T k="comment.close" />
        </button>
      </div>
      <div class="scroll receipts">
        <h2 tabIndex={-1} ref={heading}>
          <T k="receipt.page" />
        </h2>
        <p>
          <T k="receipt.pageHelp" />
        </p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const code = receiptRead(typed.value);
            if (code !== null && receiptShown(code) !== given)
              navigate({ name: 'receipts', code: receiptShown(code) });
            else void look(typed.value);
          }}
        >
          <label>
            <span class="label">
              <T k="receipt.code" />
            </span>
            <input
              class="code-input"
              type="text"
              autoComplete="off"
              autoCapitalize="characters"
              spellcheck={false}
              maxLength={16}
              placeholder="XXXXX-XXXXX"
              value={typed.value}
              onInput={(event) => {
                typed.value = event.currentTarget.value;
              }}
            />
          </label>
          {trouble.value !== 'none' && (
            <p class="fault" role="alert">
              <Icon name="warn" size={18} />
              <T k={`receipt.${trouble.value}`} />
            </p>
          )}
          <button type="submit" class="button primary" disabled={typed.value.trim() === ''}>
            <T k="receipt.open" />
          </button>
        </form>
        {answer.value !== null && (
          <Answer key={answer.value.code} answer={answer.value.value} code={answer.value.code} />
        )}
        <Mine />
      </div>
    </>
  );
}

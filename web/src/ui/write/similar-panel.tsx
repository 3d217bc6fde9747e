/* similar-panel: «someone already wrote here»: agree, answer, or write it all the same. */
import type { JSX } from 'preact';
import { notify } from '../../state/notice';
import { ownReact } from '../../state/own';
import { navigate } from '../../state/route';
import { similar } from '../../state/similar';
import { draft, replyText, sending, step, writeCancel, writeSend } from '../../state/writing';
import { HatLabel } from '../comment/labels';
import { useFocused } from '../focused';
import { Icon, KindIcon } from '../icon';
import { T } from '../text';
import { When } from '../time';

function answer(id: string, agree: boolean): void {
  if (agree) {
    ownReact(id, 'agree')
      .then(() => notify('similar.agreed'))
      .catch(() => notify('write.errorSave'));
  } else replyText.value = { id, text: draft.value.text };
  writeCancel();
  navigate({ name: 'comment', id });
}

export function SimilarPanel(): JSX.Element {
  const heading = useFocused<HTMLHeadingElement>();
  return (
    <>
      <div class="panel-bar">
        <h2 tabIndex={-1} ref={heading}>
          <T k="similar.title" />
        </h2>
        <button
          type="button"
          class="text-button"
          onClick={() => {
            step.value = 'form';
          }}
        >
          <T k="similar.back" />
        </button>
      </div>
      <div class="scroll similar">
        <p>
          <T k="similar.help" />
        </p>
        <ol>
          {similar.value.map(({ comment, metres }) => (
            <li key={comment.id} class="similar-item">
              <p class="item-top">
                <KindIcon kind={comment.kind} size={26} />
                <span>
                  <T k="similar.metres" p={{ n: Math.max(1, Math.round(metres)) }} />
                </span>
                <When iso={comment.createdAt} />
              </p>
              <HatLabel comment={comment} />
              <p class="item-text">
                {comment.title !== '' && <strong>{comment.title} </strong>}
                {comment.text}
              </p>
              <div class="row">
                <button type="button" class="button" onClick={() => answer(comment.id, true)}>
                  <Icon name="agree" />
                  <T k="similar.agree" />
                </button>
                <button type="button" class="button" onClick={() => answer(comment.id, false)}>
                  <Icon name="reply" />
                  <T k="similar.reply" />
                </button>
              </div>
            </li>
          ))}
        </ol>
        <div class="send-row">
          <button
            type="button"
            class="button primary grow"
            disabled={sending.value}
            onClick={() => void writeSend()}
          >
            <Icon name="check" />
            <T k="similar.write" />
          </button>
        </div>
      </div>
    </>
  );
}

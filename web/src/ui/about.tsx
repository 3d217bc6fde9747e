/* about: what this is, how to use it, whose data, and what happens to what one writes. */
import type { JSX } from 'preact';
import { close } from '../state/route';
import { attribution, demo } from '../state/town';
import { KINDS, kindKey } from './comment/labels';
import { useFocused } from './focused';
import { Icon, KindIcon } from './icon';
import { T } from './text';

export function About(): JSX.Element {
  const heading = useFocused<HTMLHeadingElement>();
  return (
    <>
      <div class="panel-bar">
        <button type="button" class="text-button back" onClick={close}>
          <Icon name="back" />
          <T k="comment.close" />
        </button>
      </div>
      <div class="scroll about">
        <h2 tabIndex={-1} ref={heading}>
          <T k="about.title" />
        </h2>
        {demo.value && (
          <p class="demo-note">
            <T k="app.demo.long" />
          </p>
        )}
        <h3>
          <T k="about.what" />
        </h3>
        <p>
          <T k="about.whatText" />
        </p>
        <h3>
          <T k="about.how" />
        </h3>
        <ol class="steps">
          <li>
            <T k="about.how1" />
          </li>
          <li>
            <T k="about.how2" />
          </li>
          <li>
            <T k="about.how3" />
          </li>
        </ol>
        <ul class="legend">
          {KINDS.map((kind) => (
            <li key={kind}>
              <KindIcon kind={kind} size={26} />
              <T k={kindKey(kind)} />
            </li>
          ))}
        </ul>
        <h3>
          <T k="about.who" />
        </h3>
        <p>
          <T k="about.whoText" />
        </p>
        <h3>
          <T k="about.privacy" />
        </h3>
        <p>
          <T k="about.privacyText" />
        </p>
        <h3>
          <T k="about.keys" />
        </h3>
        <p>
          <T k="about.keysText" />
        </p>
        <h3>
          <T k="about.data" />
        </h3>
        {demo.value && (
          <p>
            <T k="about.dataDemo" />
          </p>
        )}
        <p>{attribution.value === '' ? <T k="about.dataNone" /> : attribution.value}</p>
        <p class="soft">
          <T k="about.licence" />
        </p>
      </div>
    </>
  );
}

/* text: sentences of the catalogue on the screen, with ruby where the language has it. */
import type { JSX } from 'preact';
import type { Key } from '../i18n/catalogue';
import { rubyNeeded } from '../i18n/grade';
import { type Params, pieces, plain, sentence } from '../i18n/text';
import { grade, lang } from '../state/prefs';

export function Marked({ text, params }: { text: string; params?: Params }): JSX.Element {
  return (
    <span>
      {pieces(text, params).map((piece, i) =>
        typeof piece === 'string' ? (
          piece
        ) : !rubyNeeded(piece.base, grade.value) ? (
          piece.base
        ) : (
          <ruby key={i}>
            {piece.base}
            <rp>（</rp>
            <rt>{piece.ruby}</rt>
            <rp>）</rp>
          </ruby>
        ),
      )}
    </span>
  );
}

export function T({ k, p }: { k: Key; p?: Params }): JSX.Element {
  return <Marked text={sentence(lang.value, k)} {...(p === undefined ? {} : { params: p })} />;
}

/** A sentence without ruby, for attributes. */
export function say(key: Key, params?: Params): string {
  return plain(sentence(lang.value, key), params);
}

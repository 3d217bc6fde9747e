/* labels: the words and signs that stand beside comments wherever they appear. */
import type { JSX } from 'preact';
import type { Comment, Reply } from '../../api/parse';
import type { Key } from '../../i18n/catalogue';
import { lang } from '../../state/prefs';
import { COMMENT_KIND, type CommentKind } from '../../sync/words';
import { T } from '../text';

export const KINDS = Object.keys(COMMENT_KIND) as CommentKind[];

export const kindKey = (kind: CommentKind): Key => `kind.${kind}`;

export function cardTitle(card: { title: string; titleEasy: string; titleEn: string }): string {
  if (lang.value === 'en') return card.titleEn;
  return lang.value === 'easy' ? card.titleEasy : card.title;
}

/** Who speaks, wherever one speaks; a hat that this app does not know says what the server says. */
export function HatLabel({
  comment,
}: {
  comment: Pick<Comment | Reply, 'hat' | 'hatLabel'>;
}): JSX.Element | null {
  const { hat, hatLabel } = comment;
  if (hat === 'citizen' && hatLabel === null) return null;
  return (
    <span class={`hat hat-${hat}`}>{hat === 'citizen' ? hatLabel : <T k={`hat.${hat}`} />}</span>
  );
}

/** Where the city published an official fact. */
export function Source({ source }: { source: string }): JSX.Element | null {
  if (source === '') return null;
  return (
    <p class="source">
      <T k="comment.source" p={{ source }} />
    </p>
  );
}

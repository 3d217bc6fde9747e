/* refused: the sentence for a reason that a server gave (schema/sync.md S9). */
import type { Key } from '../i18n/catalogue';

const SENTENCES: Readonly<Record<string, Key>> = {
  hat_not_allowed: 'comment.refused.hat_not_allowed',
  not_allowed: 'comment.refused.hat_not_allowed',
  space_not_allowed: 'comment.refused.hat_not_allowed',
  text_too_long: 'comment.refused.too_long',
  too_large: 'comment.refused.too_long',
  too_long: 'comment.refused.too_long',
  pen_name_too_long: 'comment.refused.too_long',
  invalid: 'comment.refused.invalid',
  malformed: 'comment.refused.invalid',
  bad_text: 'comment.refused.invalid',
  bad_pen_name: 'comment.refused.invalid',
  missing_text: 'comment.refused.invalid',
  outside: 'comment.refused.invalid',
  not_author: 'comment.refused.not_author',
  gone: 'comment.refused.gone',
};

export function refusedKey(reason: string): Key {
  return SENTENCES[reason] ?? 'comment.refused.other';
}

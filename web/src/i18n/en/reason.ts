import type { reason as ja } from '../ja/reason';

export const reason: Record<keyof typeof ja, string> = {
  'reason.personal_information': 'it has personal information',
  'reason.third_person_name': 'it names another person',
  'reason.abuse': 'it has words that hurt people',
  'reason.advertising': 'it is advertising',
  'reason.off_topic': 'it is not about the town',
  'reason.duplicate': 'the same is already there',
  'reason.unsafe_place': 'showing this place may be unsafe',
  'reason.person_in_photo': 'a person is in the photo',
  'reason.illegal': 'it may be against the law',
  'reason.test': 'it was written to try things out',
  'reason.signal_word': 'it has a word to look at; a person will read it',
  'reason.signal_duplicate': 'it is much like another; a person will read it',
  'reason.signal_rate': 'many came in a short time; a person will read it',
  'reason.class': 'a teacher or host releases it',
  'reason.space_not_allowed':
    'it is not under the own name of a member of this space; a person will read it',
  'reason.author': 'its author asked for it',
  'reason.other': 'another reason',
};

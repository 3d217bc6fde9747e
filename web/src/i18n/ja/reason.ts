/** Why something is held, masked or hidden: the words of server/moderation/reasons.def. */
export const reason = {
  'reason.personal_information': '個人情報が入っています',
  'reason.third_person_name': 'ほかの人の名前が入っています',
  'reason.abuse': '人を傷つける言葉があります',
  'reason.advertising': '宣伝です',
  'reason.off_topic': 'まちの話題から離れています',
  'reason.duplicate': '同じ書き込みがもうあります',
  'reason.unsafe_place': 'この場所を見せると危ないことがあります',
  'reason.person_in_photo': '写真に人が写っています',
  'reason.illegal': '法律に反するおそれがあります',
  'reason.test': 'ためしの書き込みです',
  'reason.signal_word': '気をつけたい言葉があるため、人が確認します',
  'reason.signal_duplicate': 'よく似た書き込みがあるため、人が確認します',
  'reason.signal_rate': '短い時間に多くの書き込みがあったため、人が確認します',
  'reason.class': '先生や進行役が見てから公開します',
  'reason.author': '書いた人の希望です',
  'reason.other': 'そのほかの理由です',
} as const;

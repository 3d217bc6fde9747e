import type { reason as ja } from '../ja/reason';

export const reason: Record<keyof typeof ja, string> = {
  'reason.personal_information':
    '{名前|なまえ}や{住所|じゅうしょ}など、{人|ひと}のひみつが{入|はい}っています',
  'reason.third_person_name': 'ほかの{人|ひと}の{名前|なまえ}が{入|はい}っています',
  'reason.abuse': '{人|ひと}をきずつけることばがあります',
  'reason.advertising': 'お{店|みせ}などの{宣伝|せんでん}です',
  'reason.off_topic': 'まちの{話|はなし}ではないようです',
  'reason.duplicate': '{同|おな}じ{書|か}きこみが、もうあります',
  'reason.unsafe_place': 'この{場所|ばしょ}を{見|み}せると、あぶないことがあります',
  'reason.person_in_photo': '{写真|しゃしん}に{人|ひと}がうつっています',
  'reason.illegal': 'きまりに{合|あ}わないおそれがあります',
  'reason.test': 'ためしに{書|か}いたものです',
  'reason.signal_word': '{気|き}をつけたいことばがあるので、{人|ひと}が{見|み}てから{出|だ}します',
  'reason.signal_duplicate':
    'にている{書|か}きこみがあるので、{人|ひと}が{見|み}てから{出|だ}します',
  'reason.signal_rate':
    'たくさん{続|つづ}けて{書|か}いたので、{人|ひと}が{見|み}てから{出|だ}します',
  'reason.class': '{先生|せんせい}が{見|み}てから、みんなに{出|だ}します',
  'reason.space_not_allowed':
    'ここのなかまの{名前|なまえ}ではないので、{人|ひと}が{見|み}てから{出|だ}します',
  'reason.author': '{書|か}いた{人|ひと}がのぞみました',
  'reason.other': 'ほかのりゆうです',
};

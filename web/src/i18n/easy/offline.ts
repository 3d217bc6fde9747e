import type { offline as ja } from '../ja/offline';

export const offline: Record<keyof typeof ja, string> = {
  'net.lost':
    'つながりません。{書|か}いたことは この{機械|きかい}に しまって、つながったら {送|おく}ります。',
  'net.back': 'つながりました',
  'net.waiting': '{送|おく}るのを まっています {n} こ',
};

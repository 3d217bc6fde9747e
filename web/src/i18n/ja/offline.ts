export const offline = {
  'net.lost': 'サーバーにつながりません。書き込みはこの端末に保存し、つながったら送ります。',
  'net.back': 'つながりました',
  'net.waiting': '送信待ち {n} 件',
} as const;

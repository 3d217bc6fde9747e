/* measure: sizes of files as people read them. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'] as const;
  let at = 0;
  let size = bytes;
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    at += 1;
  }
  return `${size.toFixed(at > 1 && size < 100 ? 1 : 0)} ${units[at]}`;
}

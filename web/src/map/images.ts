/*
 * images: pins and counts as pictures for the map, drawn when they are first needed.
 *
 * An image's name says all that is in it, and so no list of images has to be kept:
 *   pin/THEME/KIND/HAT        pin-on/THEME/KIND (opened)      pin-wait/THEME/KIND (not yet sent)
 *   count/THEME/N/idea:3,good:1
 */
import { KIND_COLOURS, KIND_PICTURES } from '../icons/kinds';
import { COMMENT_KIND, type CommentKind } from '../sync/messages';

export const PIXEL_RATIO = 2;

const INK = {
  light: {
    rim: '#ffffff',
    sign: '#ffffff',
    stem: '#4a4138',
    paper: '#fffdf9',
    number: '#2b2622',
    shade: 'rgba(60,40,20,0.32)',
    hat: '#c9431f',
  },
  dark: {
    rim: '#15161a',
    sign: '#15161a',
    stem: '#cfc8bd',
    paper: '#24262c',
    number: '#f2ede4',
    shade: 'rgba(0,0,0,0.6)',
    hat: '#ff9a6b',
  },
} as const;

type Theme = 'light' | 'dark';
const KINDS = Object.keys(COMMENT_KIND) as CommentKind[];

function isKind(word: string | undefined): word is CommentKind {
  return word !== undefined && Object.hasOwn(COMMENT_KIND, word);
}

function canvas(width: number, height: number): CanvasRenderingContext2D | null {
  const element = document.createElement('canvas');
  element.width = Math.ceil(width * PIXEL_RATIO);
  element.height = Math.ceil(height * PIXEL_RATIO);
  const context = element.getContext('2d');
  context?.scale(PIXEL_RATIO, PIXEL_RATIO);
  return context;
}

function finished(context: CanvasRenderingContext2D): ImageData {
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height);
}

interface PinLook {
  readonly head: number;
  readonly stem: number;
  readonly alpha: number;
  readonly dashed: boolean;
  readonly ring: boolean;
}

const LOOKS: Record<string, PinLook> = {
  pin: { head: 30, stem: 9, alpha: 1, dashed: false, ring: false },
  'pin-on': { head: 44, stem: 13, alpha: 1, dashed: false, ring: true },
  'pin-wait': { head: 30, stem: 9, alpha: 0.9, dashed: true, ring: false },
};

/** The head stands on a short stem; the point of the stem is the place. */
function pin(theme: Theme, kind: CommentKind, look: PinLook, hat: string): ImageData | null {
  const margin = 6;
  const width = look.head + 2 * margin;
  const height = look.head + look.stem + margin + 4;
  const context = canvas(width, height);
  if (context === null) return null;
  const ink = INK[theme];
  const middle = width / 2;
  const foot = height - 3;
  context.globalAlpha = look.alpha;
  context.fillStyle = ink.shade;
  context.beginPath();
  context.ellipse(middle, foot, look.head / 7, 2, 0, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = ink.stem;
  context.lineWidth = look.head > 40 ? 3 : 2.4;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(middle, margin + look.head - 4);
  context.lineTo(middle, foot);
  context.stroke();

  const scale = look.head / 48;
  context.translate(margin, margin);
  context.scale(scale, scale);
  const outline = new Path2D(KIND_PICTURES[kind].outline);
  context.shadowColor = ink.shade;
  context.shadowBlur = 5 * PIXEL_RATIO;
  context.shadowOffsetY = 1.5 * PIXEL_RATIO;
  context.strokeStyle = look.ring ? ink.number : ink.rim;
  context.lineWidth = look.ring ? 6 : 5;
  context.lineJoin = 'round';
  if (look.dashed) context.setLineDash([6, 5]);
  context.stroke(outline);
  context.setLineDash([]);
  context.shadowColor = 'transparent';
  if (look.ring) {
    context.strokeStyle = ink.rim;
    context.lineWidth = 3;
    context.stroke(outline);
  }
  context.fillStyle = KIND_COLOURS[theme][kind];
  context.fill(outline);
  context.strokeStyle = ink.sign;
  context.lineWidth = 3.6;
  context.lineCap = 'round';
  context.stroke(new Path2D(KIND_PICTURES[kind].sign));
  if (hat === 'official' || hat === 'staff' || hat === 'moderator') {
    // Who speaks is told apart by a mark at the corner: filled for the city, hollow for a person.
    context.fillStyle = hat === 'official' ? ink.hat : ink.rim;
    context.strokeStyle = hat === 'official' ? ink.rim : ink.hat;
    context.lineWidth = 4;
    context.beginPath();
    context.arc(41, 8, 7, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  return finished(context);
}

export function countRadius(count: number): number {
  return Math.min(30, 15 + 5 * Math.log10(Math.max(1, count)));
}

function count(
  theme: Theme,
  total: number,
  parts: ReadonlyMap<CommentKind, number>,
): ImageData | null {
  const radius = countRadius(total);
  const size = 2 * radius + 8;
  const context = canvas(size, size);
  if (context === null) return null;
  const ink = INK[theme];
  const middle = size / 2;
  context.shadowColor = ink.shade;
  context.shadowBlur = 4 * PIXEL_RATIO;
  context.shadowOffsetY = PIXEL_RATIO;
  context.fillStyle = ink.paper;
  context.beginPath();
  context.arc(middle, middle, radius, 0, 2 * Math.PI);
  context.fill();
  context.shadowColor = 'transparent';

  const sum = [...parts.values()].reduce((a, b) => a + b, 0) || 1;
  const gap = parts.size > 1 ? 0.09 : 0;
  let from = -Math.PI / 2;
  context.lineWidth = 4.5;
  context.lineCap = 'butt';
  for (const [kind, n] of parts) {
    const to = from + (2 * Math.PI * n) / sum;
    context.strokeStyle = KIND_COLOURS[theme][kind];
    context.beginPath();
    context.arc(
      middle,
      middle,
      radius - 3.2,
      from + gap / 2,
      Math.max(from + gap / 2 + 0.05, to - gap / 2),
    );
    context.stroke();
    from = to;
  }
  const text = total > 9999 ? `${Math.floor(total / 1000)}k` : String(total);
  context.fillStyle = ink.number;
  context.font = `650 ${text.length > 3 ? 11.5 : 14}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, middle, middle + 0.8);
  return finished(context);
}

/** The picture that a name asks for, or null for a name that is not ours. */
export function imageFromName(name: string): ImageData | null {
  const [shape = '', theme, third = '', fourth = ''] = name.split('/');
  if (theme !== 'light' && theme !== 'dark') return null;
  if (shape === 'count') {
    const parts = new Map<CommentKind, number>();
    for (const part of fourth.split(',')) {
      const [kind, n] = part.split(':');
      if (isKind(kind) && Number(n) > 0) parts.set(kind, Number(n));
    }
    return count(theme, Number(third) || 0, parts);
  }
  const look = LOOKS[shape];
  return look !== undefined && isKind(third) ? pin(theme, third, look, fourth) : null;
}

/** The expression that names a cluster's picture from its counts. */
export function countImage(theme: Theme): unknown[] {
  const parts = KINDS.flatMap((kind, i) => [
    i === 0 ? `${kind}:` : `,${kind}:`,
    ['to-string', ['coalesce', ['get', kind], 0]],
  ]);
  return ['concat', `count/${theme}/`, ['to-string', ['get', 'count']], '/', ...parts];
}

export function pinImage(shape: 'pin' | 'pin-on' | 'pin-wait', theme: Theme): unknown[] {
  return ['concat', `${shape}/${theme}/`, ['get', 'kind'], '/', ['coalesce', ['get', 'hat'], '']];
}

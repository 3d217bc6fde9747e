/*
 * icons: the app's sign as PNG, from the few shapes of public/icon.svg (rect, path, circle).
 *
 * Tablets want pixels for their home screens. A shape is flattened to lines and filled row by row,
 * with eight thin rows a pixel; that is all the drawing a flat sign needs.
 */
import { crc32, deflateSync } from 'node:zlib';

type Point = readonly [number, number];
interface Shape {
  readonly outline: readonly Point[];
  readonly colour: readonly [number, number, number];
}

const VIEW = 48;
const ROWS = 8;
const ARC_STEPS = 24;
/** A maskable icon may be cut to a circle: the sign keeps within its middle. */
const SAFE = 0.8;

function attributes(tag: string): Record<string, string> {
  return Object.fromEntries([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
}

/** A quarter turn or less of a circle, as the paths of the sign have them (SVG 2, B.2.4). */
function arc([x0, y0]: Point, r: number, sweep: boolean, [x1, y1]: Point): Point[] {
  const [dx, dy] = [(x1 - x0) / 2, (y1 - y0) / 2];
  const half = Math.hypot(dx, dy);
  const radius = Math.max(r, half);
  const height = Math.sqrt(radius * radius - half * half) * (sweep ? 1 : -1);
  const [cx, cy] = [x0 + dx - (height * dy) / half, y0 + dy + (height * dx) / half];
  const from = Math.atan2(y0 - cy, x0 - cx);
  let turn = Math.atan2(y1 - cy, x1 - cx) - from;
  if (sweep && turn < 0) turn += 2 * Math.PI;
  if (!sweep && turn > 0) turn -= 2 * Math.PI;
  return Array.from({ length: ARC_STEPS }, (_, i) => {
    const angle = from + (turn * (i + 1)) / ARC_STEPS;
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)] as const;
  });
}

function curve(from: Point, [a, b, to]: readonly [Point, Point, Point]): Point[] {
  return Array.from({ length: ARC_STEPS }, (_, i) => {
    const t = (i + 1) / ARC_STEPS;
    const s = 1 - t;
    const at = (k: 0 | 1): number =>
      s * s * s * from[k] + 3 * s * s * t * a[k] + 3 * s * t * t * b[k] + t * t * t * to[k];
    return [at(0), at(1)] as const;
  });
}

function outlineOfPath(d: string): Point[] {
  const tokens = d.match(/[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)/g) ?? [];
  const points: Point[] = [];
  let at: Point = [0, 0];
  let command = '';
  let i = 0;
  const next = (): number => Number(tokens[i++]);
  const go = (to: readonly Point[]): void => {
    points.push(...to);
    at = to.at(-1) ?? at;
  };
  while (i < tokens.length) {
    if (/[a-zA-Z]/.test(tokens[i] ?? '')) command = tokens[i++] ?? '';
    const [ox, oy] = command === command.toLowerCase() ? at : [0, 0];
    const point = (): Point => [ox + next(), oy + next()];
    switch (command.toLowerCase()) {
      case 'm':
      case 'l':
        go([point()]);
        break;
      case 'h':
        go([[ox + next(), at[1]]]);
        break;
      case 'v':
        go([[at[0], oy + next()]]);
        break;
      case 'c':
        go(curve(at, [point(), point(), point()]));
        break;
      case 'a': {
        const [r, , , , sweep] = [next(), next(), next(), next(), next()];
        go(arc(at, r ?? 0, sweep === 1, point()));
        break;
      }
      case 'z':
        break;
      default:
        throw new Error(`the icon has a path command that is not drawn here: ${command}`);
    }
  }
  return points;
}

function shapesOf(svg: string): Shape[] {
  return [...svg.matchAll(/<(rect|path|circle)\b([^>]*)>/g)].map(([, name, inside = '']) => {
    const a = attributes(inside);
    const value = Number.parseInt((a.fill ?? '#000000').slice(1), 16);
    const colour = [value >> 16, (value >> 8) & 255, value & 255] as const;
    if (name === 'path') return { outline: outlineOfPath(a.d ?? ''), colour };
    if (name === 'circle') {
      const [x, y, r] = [Number(a.cx), Number(a.cy), Number(a.r)];
      const right: Point = [x + r, y];
      const left: Point = [x - r, y];
      return { outline: [...arc(right, r, true, left), ...arc(left, r, true, right)], colour };
    }
    const [w, h, r] = [Number(a.width), Number(a.height), Number(a.rx ?? 0)];
    const d = `M${r} 0h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}`;
    return { outline: outlineOfPath(d), colour };
  });
}

/** How much of each pixel of a row the shape covers, 0 to 1. */
function cover(outline: readonly Point[], y: number, side: number): Float64Array {
  const row = new Float64Array(side);
  for (let sub = 0; sub < ROWS; sub++) {
    const line = y + (sub + 0.5) / ROWS;
    const crossings: number[] = [];
    outline.forEach(([x0, y0], i) => {
      const [x1, y1] = outline[(i + 1) % outline.length] ?? [0, 0];
      if (y0 <= line !== y1 <= line) crossings.push(x0 + ((line - y0) / (y1 - y0)) * (x1 - x0));
    });
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [from = 0, to = 0] = [crossings[i], crossings[i + 1]];
      for (let x = Math.max(0, Math.floor(from)); x < Math.min(side, to); x++)
        row[x] = (row[x] ?? 0) + (Math.min(to, x + 1) - Math.max(from, x)) / ROWS;
    }
  }
  return row;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

export function iconPng(svg: string, side: number, maskable: boolean): Buffer {
  const [ground, ...sign] = shapesOf(svg);
  if (ground === undefined) throw new Error('the icon is empty');
  const scale = (shape: Shape, size: number): Shape => ({
    ...shape,
    outline: shape.outline.map(
      ([x, y]) =>
        [
          side / 2 + ((x - VIEW / 2) * size * side) / VIEW,
          side / 2 + ((y - VIEW / 2) * size * side) / VIEW,
        ] as const,
    ),
  });
  const shapes = [
    ...(maskable ? [] : [scale(ground, 1)]),
    ...sign.map((shape) => scale(shape, maskable ? SAFE : 1)),
  ];
  const pixels = Buffer.alloc(side * (1 + 4 * side));
  for (let y = 0; y < side; y++) {
    const start = y * (1 + 4 * side) + 1;
    for (let x = 0; x < side && maskable; x++) pixels.set([...ground.colour, 255], start + 4 * x);
    for (const { outline, colour } of shapes) {
      cover(outline, y, side).forEach((amount, x) => {
        if (amount <= 0) return;
        const at = start + 4 * x;
        const share = Math.min(1, amount);
        const under = (pixels[at + 3] ?? 0) / 255;
        const alpha = share + under * (1 - share);
        for (let k = 0; k < 3; k++) {
          const mixed = (colour[k] ?? 0) * share + (pixels[at + k] ?? 0) * under * (1 - share);
          pixels[at + k] = Math.round(mixed / alpha);
        }
        pixels[at + 3] = Math.round(255 * alpha);
      });
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 6], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/* icon: the app's own pictures as SVG: signs of controls, kinds and cards. */
import type { JSX } from 'preact';
import { cardPicture, type Stroke } from '../icons/cards';
import { KIND_PICTURES } from '../icons/kinds';
import type { CommentKind } from '../sync/messages';

const SIGNS = {
  search: 'M10.500 4a6.500 6.500 0 1 1 0 13a6.500 6.500 0 0 1 0-13ZM15.500 15.500L20.500 20.500',
  filter: 'M4 7h16M7 12h10M10 17h4',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M14.500 5.500L8 12l6.500 6.500',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  turnLeft: 'M5 5v5h5M5.500 10A7.500 7.500 0 1 1 4.700 14',
  turnRight: 'M19 5v5h-5M18.500 10A7.500 7.500 0 1 0 19.300 14',
  pen: 'M4.500 19.500l1-4L16 5a2.100 2.100 0 0 1 3 3L8.500 18.500ZM14 7l3 3',
  globe:
    'M12 3.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 0 1 0-17ZM3.500 12h17M12 3.500c-5 5-5 12 0 17c5-5 5-12 0-17Z',
  sun: 'M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8ZM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500A8 8 0 1 0 19.500 14.500Z',
  info: 'M12 3.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 0 1 0-17ZM12 11v5M12 7.900v.1',
  reply: 'M4 5h16v11H11l-5 4v-4H4Z',
  building: 'M5 20V7l7-3v16M12 9l7 3v8M3 20h18M8 10h1M8 14h1M15 15h1',
  link: 'M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1',
  map: 'M9 5L3.500 7v12L9 17l6 2l5.500-2V5L15 7ZM9 5v12M15 7v12',
  up: 'M5.500 14.500L12 8l6.500 6.500',
  down: 'M5.500 9.500L12 16l6.500-6.500',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  trash: 'M5 7h14M9 7V4.500h6V7M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5',
  cloud:
    'M7 18a4 4 0 0 1-.5-8A5.500 5.500 0 0 1 17 9a4.500 4.500 0 0 1 .5 9ZM12 17v-6M9.500 13.500L12 11l2.500 2.500',
  warn: 'M12 4l9 16H3ZM12 10v4.500M12 17.400v.1',
  agree: 'M12 3.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 0 1 0-17ZM8 12.300l3 3L16 9.500',
  disagree:
    'M12 3.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 0 1 0-17ZM8.500 10h7M8.500 14h7M14.500 7.500l-5 9',
  unsure:
    'M12 3.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 0 1 0-17ZM9.500 10c0-3.300 5-3.300 5 0c0 2-2.500 2-2.500 3.800M12 16.600v.1',
  desk: 'M4 10h16M6 10v9.500M18 10v9.500M9 10V5h6v5M12 14.500h6',
  pin: 'M12 3.500a6.500 6.500 0 0 1 6.500 6.500c0 4.500-4.500 7-6.500 11c-2-4-6.500-6.500-6.500-11A6.500 6.500 0 0 1 12 3.500ZM12 8a2 2 0 1 1 0 4a2 2 0 0 1 0-4Z',
  line: 'M4.500 18.500l5-9l6 5l4-9M4.500 17a1.500 1.500 0 1 1 0 3a1.500 1.500 0 0 1 0-3ZM19.500 4a1.500 1.500 0 1 1 0 3a1.500 1.500 0 0 1 0-3Z',
  area: 'M5 8l8-4l7 6l-3 9l-10 1ZM5 6.800a1.200 1.200 0 1 1 0 2.400a1.200 1.200 0 0 1 0-2.400ZM17 17.800a1.200 1.200 0 1 1 0 2.400a1.200 1.200 0 0 1 0-2.400Z',
  cross: 'M12 3v6M12 15v6M3 12h6M15 12h6M12 11.900v.2',
  undo: 'M8.500 5L4.500 9l4 4M4.500 9H14a5 5 0 0 1 0 10H9',
  redo: 'M15.500 5l4 4l-4 4M19.500 9H10a5 5 0 0 0 0 10h5',
  camera:
    'M4 8h3.500L9 5.500h6L16.500 8H20v11H4ZM12 10a3.500 3.500 0 1 1 0 7a3.500 3.500 0 0 1 0-7Z',
  album: 'M4 5h16v14H4ZM4 16l5-5l4 4l3-3l4 4M15.500 8.500a1 1 0 1 1 0 2a1 1 0 0 1 0-2Z',
  thermometer: 'M12 3a2 2 0 0 1 2 2v8.500a4 4 0 1 1-4 0V5a2 2 0 0 1 2-2ZM12 9v8M17 6h3M17 10h2',
  brush:
    'M19.500 4.500c-4 2-8 6-9.500 9l2.500 2.500c3-1.500 6-6 7-11.500ZM9.500 14.500c-3 0-3 3.500-5.500 4.500c3 1.500 7.500.5 7.500-2.500',
  title: 'M5 6.500h14M12 6.500V19M9.500 19h5',
  clock: 'M12 3.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 0 1 0-17ZM12 7.500V12l3.500 2',
  speaker: 'M4 10v4h3.500L12 18V6L7.500 10ZM15.500 9a4.500 4.500 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11',
  stop: 'M7 7h10v10H7Z',
  ticket:
    'M4 7h16v3.500a1.500 1.500 0 0 0 0 3V17H4v-3.500a1.500 1.500 0 0 0 0-3ZM9.500 10h5M9.500 14h5',
  people:
    'M9 5.500a3 3 0 1 1 0 6a3 3 0 0 1 0-6ZM3.500 19c.500-4 3-5.500 5.500-5.500s5 1.500 5.500 5.500M15.500 6a3 3 0 0 1 0 5.500M17 14c2 .500 3.300 2.200 3.600 5',
  swap: 'M4.500 9h13l-3.500-4M19.500 15h-13l3.500 4',
  print: 'M7 9V4h10v5M7 16H4V9h16v7h-3M7 13.500h10V20H7Z',
  home: 'M4 12l8-7l8 7M6.500 10v9h11v-9',
} as const;

export type SignName = keyof typeof SIGNS;

export function Icon({ name, size = 22 }: { name: SignName; size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <path d={SIGNS[name]} />
    </svg>
  );
}

export function KindIcon({ kind, size = 32 }: { kind: CommentKind; size?: number }): JSX.Element {
  const picture = KIND_PICTURES[kind];
  return (
    <svg
      class={`kind kind-${kind}`}
      viewBox="0 0 48 48"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <path class="kind-outline" d={picture.outline} />
      <path class="kind-sign" d={picture.sign} />
    </svg>
  );
}

const STROKE_CLASS: Record<Stroke[0], string> = { f: 'card-fill', s: 'card-soft', l: 'card-line' };

export function CardIcon({
  name,
  colour,
  size = 40,
}: {
  name: string;
  colour: string;
  size?: number;
}): JSX.Element {
  return (
    <svg
      class="card-icon"
      viewBox="0 0 48 48"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
      style={/^#[0-9a-f]{6}$/i.test(colour) ? { '--card': colour } : undefined}
    >
      {cardPicture(name).map(([type, d]) => (
        <path key={d} class={STROKE_CLASS[type]} d={d} fill-rule="evenodd" />
      ))}
    </svg>
  );
}

export function CompassIcon({ bearing }: { bearing: number }): JSX.Element {
  return (
    <svg
      class="compass"
      viewBox="0 0 24 24"
      width="26"
      height="26"
      aria-hidden="true"
      focusable="false"
      style={{ transform: `rotate(${-bearing}deg)` }}
    >
      <path class="compass-north" d="M12 2.500L15.500 12h-7Z" />
      <path class="compass-south" d="M12 21.500L15.500 12h-7Z" />
    </svg>
  );
}

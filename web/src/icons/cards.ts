/*
 * cards: the pictures of the dialogue cards, drawn for this app, in a box of 48 by 48.
 *
 * f: filled with the card's colour, s: with its soft tint, l: a line. A name that is not here
 * shows the picture of two people talking.
 */
export type Stroke = readonly ['f' | 's' | 'l', string];

const sun: Stroke[] = [
  ['s', 'M24 8a16 16 0 1 1 0 32a16 16 0 1 1 0-32Z'],
  ['f', 'M24 15.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 1 1 0-17Z'],
  [
    'l',
    'M24 4.500v4M24 39.500v4M4.500 24h4M39.500 24h4M10.200 10.200l2.800 2.800M35 35l2.800 2.800M37.800 10.200L35 13M13 35l-2.800 2.800',
  ],
];
const tree: Stroke[] = [
  ['s', 'M6 42.500c5-4 31-4 36 0Z'],
  [
    'f',
    'M24 5c6 0 10 4 10.500 8.600c4 1.400 6 4.600 5.500 8.400c-.6 4.600-4.500 7.500-9 7.500H16.500C11.800 29.500 8 26.300 8 22c0-3.800 2.300-6.800 5.600-8C14.200 9 18.300 5 24 5Z',
  ],
  ['l', 'M24 42V20.500M24 30l6-5.500M24 27l-5-4.500'],
];
const parasol: Stroke[] = [
  ['s', 'M24 36.500c10 0 17 1.800 17 3.500s-7 3.500-17 3.500S7 41.700 7 40s7-3.500 17-3.500Z'],
  [
    'f',
    'M24 6.500c11 0 18.500 7.500 19.500 17.500c-3.300-3-7.200-3-9.800 0c-2.600-3.200-6.500-3.200-9.700 0c-3.200-3.200-7.100-3.200-9.700 0c-2.600-3-6.500-3-9.800 0C5.500 14 13 6.500 24 6.500Z',
  ],
  ['l', 'M24 4v3M24 24v16M24 8c-5 4-8.500 9-9.700 16M24 8c5 4 8.500 9 9.700 16'],
];
const heart: Stroke[] = [
  [
    's',
    'M24 43C11 34 5 27 5 18.500C5 11.500 10 7 15.500 7c3.700 0 6.800 2 8.500 5c1.700-3 4.800-5 8.500-5C38 7 43 11.500 43 18.500C43 27 37 34 24 43Z',
  ],
  [
    'f',
    'M24 35.500c-8-6-12-10.500-12-16c0-3.800 2.600-6.300 5.700-6.300c2.800 0 5 1.600 6.300 4.300c1.300-2.700 3.500-4.300 6.300-4.300c3.100 0 5.700 2.500 5.700 6.300c0 5.500-4 10-12 16Z',
  ],
  ['l', 'M17.500 19.500c-.5 2 0 4 1.500 6'],
];
const drop: Stroke[] = [
  ['s', 'M8 41c4-3 28-3 32 0c-4 3.500-28 3.500-32 0Z'],
  ['f', 'M24 5c7 8.500 11.500 14 11.500 20.500a11.500 11.500 0 1 1-23 0C12.500 19 17 13.500 24 5Z'],
  ['l', 'M19 27.500c.5 2.800 2.500 4.500 5 5'],
];
const bench: Stroke[] = [
  ['s', 'M7 14.500h34v8H7Z'],
  ['f', 'M5 25.500h38v5H5Z'],
  ['l', 'M11 30.500V41M37 30.500V41M9 14.500h30M9 20h30M12 14.500v11M36 14.500v11'],
];
const bus: Stroke[] = [
  ['s', 'M8 8h32v20H8Z'],
  [
    'f',
    'M12 6h24a5 5 0 0 1 5 5v24a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V11a5 5 0 0 1 5-5ZM12 13v11h24V13Z',
  ],
  ['l', 'M13.500 37v4.500M34.500 37v4.500M13.500 30.500h.1M34.500 30.500h.1'],
];
const crossing: Stroke[] = [
  ['s', 'M5 31h38v11H5Z'],
  [
    'f',
    'M9 31h5l-2.500 11H6ZM19 31h4l-1 11h-5.500ZM27.500 31H32l2 11h-6ZM36.500 31h3.800L43 42h-4.600Z',
  ],
  [
    'l',
    'M24 5.500a3 3 0 1 1 0 6a3 3 0 0 1 0-6ZM24 12v8.500M24 20.500l-4.500 7M24 20.500l5 7M17 18l7-5l6.500 5',
  ],
];
const school: Stroke[] = [
  ['s', 'M5 21h38v20H5Z'],
  ['f', 'M15 41V19l9-8l9 8v22h-6v-8h-6v8Z'],
  ['l', 'M24 11V4.500h6v3.800h-6M5 41h38M9.500 27h1M37.500 27h1M9.500 33h1M37.500 33h1M24 22v.1'],
];
const lamp: Stroke[] = [
  ['s', 'M15 17h18l8 24H7Z'],
  ['f', 'M24 6c5 0 9 4 9 9.500H15C15 10 19 6 24 6Z'],
  ['l', 'M24 15.500V42M18 42h12'],
];
const shop: Stroke[] = [
  ['s', 'M9 22h30v20H9Z'],
  [
    'f',
    'M9 7h30l4 11.500a4.700 4.700 0 0 1-9.500 1a4.700 4.700 0 0 1-9.500 0a4.700 4.700 0 0 1-9.500 0a4.700 4.700 0 0 1-9.500-1Z',
  ],
  ['l', 'M9 25v17h30V25M19 42V31h10v11'],
];
const river: Stroke[] = [
  ['s', 'M4 12h40v30H4Z'],
  ['f', 'M4 26c6.500-5 13.500-5 20 0s13.500 5 20 0v16H4Z'],
  [
    'l',
    'M4 18c6.500-5 13.500-5 20 0s13.500 5 20 0M10 34.500c4-2.500 8-2.500 12 0M28 37c3.500-1.800 7-1.800 10 0',
  ],
];
const walk: Stroke[] = [
  ['s', 'M6 42c8-6 28-6 36 0Z'],
  ['f', 'M26 4.500a4 4 0 1 1 0 8a4 4 0 0 1 0-8Z'],
  [
    'l',
    'M25 15.500l-2 11l6.500 6.500L31.500 42M23 26.500L19.500 35l-4 6.500M25 15.500l-6.500 4.500l-1.500 6M25 15.500l5.500 6l5 1.500',
  ],
];
const talk: Stroke[] = [
  ['s', 'M20 17h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4v6l-7-6H20a4 4 0 0 1-4-4V21a4 4 0 0 1 4-4Z'],
  ['f', 'M8 6h20a4 4 0 0 1 4 4v11a4 4 0 0 1-4 4H16l-8 7v-7a4 4 0 0 1-4-4V10a4 4 0 0 1 4-4Z'],
  ['l', 'M12.500 15.600h.1M18 15.600h.1M23.500 15.600h.1'],
];
const thermometer: Stroke[] = [
  ['s', 'M24 4a7 7 0 0 1 7 7v15.500a11 11 0 1 1-14 0V11a7 7 0 0 1 7-7Z'],
  ['f', 'M24 28a6.500 6.500 0 1 1 0 13a6.500 6.500 0 0 1 0-13Z'],
  ['l', 'M24 31V13M35 12h5M35 19h3.500M35 26h5'],
];
const event: Stroke[] = [
  ['s', 'M10 12h28l-3 28H13Z'],
  ['f', 'M15 10h18c3 0 5 6 5 14s-2 14-5 14H15c-3 0-5-6-5-14s2-14 5-14Z'],
  ['l', 'M24 4.500V10M24 38v5.500M16 10c-2 9-2 19 0 28M32 10c2 9 2 19 0 28M24 10v28'],
];
const bicycle: Stroke[] = [
  [
    's',
    'M12 22.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 0 1 0-17ZM36 22.500a8.500 8.500 0 1 1 0 17a8.500 8.500 0 0 1 0-17Z',
  ],
  ['f', 'M12 28a3 3 0 1 1 0 6a3 3 0 0 1 0-6ZM36 28a3 3 0 1 1 0 6a3 3 0 0 1 0-6Z'],
  ['l', 'M12 31l6.500-15H24M12 31h11l9.500-12M23 31l-5.500-12M36 31l-5-18.500h5.500'],
];

export const CARD_PICTURES: Readonly<Record<string, readonly Stroke[]>> = {
  heat: sun,
  sun,
  hot: sun,
  summer: sun,
  shade: parasol,
  parasol,
  heart,
  like: heart,
  favourite: heart,
  tree,
  green: tree,
  park: tree,
  leaf: tree,
  trees: tree,
  water: drop,
  drop,
  mist: drop,
  cool: drop,
  bench,
  rest: bench,
  seat: bench,
  bus,
  bus_stop: bus,
  transport: bus,
  station: bus,
  safety: crossing,
  crossing,
  road: crossing,
  traffic: crossing,
  school,
  child: school,
  children: school,
  education: school,
  night: lamp,
  lamp,
  light: lamp,
  street_light: lamp,
  shop,
  arcade: shop,
  shopping: shop,
  store: shop,
  market: shop,
  river,
  promenade: river,
  flood: river,
  walk,
  route: walk,
  path: walk,
  sidewalk: walk,
  walking: walk,
  thermometer,
  reading: thermometer,
  measure: thermometer,
  temperature: thermometer,
  festival: event,
  event,
  lively: event,
  lantern: event,
  bicycle,
  bike: bicycle,
  talk,
  other: talk,
  chat: talk,
};

export function cardPicture(name: string): readonly Stroke[] {
  return CARD_PICTURES[name] ?? talk;
}

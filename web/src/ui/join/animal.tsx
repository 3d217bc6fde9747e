/* animal: the pictures of pen names: an animal's head in its colour; a paw for one not drawn yet. */
import type { JSX } from 'preact';

interface Head {
  /** Filled in the animal's colour: ears and head. */
  readonly body: string;
  /** Drawn over it in ink: eyes, nose, mouth. */
  readonly ink: string;
}

const EYES = 'M18 25v1.500M30 25v1.500';
const ROUND = 'M24 12a14 14 0 1 1 0 28a14 14 0 0 1 0-28Z';
const LONG_FACE = 'M24 10c8 0 11 6 10 13c-1 9-4 18-10 18s-9-9-10-18c-1-7 2-13 10-13Z';
const BODY_BIRD = 'M24 9c9 0 15 7 15 16s-6 15-15 15S9 34 9 25S15 9 24 9Z';
const FISH = 'M4 24C10 12 26 10 34 24l9-8v16l-9-8C26 38 10 36 4 24Z';
const NOSE = 'M22 30h4l-2 2.500ZM24 32.500v2M20.500 35c2 2 5 2 7 0';

/** By the server's names for animals (server/people/pen_names.def). */
const HEADS: Readonly<Record<string, Head>> = {
  rabbit: {
    body: 'M15 18C10 4 17 1 20 14ZM33 18C38 4 31 1 28 14ZM24 14a13 13 0 1 1 0 27a13 13 0 0 1 0-27Z',
    ink: 'M19 26v1.500M29 26v1.500M24 31v2M21 35c1.500 1.500 3 .5 3-2c0 2.500 1.500 3.500 3 2',
  },
  fox: {
    body: 'M10 24L9 6l11 9h8L39 6l-1 18L24 42Z',
    ink: 'M17 25l2 1M31 25l-2 1M22.500 37h3L24 39.500Z',
  },
  raccoon_dog: {
    body: `M11 20L12 9l8 6ZM37 20L36 9l-8 6Z${ROUND}`,
    ink: `${EYES}M13 23c2-4 8-4 10 0M35 23c-2-4-8-4-10 0${NOSE}`,
  },
  cat: {
    body: `M11 22L12 7l9 7ZM37 22L36 7l-9 7Z${ROUND}`,
    ink: `${EYES}M24 31v1M21 33.500c1.500 1.500 3 .5 3-1.500c0 2 1.500 3 3 1.500M13 30l-7-1M13 33l-7 2M35 30l7-1M35 33l7 2`,
  },
  dog: {
    body: `M14 13C6 12 5 26 10 30ZM34 13C42 12 43 26 38 30Z${ROUND}`,
    ink: `${EYES}${NOSE}`,
  },
  bear: {
    body: `M13 9a5.500 5.500 0 1 1 0 11a5.500 5.500 0 0 1 0-11ZM35 9a5.500 5.500 0 1 1 0 11a5.500 5.500 0 0 1 0-11Z${ROUND}`,
    ink: `${EYES}${NOSE}`,
  },
  squirrel: {
    body: 'M13 18l1-9l5 6ZM27 15l5-6l1 9ZM22 13a11 11 0 1 1 0 24a11 11 0 0 1 0-24ZM33 40c12-2 13-18 6-26c-2 8-8 12-7 20Z',
    ink: 'M18 24v1.500M27 24v1.500M21 29h3l-1.500 2ZM22.500 31v4M20 35h5',
  },
  deer: {
    body: `M14 21C8 19 6 24 12 26ZM34 21C40 19 42 24 36 26Z${LONG_FACE}`,
    ink: 'M19 23v1.500M29 23v1.500M22 34h4l-2 2ZM18 12C12 10 11 6 12 2M14 8l-5-1M30 12c6-2 7-6 6-10M34 8l5-1',
  },
  horse: {
    body: `M16 14L14 5l7 5ZM32 14l2-9l-7 5Z${LONG_FACE}`,
    ink: 'M19 22v1.500M29 22v1.500M21 35v1M27 35v1M24 8c3 3 3 7 0 10',
  },
  cow: {
    body: `M13 20C6 17 4 23 11 26ZM35 20C42 17 44 23 37 26Z${ROUND}`,
    ink: `${EYES}M15 14C11 12 10 8 12 5M33 14c4-2 5-6 3-9M17 33c4-4 10-4 14 0c-2 6-12 6-14 0M21 34v1M27 34v1`,
  },
  sheep: {
    body: 'M24 7c4-3 9 0 9 4c5 0 8 5 5 9c3 4 0 9-4 9c0 8-5 13-10 13s-10-5-10-13c-4 0-7-5-4-9c-3-4 0-9 5-9c0-4 5-7 9-4Z',
    ink: 'M18 25v1.500M30 25v1.500M22 33h4l-2 2ZM24 35v2M16 18c5-3 11-3 16 0',
  },
  goat: {
    body: `M13 22C6 22 5 27 11 28ZM35 22C42 22 43 27 37 28ZM21 39h6l-3 8Z${LONG_FACE}`,
    ink: 'M19 24v1.500M29 24v1.500M22 34h4l-2 2ZM19 11C16 8 15 5 16 2M29 11c3-3 4-6 3-9',
  },
  elephant: {
    body: 'M14 15C4 12 2 28 11 31ZM34 15C44 12 46 28 37 31ZM24 9a13 13 0 0 1 13 13c0 8-5 10-9 11v4c0 6-8 6-8 0v-4c-4-1-9-3-9-11A13 13 0 0 1 24 9Z',
    ink: 'M18 21v1.500M30 21v1.500M21 31h6M21 35h6',
  },
  giraffe: {
    body: `M14 18C8 15 6 20 12 23ZM34 18C40 15 42 20 36 23Z${LONG_FACE}`,
    ink: 'M19 21v1.500M29 21v1.500M21 35v1M27 35v1M20 11V4M28 11V4M17 28h2M29 28h2M23 26h2',
  },
  lion: {
    body: 'M24 4l5 4l6-1l2 6l6 3l-1 7l3 6l-5 4l-1 6l-6 1l-4 5l-5-3l-5 3l-4-5l-6-1l-1-6l-5-4l3-6l-1-7l6-3l2-6l6 1Z',
    ink: 'M24 14a11 11 0 1 1 0 22a11 11 0 0 1 0-22ZM19.500 23v1.500M28.500 23v1.500M22.500 28h3L24 30.500ZM21 32c2 1.500 4 1.500 6 0',
  },
  tiger: {
    body: `M13 10a4.500 4.500 0 1 1 0 9a4.500 4.500 0 0 1 0-9ZM35 10a4.500 4.500 0 1 1 0 9a4.500 4.500 0 0 1 0-9Z${ROUND}`,
    ink: `${EYES}${NOSE}M24 13v5M20 14v3M28 14v3M11 26h4M11 30h4M37 26h-4M37 30h-4`,
  },
  panda: {
    body: `M12 8a6 6 0 1 1 0 12a6 6 0 0 1 0-12ZM36 8a6 6 0 1 1 0 12a6 6 0 0 1 0-12Z${ROUND}`,
    ink: `M18 22a3.500 4.500 20 1 1 0 8a3.500 4.500 20 0 1 0-8ZM30 22a3.500 4.500-20 1 1 0 8a3.500 4.500-20 0 1 0-8ZM18 26v.5M30 26v.5M22.500 32h3L24 34ZM24 34v2`,
  },
  koala: {
    body: `M10 12a8 8 0 1 1 0 16a8 8 0 0 1 0-16ZM38 12a8 8 0 1 1 0 16a8 8 0 0 1 0-16Z${ROUND}`,
    ink: 'M17 24v1.500M31 24v1.500M24 24c3 0 3 9 0 9s-3-9 0-9M21 36c2 1 4 1 6 0',
  },
  penguin: {
    body: 'M24 6c10 0 14 9 14 19s-5 17-14 17s-14-7-14-17S14 6 24 6Z',
    ink: 'M19 19v1.500M29 19v1.500M21 25h6l-3 4ZM16 32c3 5 13 5 16 0',
  },
  owl: {
    body: 'M11 8l7 5h12l7-5c2 6 3 12 3 18c0 9-7 16-16 16S8 35 8 26c0-6 1-12 3-18Z',
    ink: 'M18 18a5 5 0 1 1 0 10a5 5 0 0 1 0-10ZM30 18a5 5 0 1 1 0 10a5 5 0 0 1 0-10ZM18 22.500v1M30 22.500v1M22.500 29h3L24 32Z',
  },
  swallow: {
    body: 'M6 16c8-4 14-2 18 4c4-6 10-8 18-4c-6 2-8 6-11 11l8 16l-15-12L9 43l8-16c-3-5-5-9-11-11Z',
    ink: 'M21 23v1M27 23v1M22.500 27h3L24 29.500Z',
  },
  sparrow: {
    body: BODY_BIRD,
    ink: 'M18 22v1.500M30 22v1.500M21 28h6l-3 4ZM13 16c6-5 16-5 22 0M13 29h3M32 29h3',
  },
  duck: {
    body: BODY_BIRD,
    ink: 'M18 20v1.500M30 20v1.500M17 28c4-3 10-3 14 0c-4 4-10 4-14 0M17 28h14',
  },
  crane: {
    body: 'M20 6a7 7 0 0 1 7 7c0 6-3 8-3 13c10 0 17 5 18 12c-8 4-22 4-25-6c-1-6 2-10 1-15c-3-1-5-3-5-6a6 6 0 0 1 7-5Z',
    ink: 'M21 12v1M13 13l-10 3l10 2M17 7c2-2 5-2 7 0M28 40v6M33 40v6',
  },
  turtle: {
    body: 'M8 31a16 15 0 0 1 32 0ZM38 29c5-3 8 0 7 4c-2 3-6 2-8-1ZM12 32h6v6h-6ZM30 32h6v6h-6Z',
    ink: 'M24 17v14M15 24l9-3l9 3M42.500 31v.5',
  },
  frog: {
    body: 'M15 7a6 6 0 1 1 0 12a6 6 0 0 1 0-12ZM33 7a6 6 0 1 1 0 12a6 6 0 0 1 0-12ZM24 14c10 0 16 6 16 13s-6 13-16 13s-16-6-16-13s6-13 16-13Z',
    ink: 'M15 12v2M33 12v2M14 29c6 6 14 6 20 0',
  },
  goldfish: {
    body: FISH,
    ink: 'M13 21.500v1M19 18c3 4 3 8 0 12M25 21c1.500 2 1.500 4 0 6M18 13c2-4 7-4 9-1',
  },
  killifish: {
    body: 'M5 24c6-7 20-9 29-1l9-6v14l-9-6c-9 8-23 6-29-1Z',
    ink: 'M12 22v1M18 24h12M20 20h8',
  },
  dolphin: {
    body: 'M4 30c3-3 5-3 8-5c4-9 13-13 21-11c-1-4 1-7 4-8c-1 4 1 7 3 11c4 7 4 14 2 20c-3-4-6-5-10-5c-6 5-15 6-20 2c-3-1-5-2-8-4Z',
    ink: 'M15 24v1M9 30c4 1 7 0 10-2M26 30c1 3 0 5-2 7',
  },
  whale: {
    body: 'M4 26c0-9 8-13 17-13c10 0 15 7 16 13c3 0 4-3 3-7c3 1 5 4 5 7c0 7-6 13-18 13C13 39 4 35 4 26Z',
    ink: 'M13 25v1.500M6 31c6 3 13 3 17 1M21 8v3M17 6l2 3M25 6l-2 3',
  },
  otter: {
    body: `M12 14a4 4 0 1 1 0 8a4 4 0 0 1 0-8ZM36 14a4 4 0 1 1 0 8a4 4 0 0 1 0-8Z${ROUND}`,
    ink: `${EYES}M22 29h4l-2 2.500ZM24 31.500v1.500M19 33c2 3 8 3 10 0M15 31H8M15 34l-6 2M33 31h7M33 34l6 2`,
  },
  crab: {
    body: 'M24 18c10 0 15 5 15 11s-7 10-15 10S9 35 9 29s5-11 15-11ZM9 20C3 19 2 11 6 7l3 5l4-4c2 5 0 10-4 12ZM39 20c6-1 7-9 3-13l-3 5l-4-4c-2 5 0 10 4 12Z',
    ink: 'M19 25v1.500M29 25v1.500M20 32c3 2 5 2 8 0M11 38l-4 4M16 40l-2 4M37 38l4 4M32 40l2 4',
  },
  octopus: {
    body: 'M24 6c10 0 14 7 13 14c-1 5-3 7-2 10c1 2 6 1 8 3c-2 3-7 4-9 1c0 4 1 7-2 8c-3-1-3-4-4-7c0 4-1 8-4 8s-4-4-4-8c-1 3-1 6-4 7c-3-1-2-4-2-8c-2 3-7 2-9-1c2-2 7-1 8-3c1-3-1-5-2-10C10 13 14 6 24 6Z',
    ink: 'M19 18v1.500M29 18v1.500M24 24a2 2 0 1 1 0 4a2 2 0 0 1 0-4Z',
  },
  dragonfly: {
    body: 'M24 6a4 4 0 0 1 3 7l1 2c9-6 17-5 17-2s-8 5-16 5c8 1 15 4 15 7s-8 1-16-4l-2 22h-4l-2-22c-8 5-16 7-16 4s7-6 15-7C11 18 3 16 3 13s8-4 17 2l1-2a4 4 0 0 1 3-7Z',
    ink: 'M22 9v.5M26 9v.5M22 30h4M22 35h4',
  },
  butterfly: {
    body: 'M23 22C16 8 4 6 5 16c0 6 6 9 12 9c-6 1-8 6-6 10c3 5 10 0 12-8ZM25 22C32 8 44 6 43 16c0 6-6 9-12 9c6 1 8 6 6 10c-3 5-10 0-12-8Z',
    ink: 'M24 18v18M24 18l-4-8M24 18l4-8M13 17v.5M35 17v.5',
  },
  ladybird: {
    body: 'M24 14a14 14 0 1 1 0 28a14 14 0 0 1 0-28ZM24 6a7 6 0 0 1 7 8H17a7 6 0 0 1 7-8Z',
    ink: 'M24 15v27M16 22v1M16 32v1M32 22v1M32 32v1M20 7l-4-4M28 7l4-4',
  },
  beetle: {
    body: 'M24 18c8 0 12 6 12 13s-5 13-12 13s-12-6-12-13s4-13 12-13ZM17 18c0-5 14-5 14 0Z',
    ink: 'M24 19v25M24 14V7M24 9l-6-5M24 9l6-5M12 26l-6-3M12 34l-6 2M36 26l6-3M36 34l6 2',
  },
  firefly: {
    body: 'M24 14c6 0 8 6 8 13s-3 16-8 16s-8-9-8-16s2-13 8-13ZM24 6a5 5 0 0 1 5 8H19a5 5 0 0 1 5-8Z',
    ink: 'M24 15v16M17 32h14M21 37h6M8 38l4-2M40 38l-4-2M9 44l5-3M39 44l-5-3',
  },
};

const PAW: Head = {
  body: 'M24 24c7 0 12 7 11 12c-1 5-7 3-11 3s-10 2-11-3c-1-5 4-12 11-12ZM10 17a4 5 0 1 1 0 10a4 5 0 0 1 0-10ZM38 17a4 5 0 1 1 0 10a4 5 0 0 1 0-10ZM18 8a4 5.500 0 1 1 0 11a4 5.500 0 0 1 0-11ZM30 8a4 5.500 0 1 1 0 11a4 5.500 0 0 1 0-11Z',
  ink: '',
};

export function AnimalPicture({
  animal,
  colour,
  size = 64,
}: {
  animal: string;
  colour: string;
  size?: number;
}): JSX.Element {
  const head = HEADS[animal] ?? PAW;
  return (
    <svg
      class={`animal colour-${colour.replaceAll(/[^a-z]/g, '')}`}
      viewBox="0 0 48 48"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <path class="animal-body" d={head.body} />
      <path class="animal-ink" d={head.ink} />
    </svg>
  );
}

export const isDrawn = (animal: string): boolean => Object.hasOwn(HEADS, animal);

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

const HEADS: Readonly<Record<string, Head>> = {
  rabbit: {
    body: `M15 18C10 4 17 1 20 14ZM33 18C38 4 31 1 28 14ZM24 14a13 13 0 1 1 0 27a13 13 0 0 1 0-27Z`,
    ink: `M19 26v1.500M29 26v1.500M24 31v2M21 35c1.500 1.500 3 .5 3-2c0 2.500 1.500 3.500 3 2`,
  },
  bear: {
    body: `M13 9a5.500 5.500 0 1 1 0 11a5.500 5.500 0 0 1 0-11ZM35 9a5.500 5.500 0 1 1 0 11a5.500 5.500 0 0 1 0-11Z${ROUND}`,
    ink: `${EYES}M22 30h4l-2 2.500ZM24 32.500v2M20.500 35c2 2 5 2 7 0`,
  },
  cat: {
    body: `M11 22L12 7l9 7ZM37 22L36 7l-9 7Z${ROUND}`,
    ink: `${EYES}M24 31v1M21 33.500c1.500 1.500 3 .5 3-1.500c0 2 1.500 3 3 1.500M13 30l-7-1M13 33l-7 2M35 30l7-1M35 33l7 2`,
  },
  dog: {
    body: `M14 13C6 12 5 26 10 30ZM34 13C42 12 43 26 38 30Z${ROUND}`,
    ink: `${EYES}M22 30h4l-2 2.500ZM24 32.500v2M20.500 35.500c2 2 5 2 7 0`,
  },
  fox: {
    body: 'M10 24L9 6l11 9h8L39 6l-1 18L24 42Z',
    ink: 'M17 25l2 1M31 25l-2 1M22.500 37h3L24 39.500Z',
  },
  frog: {
    body: `M15 7a6 6 0 1 1 0 12a6 6 0 0 1 0-12ZM33 7a6 6 0 1 1 0 12a6 6 0 0 1 0-12ZM24 14c10 0 16 6 16 13s-6 13-16 13s-16-6-16-13s6-13 16-13Z`,
    ink: 'M15 12v2M33 12v2M14 29c6 6 14 6 20 0',
  },
  turtle: {
    body: 'M8 31a16 15 0 0 1 32 0ZM38 29c5-3 8 0 7 4c-2 3-6 2-8-1ZM12 32h6v6h-6ZM30 32h6v6h-6Z',
    ink: 'M24 17v14M15 24l9-3l9 3M42.500 31v.5',
  },
  penguin: {
    body: 'M24 6c10 0 14 9 14 19s-5 17-14 17s-14-7-14-17S14 6 24 6Z',
    ink: 'M19 19v1.500M29 19v1.500M21 25h6l-3 4ZM16 32c3 5 13 5 16 0',
  },
  owl: {
    body: 'M11 8l7 5h12l7-5c2 6 3 12 3 18c0 9-7 16-16 16S8 35 8 26c0-6 1-12 3-18Z',
    ink: 'M18 18a5 5 0 1 1 0 10a5 5 0 0 1 0-10ZM30 18a5 5 0 1 1 0 10a5 5 0 0 1 0-10ZM18 22.500v1M30 22.500v1M22.500 29h3L24 32Z',
  },
  fish: {
    body: 'M4 24C10 12 26 10 34 24l9-8v16l-9-8C26 38 10 36 4 24Z',
    ink: 'M13 21.500v1M19 18c3 4 3 8 0 12M25 21c1.500 2 1.500 4 0 6',
  },
  elephant: {
    body: `M14 15C4 12 2 28 11 31ZM34 15C44 12 46 28 37 31ZM24 9a13 13 0 0 1 13 13c0 8-5 10-9 11v4c0 6-8 6-8 0v-4c-4-1-9-3-9-11A13 13 0 0 1 24 9Z`,
    ink: 'M18 21v1.500M30 21v1.500M21 31h6M21 35h6',
  },
  mouse: {
    body: `M13 7a8 8 0 1 1 0 16a8 8 0 0 1 0-16ZM35 7a8 8 0 1 1 0 16a8 8 0 0 1 0-16ZM24 15c9 0 12 7 12 12S30 41 24 41S12 32 12 27s3-12 12-12Z`,
    ink: 'M19 26v1.500M29 26v1.500M22.500 35h3L24 37.500ZM15 34l-7 1M33 34l7 1',
  },
  bird: {
    body: 'M24 9c9 0 15 7 15 16s-6 15-15 15S9 34 9 25S15 9 24 9ZM22 10c-2-4 0-6 3-7c-1 3 0 5 2 6Z',
    ink: 'M18 22v1.500M30 22v1.500M20 28h8l-4 5Z',
  },
  whale: {
    body: 'M4 26c0-9 8-13 17-13c10 0 15 7 16 13c3 0 4-3 3-7c3 1 5 4 5 7c0 7-6 13-18 13C13 39 4 35 4 26Z',
    ink: 'M13 25v1.500M6 31c6 3 13 3 17 1M21 8v3M17 6l2 3M25 6l-2 3',
  },
  lion: {
    body: 'M24 4l5 4l6-1l2 6l6 3l-1 7l3 6l-5 4l-1 6l-6 1l-4 5l-5-3l-5 3l-4-5l-6-1l-1-6l-5-4l3-6l-1-7l6-3l2-6l6 1Z',
    ink: 'M24 14a11 11 0 1 1 0 22a11 11 0 0 1 0-22ZM19.500 23v1.500M28.500 23v1.500M22.500 28h3L24 30.500ZM21 32c2 1.500 4 1.500 6 0',
  },
  ladybird: {
    body: 'M24 14a14 14 0 1 1 0 28a14 14 0 0 1 0-28ZM24 6a7 6 0 0 1 7 8H17a7 6 0 0 1 7-8Z',
    ink: 'M24 15v27M16 22v1M16 32v1M32 22v1M32 32v1M20 7l-4-4M28 7l4-4',
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

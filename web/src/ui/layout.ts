/* layout: panel beside the map, or sheet over it; and how far the sheet is pulled up. */
import { computed, signal } from '@preact/signals';

const wide = matchMedia('(min-width: 900px)');
export const layout = signal<'wide' | 'narrow'>(wide.matches ? 'wide' : 'narrow');
wide.addEventListener('change', () => {
  layout.value = wide.matches ? 'wide' : 'narrow';
});

export type Sheet = 'peek' | 'half' | 'full';
export const sheet = signal<Sheet>('half');
/** While a finger holds the sheet: its height in pixels. */
export const dragged = signal<number | null>(null);
/** The height of a panel that takes only what it needs (choosing a place). */
export const fitted = signal<number | null>(null);
const height = signal(innerHeight);
addEventListener('resize', () => {
  height.value = innerHeight;
});

export const PEEK_PX = 132;

export function sheetHeight(state: Sheet, viewport: number): number {
  if (state === 'peek') return PEEK_PX;
  return Math.round(viewport * (state === 'half' ? 0.48 : 0.9));
}

export const sheetPixels = computed(
  () => dragged.value ?? fitted.value ?? sheetHeight(sheet.value, height.value),
);

/** Where a sheet comes to rest when it is let go. */
export function restOf(pixels: number, viewport: number, speed: number): Sheet {
  const states: readonly Sheet[] = ['peek', 'half', 'full'];
  const aim = pixels + speed * 160;
  let best: Sheet = 'half';
  let distance = Number.POSITIVE_INFINITY;
  for (const state of states) {
    const off = Math.abs(sheetHeight(state, viewport) - aim);
    if (off < distance) {
      distance = off;
      best = state;
    }
  }
  return best;
}

/*
 * reading: what an instrument showed: quantities with their plausible ranges, and the wait before
 * reading.
 *
 * Pupils in Kumagaya let their instruments stand for two minutes. A value read earlier is kept and
 * says so; the wait is counted by the device's clock, so that it goes on while the page is closed.
 */
export const QUANTITIES = ['air_temperature', 'wbgt', 'surface_temperature', 'humidity'] as const;
export type QuantityName = (typeof QUANTITIES)[number];

export interface QuantityRange {
  readonly unit: '℃' | '%';
  readonly least: number;
  readonly most: number;
}

/** What an instrument may show outdoors in Japan: records of the Japan Meteorological Agency, −41.0 and
 * 41.8 °C, with room for children who measure above hot ground; asphalt and metal in the sun. */
export const RANGES: Readonly<Record<QuantityName, QuantityRange>> = {
  air_temperature: { unit: '℃', least: -40, most: 50 },
  wbgt: { unit: '℃', least: -20, most: 45 },
  surface_temperature: { unit: '℃', least: -40, most: 90 },
  humidity: { unit: '%', least: 1, most: 100 },
};

/** Instruments one meets in classes; anything else is typed. */
export const INSTRUMENTS = [
  'thermometer',
  'digital',
  'wbgt_meter',
  'infrared',
  'hygrometer',
] as const;
export type InstrumentName = (typeof INSTRUMENTS)[number];

export const WAIT_S = 120;
/** A timer that somebody forgot says nothing any more. */
const WAIT_MOST_S = 3600;

/** «３５．５», «35,5» and « 35.5 ℃» are 35.5; null for what is no number with at most three decimals. */
export function valueFromText(text: string): number | null {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/[−ー―]/g, '-')
    .replace(',', '.')
    .replace(/\s*(°c|℃|°|度|%)$/i, '');
  return /^-?\d{1,3}(\.\d{1,3})?$/.test(plain) ? Number(plain) : null;
}

export type ReadingFault = 'empty' | 'number' | 'range';

export function readingFault(quantity: QuantityName, text: string): ReadingFault | null {
  if (text.trim() === '') return 'empty';
  const value = valueFromText(text);
  if (value === null) return 'number';
  const { least, most } = RANGES[quantity];
  return value < least || value > most ? 'range' : null;
}

/** Seconds since the timer was started; 0 when it was not, or when the clock was turned back. */
export function waitedSeconds(startedMs: number | null, nowMs: number): number {
  if (startedMs === null || nowMs < startedMs) return 0;
  return Math.min(WAIT_MOST_S, Math.floor((nowMs - startedMs) / 1000));
}

export const isEarly = (waitedS: number): boolean => waitedS < WAIT_S;

export function clockText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** As people write it: no needless zeros. */
export function valueText(valueMilli: number): string {
  return String(Number((valueMilli / 1000).toFixed(3)));
}

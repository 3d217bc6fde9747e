import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isDrawn } from './animal';

const names = readFileSync(
  join(import.meta.dirname, '../../../../server/people/pen_names.def'),
  'utf8',
);
const style = readFileSync(join(import.meta.dirname, '../../style/join.css'), 'utf8');
const ids = (kind: string): string[] =>
  [...names.matchAll(new RegExp(`^${kind}\\("(\\w+)"`, 'gm'))].map(([, id = '']) => id);

describe('a pen name', () => {
  it('has a picture of its animal', () => {
    expect(ids('ANIMAL').length).toBeGreaterThan(30);
    expect(ids('ANIMAL').filter((animal) => !isDrawn(animal))).toEqual([]);
  });

  it('has its colour', () => {
    expect(ids('COLOUR').length).toBeGreaterThan(10);
    expect(ids('COLOUR').filter((colour) => !style.includes(`.colour-${colour}`))).toEqual([]);
  });
});

// The programs that are compiled and run on both sides, and the ways in which they are compiled.

import type { Build, Level } from '../host-tools.ts';

type Program = {
  readonly name: string;
  readonly folder: NonNullable<Build['folder']>;
  /** Whether it repeats its work as often as it is told. */
  readonly hasRounds: boolean;
  /** Those of the benchmark are too long to be stepped through in every test run. */
  readonly isShort: boolean;
};

export const LEVELS: readonly Level[] = ['-O0', '-O2', '-O3', '-Os'];

const REPEATED =
  'chacha20 format integers json machine mandelbrot queens regex sorts strings'.split(' ');
const ONCE = 'bodies decimals equations images mixed'.split(' ');
const LONG = [
  ['sha256', 'programs'],
  ['btree', 'bench'],
  ['core', 'bench'],
  ['lz77', 'bench'],
] as const;

export const PROGRAMS: readonly Program[] = [
  ...REPEATED.map((name) => short(name, true)),
  ...ONCE.map((name) => short(name, false)),
  ...LONG.map(([name, folder]) => ({ name, folder, hasRounds: true, isShort: false })),
];

function short(name: string, hasRounds: boolean): Program {
  return { name, folder: 'programs', hasRounds, isShort: true };
}

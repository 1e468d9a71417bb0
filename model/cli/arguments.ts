// The values of options: each is read once, here, into a type that cannot be wrong.

import { InvalidArgumentError } from 'commander';

export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(`expected a positive whole number, got ${text}.`);
  }
  return value;
}

export function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value >= 2 ** 32) {
    throw new InvalidArgumentError(`expected a whole number below 2^32, got ${text}.`);
  }
  return value;
}

/** `8g`: in units of 1024. */
export function bytes(text: string): number {
  const [, digits, unit] = /^(\d+)([kmgt]?)$/i.exec(text) ?? [];
  const value = Number(digits) * 1024 ** ' kmgt'.indexOf(unit?.toLowerCase() || ' ');
  if (digits === undefined || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(`expected bytes such as 512m or 8g, got ${text}.`);
  }
  return value;
}

export function choices(text: string): number[] {
  const parts = text.split('.').map(Number);
  if (!/^\d+(\.\d+)*$/.test(text)) {
    throw new InvalidArgumentError(
      `expected numbers with points between, such as 0.3.1, got ${text}.`,
    );
  }
  return parts;
}

/** `2/5`: the second of five. */
export interface Part {
  index: number;
  of: number;
}
export function part(text: string): Part {
  const [, first, last] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [index, of] = [Number(first) - 1, Number(last)];
  if (!(index >= 0 && index < of)) {
    throw new InvalidArgumentError(`expected a part such as 2/5, got ${text}.`);
  }
  return { index, of };
}

/** An option that may be given several times. */
export const several = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  text,
];

// Seeds and digests: one 64-bit seed a run, one a case, and the hash that names a case.
// The seed of a case depends on the run's seed and the case's id alone: not on order or jobs.
// Spec: conformance.md, "Seeds".

import { createHash } from 'node:crypto';

export function caseSeed(seed: bigint, id: string): bigint {
  return createHash('sha256').update(`${seed}\n${id}`).digest().readBigUInt64BE(0);
}

/** Six hexadecimal digits of SHA-256. */
export function hash6(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}

/** JSON with sorted keys and no spaces: equal values, equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject({ ...value });
  return JSON.stringify(value) ?? 'null';
}

function canonicalObject(value: { readonly [key: string]: unknown }): string {
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(field)}`;
  }
  return `{${text}}`;
}

/** Whether two values have the same canonical text, without making it. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  return areFieldsSame({ ...one }, { ...other });
}

function areFieldsSame(one: Fields, other: Fields): boolean {
  for (const key in one) if (!isSame(one[key], other[key])) return false;
  for (const key in other) {
    if (one[key] === undefined && other[key] !== undefined) return false;
  }
  return true;
}

interface Fields {
  readonly [key: string]: unknown;
}

/** A decimal 64-bit seed, or undefined where the text is none. */
export function parseSeed(text: string): bigint | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const seed = BigInt(text);
  return seed < 1n << 64n ? seed : undefined;
}

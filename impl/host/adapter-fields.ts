// Reads fields out of JSON that nobody has checked: a value of the right type, or an error that
// says where, what was expected and what was found. Not the meaning of any message.
// Spec: conformance.md, "The adapter protocol".

import { type Counter, isCounter, toCounter } from '../protocol/index.ts';

/** A request that cannot be carried out as it stands. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;
  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

/** A JSON object and the place where it stood. Unknown fields are ignored. */
export interface Fields {
  readonly path: string;
  readonly values: { readonly [name: string]: unknown };
}

export function toFields(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw expected(path, 'an object', value);
  }
  return { path, values: { ...value } };
}

export function fieldsOf(fields: Fields, name: string): Fields {
  return toFields(fields.values[name], `${fields.path}.${name}`);
}

export function has(fields: Fields, name: string): boolean {
  return fields.values[name] !== undefined && fields.values[name] !== null;
}

export function textOf(fields: Fields, name: string): string {
  const value = fields.values[name];
  if (typeof value !== 'string') throw expected(`${fields.path}.${name}`, 'a string', value);
  return value;
}

/** An unsigned 64-bit integer as a decimal string, without leading zeros. */
export function counterOf<C extends Counter<string>>(fields: Fields, name: string): C {
  return toCounter<C>(unsignedOf(fields, name));
}

export function booleanOf(fields: Fields, name: string): boolean {
  const value = fields.values[name];
  if (typeof value === 'boolean') return value;
  throw expected(`${fields.path}.${name}`, 'true or false', value);
}

export function unsignedOf(fields: Fields, name: string): bigint {
  const text = fields.values[name];
  if (typeof text === 'string' && decimal.test(text)) {
    const value = BigInt(text);
    if (isCounter(value)) return value;
  }
  throw expected(`${fields.path}.${name}`, 'a decimal string from 0 to 2^64-1', text);
}

/** Base64 with padding. */
export function bytesOf(fields: Fields, name: string): Uint8Array {
  const text = fields.values[name];
  if (typeof text !== 'string' || !base64.test(text)) {
    throw expected(`${fields.path}.${name}`, 'base64 with padding', text);
  }
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** One of a closed list. */
export function oneOf<Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
): Word {
  const value = fields.values[name];
  const word = words.find((one) => one === value);
  if (word === undefined) throw expected(`${fields.path}.${name}`, words.join(' or '), value);
  return word;
}

export function listOf(fields: Fields, name: string): readonly Fields[] {
  const value = fields.values[name];
  const path = `${fields.path}.${name}`;
  if (!Array.isArray(value)) throw expected(path, 'a list', value);
  return value.map((one: unknown, index) => toFields(one, `${path}[${index}]`));
}

export function expected(path: string, what: string, got: unknown): RequestError {
  const text = got === undefined ? 'nothing' : (JSON.stringify(got) ?? String(got));
  const shown = text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}...` : text;
  return new RequestError('malformed', `${path}: expected ${what}, got ${shown}`);
}

const decimal = /^(0|[1-9][0-9]{0,19})$/;
const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const shownCharsMax = 80;

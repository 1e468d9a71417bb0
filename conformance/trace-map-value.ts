// The values of a map: constants, fields of a line of the log, and what becomes of them in a trace.
// It knows no rules (trace-map.ts). Spec: conformance.md, "A log in other words".

/** A constant, a value of the line, texts joined, or an object or list of them: the schema of a map says which. */
export type MapValue = unknown;
export interface Taken {
  readonly $field: string;
  readonly as?: 'same' | 'text' | 'counter' | 'number' | 'instant' | 'hex' | 'utf8';
  readonly names?: { readonly [value: string]: unknown };
  readonly default?: unknown;
  readonly optional?: true;
}
export interface Joined {
  readonly $join: readonly (string | Taken)[];
}
export type TimeUnit = 'ns' | 'us' | 'ms' | 's' | 'rfc3339';

type Fields = { readonly [field: string]: unknown };

/** A line of the log that the map cannot read; the text says why, with the remedy. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

export function readValue(value: MapValue, log: Fields, unit: TimeUnit | undefined): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => readValue(one, log, unit)).filter((one) => one !== undefined);
  }
  if (isTaken(value)) return takenOf(value, log, unit);
  if (isJoined(value)) {
    const texts = value.$join.map((part) => readValue(part, log, unit) ?? '');
    return texts.map((text) => toText(text, 'a part of $join')).join('');
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, one]) => [name, readValue(one, log, unit)]);
  return Object.fromEntries(fields.filter(([, one]) => one !== undefined));
}

/** The instant of a line, in nanoseconds. */
export function timeOf(log: Fields, { field, unit }: { field: string; unit: TimeUnit }): string {
  return instantOf(wanted(log, field), unit, field);
}

/** Undefined where there is none. A name may have dots in it. */
export function fieldOf(fields: Fields, path: string): unknown {
  if (Object.hasOwn(fields, path)) return fields[path];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot);
    const inner = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (isFields(inner)) return fieldOf(inner, path.slice(dot + 1));
  }
  return undefined;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTaken = (value: unknown): value is Taken => isFields(value) && '$field' in value;
const isJoined = (value: unknown): value is Joined => isFields(value) && '$join' in value;

function takenOf(taken: Taken, log: Fields, unit: TimeUnit | undefined): unknown {
  const found = fieldOf(log, taken.$field) ?? null;
  if (found === null && taken.optional === true) return undefined;
  if (found === null && taken.default !== undefined) return taken.default;
  const value = readAs(taken, wanted(log, taken.$field), unit);
  return taken.names === undefined ? value : renamed(value, taken.names, taken.$field);
}

function wanted(log: Fields, field: string): unknown {
  const found = fieldOf(log, field) ?? null;
  if (found !== null) return found;
  const known = Object.keys(log).slice(0, namesShownMax).join(', ');
  throw new LineError(
    `field ${field} is missing (the line has ${known || 'no fields'}): name another, or say "default" or "optional"`,
  );
}

function renamed(value: unknown, names: NonNullable<Taken['names']>, field: string): unknown {
  const text = toText(value, field);
  if (Object.hasOwn(names, text)) return names[text];
  const known = Object.keys(names).slice(0, namesShownMax).join(', ');
  throw new LineError(`field ${field}: expected one of ${known}, got ${text}: add it to "names"`);
}

function readAs({ as, $field }: Taken, value: unknown, unit: TimeUnit | undefined): unknown {
  switch (as) {
    case undefined:
    case 'same':
      break;
    case 'text':
      return toText(value, $field);
    case 'counter':
      return counterOf(value, $field);
    case 'number':
      return numberOf(value, $field);
    case 'instant':
      return instantOf(value, unit ?? 'ns', $field);
    case 'hex':
      return bytesOf(value, $field);
    case 'utf8':
      return Buffer.from(toText(value, $field), 'utf8').toString('base64');
  }
  return value;
}

function toText(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return String(exact(value, field));
  throw expected(field, 'a text, number or boolean', value);
}

/** Beyond 2^53-1 what was logged is lost already. */
function exact(value: number, field: string): number {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  throw new LineError(
    `field ${field}: ${value} is above 2^53-1, and was rounded when it was read: log it as text`,
  );
}

function counterOf(value: unknown, field: string): string {
  const text = toText(value, field);
  if (/^\d{1,20}$/.test(text)) return String(BigInt(text));
  throw expected(field, 'a whole number or its decimal digits', value);
}

function numberOf(value: unknown, field: string): number {
  const text = toText(value, field);
  if (/^-?\d+(\.\d+)?$/.test(text)) return exact(Number(text), field);
  throw expected(field, 'a number', value);
}

function bytesOf(value: unknown, field: string): string {
  if (typeof value === 'string' && /^([0-9a-fA-F]{2})*$/.test(value)) {
    return Buffer.from(value, 'hex').toString('base64');
  }
  throw expected(field, 'two hexadecimal digits a byte', value);
}

function instantOf(value: unknown, unit: TimeUnit, field: string): string {
  if (unit === 'rfc3339') return instantOfDate(value, field);
  const digits = digitsOf[unit];
  const found = /^(\d{1,20})(?:\.(\d+))?$/.exec(toText(value, field));
  const fraction = (found?.[2] ?? '').replace(/0+$/, '');
  if (found === null || fraction.length > digits) {
    throw expected(field, `an instant in ${unit}, to the nanosecond`, value);
  }
  return String(BigInt(`${found[1]}${fraction.padEnd(digits, '0')}`));
}

/** How many decimal places a nanosecond is behind the unit's point. */
const digitsOf = { ns: 0, us: 3, ms: 6, s: 9 } as const;

function instantOfDate(value: unknown, field: string): string {
  const text = toText(value, field);
  const found = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(.+)$/.exec(text);
  const [, day, clock, fraction = '', zone = ''] = found ?? [];
  const isZone = /^([Zz]|[+-]\d\d:\d\d)$/.test(zone);
  const milliseconds = Date.parse(`${day}T${clock}${zone.toUpperCase()}`);
  if (!isZone || !(milliseconds >= 0)) {
    throw expected(field, 'a date and time with its zone, as 2026-01-31T12:00:00.5Z', value);
  }
  return String(BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

function expected(field: string, what: string, got: unknown): LineError {
  const text = JSON.stringify(got) ?? 'nothing';
  return new LineError(`field ${field}: expected ${what}, got ${shorten(text)}`);
}

const shownMax = 120;
const namesShownMax = 12;
export const shorten = (text: string): string =>
  text.length > shownMax ? `${text.slice(0, shownMax)}...` : text;

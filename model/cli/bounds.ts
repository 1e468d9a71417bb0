// `--bounds key=value,...`: changes to the bounds of a row, each refused with what is allowed in its place.

import { InvalidArgumentError } from 'commander';
import { type BoundKind, boundKinds, isBound } from '../environment/bound-kinds.ts';
import type { Bounds } from '../environment/manager.ts';

/** May be given several times: later words win. */
export function readBounds(text: string, before: Partial<Bounds> = {}): Partial<Bounds> {
  const changes = text.split(',').map((part): [keyof Bounds, unknown] => {
    const [name = '', value, ...rest] = part.split('=');
    if (!isBound(name)) {
      throw new InvalidArgumentError(
        `expected one of ${Object.keys(boundKinds).join(', ')} before =, got ${name || 'nothing'}.`,
      );
    }
    const kind = boundKinds[name];
    const read = value === undefined || rest.length > 0 ? null : readValue(kind, value);
    if (read === null) {
      const got = value === undefined ? 'no value' : [value, ...rest].join('=');
      throw new InvalidArgumentError(`expected ${name}=${allowed(kind)}, got ${got}.`);
    }
    return [name, read];
  });
  return { ...before, ...Object.fromEntries(changes) };
}

/** The text that `readBounds` reads these from. */
export const boundsToText = (bounds: Partial<Bounds>): string =>
  Object.entries(bounds)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join('+') || nothing : value}`)
    .join(',');

const nothing = 'none';

/** Null: not of this kind. */
function readValue(kind: BoundKind, text: string): unknown {
  switch (kind.type) {
    case 'count': {
      const value = /^\d+$/.test(text) ? Number(text) : -1;
      return value >= kind.min && value <= kind.max ? value : null;
    }
    case 'switch':
      return text === 'true' ? true : text === 'false' ? false : null;
    case 'choice':
      return kind.of.includes(text) ? text : null;
    case 'set': {
      if (text === nothing) return [];
      const parts = text.split('+');
      const isSet = new Set(parts).size === parts.length;
      return isSet && parts.every((part) => kind.of.includes(part)) ? parts : null;
    }
  }
}

function allowed(kind: BoundKind): string {
  switch (kind.type) {
    case 'count':
      return `${kind.min}..${kind.max}`;
    case 'switch':
      return 'true|false';
    case 'choice':
      return kind.of.join('|');
    case 'set':
      return `some of ${kind.of.join('+')} or ${nothing}`;
  }
}

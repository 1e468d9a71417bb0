// Interning: equal values become one small integer, so that states are compared and kept as numbers. Not a cache:
// nothing is ever forgotten.

export interface Interner<T> {
  /** The number of this value; the same for every equal value. */
  id(value: T): number;
  value(id: number): T;
  readonly size: number;
}

/** `keyOf` must tell apart all values that differ in meaning. */
export function createInterner<T>(keyOf: (value: T) => string = JSON.stringify): Interner<T> {
  const ids = new Map<string, number>();
  const values: T[] = [];
  return {
    id(value) {
      const key = keyOf(value);
      const known = ids.get(key);
      if (known !== undefined) return known;
      ids.set(key, values.length);
      values.push(value);
      return values.length - 1;
    },
    value(id) {
      const value = values[id];
      if (value === undefined) throw new Error(`no value ${id}: ${values.length} are interned`);
      return value;
    },
    get size() {
      return values.length;
    },
  };
}

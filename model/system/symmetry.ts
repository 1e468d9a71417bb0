// Which hosts are alike in a state: nothing has happened to them yet, and nobody knows of them. Who seems to be known of,
// and is not, costs states and no verdict, so a number counts for all that it might stand for.

import type { Channels, HostIndex } from '../environment/channel.ts';
import { hostOf } from '../environment/guest.ts';
import { hostNames } from './change.ts';
import type { Product } from './product.ts';
import type { Word } from './view.ts';

/** A bit for each host that is alike with every other such; states that have at most one know none to change places. */
export function createAlike(product: Product): (words: ArrayLike<number>) => number {
  const { words, initial, hosts, bounds } = product;
  const everyone = hosts.reduce((mask, host) => mask | bitOf(host), 0);
  // Without rivals the manager starts the machine on the first.
  const candidates = bounds.rivals ? everyone : everyone & ~bitOf(0);
  const owners = ownersOf(words);
  /** Of each word, by its value, the hosts of which it says nothing. */
  const free: number[][] = words.map(() => []);
  const freeIn = (word: Word, at: number, value: number): number => {
    const own = owners[at] ?? null;
    const named = namedIn(product, word, word.value(value));
    if (own === null) return everyone & ~named;
    const untouched = value === initial[at] ? bitOf(own) : 0;
    return (everyone & ~named & ~bitOf(own)) | untouched;
  };
  return (state) => {
    let alike = candidates;
    for (let at = 0; at < words.length && alike !== 0; at++) {
      const value = state[at] ?? 0;
      const word = words[at];
      const row = free[at];
      if (word === undefined || row === undefined) break;
      alike &= row[value] ??= freeIn(word, at, value);
    }
    return alike;
  };
}

const bitOf = (host: HostIndex): number => 1 << host;

/** The host whose word it is; null: of all. */
function ownersOf(words: readonly Word[]): (HostIndex | null)[] {
  const seen = new Map<Word['part'], number>();
  return words.map(({ part }) => {
    if (part !== 'host' && part !== 'guest') return null;
    const host = seen.get(part) ?? 0;
    seen.set(part, host + 1);
    return host;
  });
}

/** The hosts that the value of a word may tell from others. */
function namedIn({ slots, message }: Product, { part }: Word, value: unknown): number {
  switch (part) {
    case 'lives':
      // The life that a host begins with is nobody's news.
      return maskOf<number>(value, (life, host) => (life === 1 ? 0 : bitOf(host)));
    case 'channels':
      return (value as Channels).reduce((mask, one, slot) => {
        if (one === null) return mask;
        const ends = maskOf<HostIndex>(slots.ends[slot], (host) => bitOf(host));
        return mask | ends | maskOf<number>(one.toward.flat(), (id) => namedBy(message(id)));
      }, 0);
    case 'datagrams':
    case 'tape':
      return maskOf(value, (one: { message?: number }) => {
        const { message: id } = one;
        return namedBy(one) | (id === undefined ? 0 : namedBy(message(id)));
      });
    default:
      return namedBy(value);
  }
}

function maskOf<T>(list: unknown, of: (one: T, at: number) => number): number {
  // What is under each part is settled by its word.
  return (list as readonly T[]).reduce((mask, one, at) => mask | of(one, at), 0);
}

/** The hosts whose name, number or work is anywhere in the value. */
function namedBy(value: unknown, key = ''): number {
  if (typeof value === 'string') {
    return hostNames.reduce(
      (mask, name, host) => mask | (value.includes(`${name}#`) ? bitOf(host) : 0),
      0,
    );
  }
  if (typeof value === 'number') {
    if (hostKeys.has(key)) return bitOf(value);
    return key === sameInAll ? 0 : workOf(value);
  }
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (mask, [inner, one]) => mask | namedBy(one, Array.isArray(value) ? key : inner),
    0,
  );
}

/** Where a host stands by its number. */
const hostKeys: ReadonlySet<string> = new Set(['host', 'to']);

/** A setting of every node, large enough to be taken for work. */
const sameInAll = 'entriesMax';

function workOf(item: number): number {
  const host = hostOf(item);
  return host === null ? 0 : bitOf(host);
}

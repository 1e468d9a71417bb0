// Hosts that are alike: the same verdicts as soon as before, and of every state that is left out the image is there.

import { describe, expect, test } from 'vitest';
import { hostOf } from '../../../model/environment/guest.ts';
import type { Bounds } from '../../../model/environment/manager.ts';
import { isSpare } from '../../../model/explore/symmetry.ts';
import { explore } from '../../../model/explore.ts';
import { properties } from '../../../model/properties.ts';
import { rows } from '../../../model/rows.ts';
import { seededBugs } from '../../../model/seeded-bugs.ts';
import { createSystem, hostNames, type System, type SystemView } from '../../../model/system.ts';

const boundsOf = (name: string): Bounds => {
  const row = rows.find((one) => one.name === name);
  if (row === undefined) throw new Error(`there is no row ${name}`);
  return row.bounds;
};
/** Either of two hosts may be started; or either of two others named as the replacement. */
const small: Record<string, Bounds> = {
  rivals: { ...boundsOf('rivals'), crashes: 0, breaks: 0 },
  'replace-late': boundsOf('replace-late'),
};

describe('a row of hosts that are alike', () => {
  test.each(Object.entries(small))('%s has the same verdicts', (_, bounds) => {
    const look = (isSymmetric: boolean) => {
      const model = createSystem(bounds);
      return explore({ model, properties, statesMax: 60_000, isSymmetric });
    };
    const [whole, less] = [look(false), look(true)];
    expect([whole.isExhausted, less.isExhausted]).toEqual([true, true]);
    const told = ({ verdicts }: typeof whole) =>
      verdicts.map(({ property, outcome, path }) => [property, outcome, path?.choices.length]);
    expect(told(less)).toEqual(told(whole));
    expect(less.depth).toBe(whole.depth);
    expect(less.states).toBeLessThan(whole.states);
  });

  test('a row of two hosts, of which the first is started, is as it was', () => {
    const model = createSystem(boundsOf('restart'));
    const whole = explore({ model, properties: [], statesMax: 60_000 });
    const less = explore({ model, properties: [], statesMax: 60_000, isSymmetric: true });
    expect([less.states, less.edges]).toEqual([whole.states, whole.edges]);
  });
});

/** The hosts that change places. */
type Swap = readonly [number, number];

describe('a state that is left out', () => {
  test.each<[string, Swap]>([
    ['rivals', [0, 1]],
    ['replace-late', [1, 2]],
  ])('of %s has its image among those that are not', (name, swap) => {
    const system = createSystem(small[name] ?? boundsOf(name));
    const statesOf = (isSymmetric: boolean) => {
      const texts = new Map<string, string>();
      const onState = (words: Int32Array) => {
        const view = system.view(words);
        texts.set(textOf(system, view, null), textOf(system, view, swap));
      };
      explore({ model: system, properties: [], statesMax: 60_000, isSymmetric, onState });
      return texts;
    };
    const [whole, less] = [statesOf(false), statesOf(true)];
    const out = [...whole].filter(([text]) => !less.has(text));
    expect(out.length).toBe(whole.size - less.size);
    expect(out.length).toBeGreaterThan(0);
    expect(out.filter(([, image]) => !less.has(image))).toEqual([]);
  });
});

/** A state as text, every part of it; with a swap, that of its image. */
function textOf(system: System, view: SystemView, swap: Swap | null): string {
  const [one, other] = swap ?? [0, 0];
  const hostAt = (host: number): number => (host === one ? other : host === other ? one : host);
  const names = (text: string): string =>
    text.replace(/\b([a-z])#/g, (all, name) => {
      const host = hostNames.indexOf(name);
      return host < 0 ? all : `${hostNames[hostAt(host)]}#`;
    });
  const imageOf = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return names(value);
    if (typeof value === 'number') {
      if (key === 'host' || key === 'to') return hostAt(value);
      const host = key === 'entriesMax' ? null : hostOf(value);
      return host === null ? value : value + 10 * (hostAt(host) - host);
    }
    if (Array.isArray(value)) return value.map((inner) => imageOf(inner, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, imageOf(inner, name)]),
    );
  };
  const perHost = (list: readonly unknown[]): unknown[] =>
    list.map((_, host) => imageOf(list[hostAt(host)]));
  const sorted = (list: readonly unknown[]): string[] =>
    list.map((inner) => JSON.stringify(imageOf(inner))).sort();
  const hosts = view.hosts.length;
  const ends = Array.from({ length: hosts }, (_, a) => a).flatMap((a) =>
    Array.from({ length: hosts }, (_, b) => b)
      .filter((b) => b !== a)
      .map((b) => [a, b] as const),
  );
  const slotsEach = view.channels.length / ends.length;
  const channels = view.channels.flatMap((channel, slot) => {
    const [a = 0, b = 0] = ends[Math.floor(slot / slotsEach)] ?? [];
    if (channel === null) return [];
    const toward = channel.toward.map((ids) => ids.map((id) => imageOf(system.message(id))));
    return [JSON.stringify([hostAt(a), hostAt(b), slot % slotsEach, { ...channel, toward }])];
  });
  const { arbiter, disk, world } = view;
  return JSON.stringify([
    perHost(view.hosts),
    perHost(view.guests),
    channels.sort(),
    sorted(view.datagrams.map(({ to, message }) => ({ to, message: system.message(message) }))),
    imageOf(arbiter.record),
    [0, 1, 2].map((host) =>
      arbiter.requests.filter((one) => one.host === hostAt(host)).map((one) => imageOf(one)),
    ),
    sorted(arbiter.answers),
    imageOf(disk),
    [world.lives.map((_, host) => world.lives[hostAt(host)]), world.left],
    imageOf([world.emitted, world.since, world.images]),
  ]);
}

describe('a seeded bug of hosts that are alike', () => {
  const alike = seededBugs.filter(({ bounds }) => bounds.hosts === 3 || bounds.rivals);

  test('there are some', () => expect(alike.length).toBeGreaterThan(5));

  test.each(alike)('$name is found as soon', (bug) => {
    const model = createSystem(bug.bounds, bug.variant);
    const judged = properties.filter(({ name }) => name === bug.property);
    const report = explore({ model, properties: judged, statesMax: 200_000, isSymmetric: true });
    const [verdict] = report.verdicts.filter(({ outcome }) => outcome === 'violated');
    expect(verdict?.path?.choices).toHaveLength(bug.steps);
  });
});

test('of parts that are alike, the first alone may be touched alone', () => {
  expect(isSpare(0b110, 0b110)).toBe(false);
  expect(isSpare(0b110, 0b100)).toBe(false);
  expect(isSpare(0b110, 0b010)).toBe(true);
  expect(isSpare(0b110, 0b000)).toBe(false);
  expect(isSpare(0b100, 0b000)).toBe(false);
  expect(isSpare(0b111, 0b011)).toBe(true);
});

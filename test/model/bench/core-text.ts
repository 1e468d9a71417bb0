// What core.pml and its parts say of themselves: its bug switches, its claims, its words; and which bounds of the model it can be given.
// It reads the text and checks no model. Spec: protocol.

import { readdirSync, readFileSync } from 'node:fs';
import type { Bounds } from '../../../model/environment/manager.ts';
import { always } from '../../../model/properties/always.ts';
import type { SystemAlways } from '../../../model/properties/look.ts';
import { calm } from '../../../model/rows.ts';
import type { SeededBug } from '../../../model/seeded-bugs/bug.ts';
import { seededBugs } from '../../../model/seeded-bugs.ts';

/** Of core.pml and what it includes. */
export const folder: URL = new URL('./promela/', import.meta.url);
export const files: readonly string[] = readdirSync(folder);

const text: string = files
  .filter((name) => name.endsWith('.pml'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');

const matches = (pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found = '']) => found)),
];

/** `BUG_GATE_REOPENED_IN_DOUBT` sows the bug `gate-reopened-in-doubt`. */
export const switches: readonly string[] = matches(/\b(BUG_\w+)/g);
export const switchOf = ({ name }: SeededBug): string =>
  `BUG_${name.toUpperCase().replaceAll('-', '_')}`;

/** The always-properties that core.pml claims, by name. */
export const claims: readonly string[] = matches(/CLAIM\("([^"]+)"/g);
export const claimed: readonly SystemAlways[] = always.filter(({ name }) => claims.includes(name));

/** Every word of its mtype. */
export const words: readonly string[] = matches(/mtype = \{([^}]+)\}/g).flatMap((list) =>
  list.split(',').map((word) => word.trim()),
);

/** With more joinings a life would need more than its four bits of a history. */
const joinsMax = 3;
/** Seven lives of four bits are what an int holds without its sign. */
const positionsMaxOfHistory = 7;

/** The bugs that core.pml could show: what happens in their bounds happens in it. */
export const coreBugs: readonly SeededBug[] = seededBugs.filter(
  ({ bounds }) => definesOf(bounds) !== null,
);

/** The macros that give core.pml these bounds; null where it has no such thing. */
export function definesOf(bounds: Bounds): string[] | null {
  const { joins, crashes, breaks, positionsMax, entriesMax, ...fixed } = bounds;
  const { joins: _j, crashes: _c, breaks: _b, positionsMax: _p, entriesMax: _e, ...ours } = calm;
  if (JSON.stringify(fixed) !== JSON.stringify(ours)) return null;
  if (joins < 1 || joins > joinsMax || positionsMax > positionsMaxOfHistory) return null;
  return [
    `-DJOINS=${joins}`,
    `-DCRASHES=${crashes}`,
    `-DBREAKS=${breaks}`,
    `-DPOSITIONS_MAX=${positionsMax}`,
    `-DENTRIES_MAX=${entriesMax}`,
  ];
}

// Which status flags a block must hand on as values, because a block behind it reads them. All
// other flags go on in the descriptor alone. Spec: cpu.md, "Flags".

import type { Flag } from '../algebra.ts';
import { STATUS_FLAGS } from '../flags.ts';
import type { Block } from './block.ts';
import type { Node } from './node.ts';
import type { ExitState } from './recorder.ts';

/** For each block the flags, by bit, that it or a block behind it reads as they are at its entry. */
export function flagsReadFrom(
  blocks: readonly Block[],
  successors: readonly (readonly number[])[],
): readonly number[] {
  const own = blocks.map((block) => ownReads(block));
  const live = own.slice();
  let isChanged = true;
  while (isChanged) {
    isChanged = false;
    for (let k = blocks.length - 1; k >= 0; k -= 1) {
      const block = blocks[k];
      if (block === undefined) continue;
      const behind = unionOf(successors[k] ?? [], live);
      const all = (own[k] ?? 0) | readsToHandOn(block, behind);
      if (all !== live[k]) isChanged = true;
      live[k] = all;
    }
  }
  return live;
}

export function unionOf(blocks: readonly number[], sets: readonly number[]): number {
  return blocks.reduce((all, block) => all | (sets[block] ?? 0), 0);
}

/** The flags named by a set. */
export function flagsIn(set: number): readonly Flag[] {
  return STATUS_FLAGS.filter((flag) => (set & (1 << flag)) !== 0);
}

/** What the values of a set of flags at the end of a block read at its entry. */
function readsToHandOn(block: Block, set: number): number {
  const values = flagsIn(set).map((flag) => block.end.flags.value(flag));
  return values.reduce((all, value) => all | value.entryFlags, 0) & FLAGS;
}

function ownReads(block: Block): number {
  let reads = exitReads(block.end);
  const { next } = block;
  if (next.kind === 'branch') reads |= next.condition.entryFlags;
  if (next.kind === 'indirect') reads |= next.target.entryFlags;
  for (const effect of block.effects) {
    for (const node of nodesOf(effect)) reads |= node.entryFlags;
    if ('exit' in effect) reads |= exitReads(effect.exit);
  }
  return reads & FLAGS;
}

function exitReads(exit: ExitState): number {
  const { site, leaves } = exit.flags.descriptor();
  let reads = site.entryFlags;
  for (const leaf of leaves) reads |= leaf.entryFlags;
  for (const value of exit.registers) reads |= value?.entryFlags ?? 0;
  return reads;
}

/** The expressions that an effect computes where it stands. */
export function nodesOf(effect: Block['effects'][number]): readonly Node[] {
  switch (effect.kind) {
    case 'guard':
      return [effect.condition];
    case 'hold':
      return [effect.value];
    case 'range':
    case 'load':
    case 'probe':
      return effect.predicate === undefined ? [effect.address] : [effect.address, effect.predicate];
    case 'store':
      return effect.predicate === undefined
        ? [effect.address, effect.value]
        : [effect.address, effect.value, effect.predicate];
  }
}

const FLAGS = STATUS_FLAGS.reduce<number>((set, flag) => set | (1 << flag), 0);

// How often each expression of a block is used, the ways out included: what is used once needs no
// local. Spec: cpu.md, "Meaning".

import type { Block } from './block.ts';
import { nodesOf } from './liveness.ts';
import type { Node } from './node.ts';
import type { ExitState } from './recorder.ts';

export function usesOf(block: Block): Map<Node, number> {
  const uses = new Map<Node, number>();
  for (const effect of block.effects) {
    // An address is both checked and used.
    for (const node of nodesOf(effect)) countUses(node, uses, 2);
    if ('exit' in effect) countExit(effect.exit, uses);
  }
  countExit(block.end, uses);
  if (block.next.kind === 'branch') countUses(block.next.condition, uses, 1);
  if (block.next.kind === 'indirect') countUses(block.next.target, uses, 1);
  return uses;
}

function countExit(exit: ExitState, uses: Map<Node, number>): void {
  for (const value of exit.registers) if (value !== undefined) countUses(value, uses, 1);
  const { site, leaves } = exit.flags.descriptor();
  for (const node of [site, ...leaves]) countUses(node, uses, 1);
}

function countUses(node: Node, uses: Map<Node, number>, times: number): void {
  const before = uses.get(node);
  uses.set(node, (before ?? 0) + times);
  if (before !== undefined) return;
  for (const operand of node.operands) countUses(operand, uses, 1);
}

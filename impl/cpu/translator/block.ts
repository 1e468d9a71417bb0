// Blocks: straight runs of instructions, recorded, with what comes after them. Which blocks make a
// region is found in region.ts. Spec: cpu.md, "Meaning".

import { valueToBigint } from '../fast-values.ts';
import type { Instruction } from '../instruction.ts';
import type { AddSite } from './flag-state.ts';
import type { Node } from './node.ts';
import { type Effect, type ExitState, Recorder } from './recorder.ts';

/** A longer or heavier run is cut; its rest is a block of its own. */
export const BLOCK_INSTRUCTIONS_MAX = 96;
/** Expressions, each instruction counted by itself. */
export const BLOCK_EXPRESSIONS_MAX = 4000;

export type Block = {
  readonly address: number;
  readonly instructions: readonly Instruction[];
  readonly effects: readonly Effect[];
  /** The state behind the last instruction. */
  readonly end: ExitState;
  readonly next: Successor;
};

/** Where the guest continues; addresses of code in RAM, or of what cannot be translated. */
export type Successor =
  | { readonly kind: 'goto'; readonly to: bigint }
  | {
      readonly kind: 'branch';
      readonly condition: Node;
      readonly to: bigint;
      readonly otherwise: bigint;
    }
  /** The targets that were seen, or none. */
  | { readonly kind: 'indirect'; readonly target: Node; readonly seen: readonly number[] };

/** How the program goes on after an instruction, as far as it shows without running it. */
export type Control =
  | { readonly kind: 'refused' }
  | { readonly kind: 'next'; readonly weight: Weight }
  | { readonly kind: 'jump'; readonly targets: readonly bigint[]; readonly weight: Weight };

/** What an instruction takes by itself: both make code long. */
export type Weight = { readonly expressions: number; readonly exits: number };

/** Spec: one meaning: the control flow too is what the meaning says. */
export function controlOf(instruction: Instruction): Control {
  const recorder = new Recorder(() => 0);
  if (!recorder.record(instruction)) return { kind: 'refused' };
  const { jump, graph, effects } = recorder;
  const exits = effects.filter((effect) => 'exit' in effect).length;
  const weight = { expressions: graph.size, exits };
  if (jump === undefined) return { kind: 'next', weight };
  const { condition, target } = jump;
  const direct = target.operation === 'constant' ? [target.value] : [];
  const fallsThrough = condition.operation !== 'constant';
  return {
    kind: 'jump',
    weight,
    targets: fallsThrough ? [...direct, valueToBigint(instruction.next)] : direct,
  };
}

/**
 * Records a run of instructions; none of them is refused by itself, and only the last one jumps. One
 * that is sure to leave, as what stands before it shows, ends the block.
 */
export function createBlock(
  instructions: readonly Instruction[],
  address: number,
  options: { readonly addSite: AddSite; readonly seen: readonly number[] },
): Block {
  const recorder = new Recorder(options.addSite);
  const refused = instructions.findIndex((instruction) => !recorder.record(instruction));
  const recorded = refused < 0 ? instructions : instructions.slice(0, refused);
  const after = valueToBigint(recorded.at(-1)?.next ?? address);
  const next = successorOf(recorder, after, options.seen);
  const { effects } = recorder;
  return { address, instructions: recorded, effects, end: recorder.stateAt(after), next };
}

function successorOf(recorder: Recorder, after: bigint, seen: readonly number[]): Successor {
  const { jump } = recorder;
  if (jump === undefined) return { kind: 'goto', to: after };
  const { condition, target } = jump;
  if (target.operation !== 'constant') return { kind: 'indirect', target, seen };
  if (condition.operation === 'constant') return { kind: 'goto', to: target.value };
  return { kind: 'branch', condition, to: target.value, otherwise: after };
}

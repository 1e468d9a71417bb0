// Regions: the blocks that can be reached from a hot address, translated to one function. Only code
// that has been executed is followed; whatever else is reached leaves the region.
// Spec: cpu.md, "Self-modifying code".

import type { Instruction } from '../instruction.ts';
import {
  BLOCK_EXPRESSIONS_MAX,
  BLOCK_INSTRUCTIONS_MAX,
  type Block,
  type Control,
  controlOf,
  createBlock,
  type Weight,
} from './block.ts';
import type { AddSite } from './flag-state.ts';

export const REGION_BLOCKS_MAX = 400;
export const REGION_INSTRUCTIONS_MAX = 4000;
/** Expressions and ways out, so that the code of a region is seldom longer than a function may be. */
export const REGION_EXPRESSIONS_MAX = 60_000;
export const REGION_EXITS_MAX = 8000;
/** Blocks of a region whose code has not been executed: much of it may never be. */
export const UNSEEN_BLOCKS_MAX = 6;

/** What the translator knows of the guest's code. */
export type CodeSource = {
  /** The instruction at an address of RAM, decoded if need be; undefined where there is none. */
  instructionAt(address: number): Instruction | undefined;
  readonly blocksMax: number;
  /** Whether code at the address is worth following. */
  isKnown(address: number): boolean;
  /** Where an indirect jump at the address has been seen to go. */
  targetsOf(address: number): readonly number[];
};

/** Blocks by address; the first is the entry. Empty where the entry cannot be translated. */
export type Region = { readonly entry: number; readonly blocks: ReadonlyMap<number, Block> };

export function createRegion(source: CodeSource, entry: number, addSite: AddSite): Region {
  const leaders = findLeaders(source, entry);
  const blocks = new Map<number, Block>();
  let count = 0;
  let expressions = 0;
  let exits = 0;
  for (const address of leaders) {
    const instructions = runFrom(source, address, leaders);
    count += instructions.length;
    for (const instruction of instructions) {
      const weight = weightOf(instruction);
      expressions += weight.expressions;
      exits += weight.exits;
    }
    const isLight = expressions <= REGION_EXPRESSIONS_MAX && exits <= REGION_EXITS_MAX;
    if (instructions.length === 0 || count > REGION_INSTRUCTIONS_MAX || !isLight) continue;
    const last = instructions.at(-1);
    const seen = last === undefined ? [] : source.targetsOf(Number(last.address));
    blocks.set(address, createBlock(instructions, address, { addSite, seen }));
  }
  return { entry, blocks: blocks.has(entry) ? blocks : new Map() };
}

/** The addresses where blocks begin, nearest to the entry first. */
function findLeaders(source: CodeSource, entry: number): Set<number> {
  const leaders = new Set<number>([entry]);
  for (const address of leaders) {
    const instructions = runFrom(source, address, leaders);
    const last = instructions.at(-1);
    if (last === undefined) continue;
    for (const target of successorsOf(source, last)) {
      if (leaders.size < source.blocksMax && source.isKnown(target)) leaders.add(target);
    }
  }
  return leaders;
}

function successorsOf(source: CodeSource, last: Instruction): readonly number[] {
  const control = knownControl(last);
  if (control.kind !== 'jump') return [Number(last.next)];
  return control.targets.length > 0
    ? control.targets.map(Number)
    : source.targetsOf(Number(last.address));
}

/** The instructions from an address to the next leader, a jump, or what cannot be translated. */
function runFrom(
  source: CodeSource,
  address: number,
  leaders: ReadonlySet<number>,
): readonly Instruction[] {
  const run: Instruction[] = [];
  let at = address;
  let expressions = 0;
  while (run.length < BLOCK_INSTRUCTIONS_MAX && expressions < BLOCK_EXPRESSIONS_MAX) {
    const instruction = source.instructionAt(at);
    if (instruction === undefined) return run;
    const control = knownControl(instruction);
    if (control.kind === 'refused') return run;
    run.push(instruction);
    expressions += control.weight.expressions;
    at = Number(instruction.next);
    if (control.kind === 'jump' || leaders.has(at)) return run;
  }
  return run;
}

function weightOf(instruction: Instruction): Weight {
  const control = knownControl(instruction);
  return control.kind === 'refused' ? { expressions: 0, exits: 0 } : control.weight;
}

function knownControl(instruction: Instruction): Control {
  const known = CONTROLS.get(instruction);
  if (known !== undefined) return known;
  const control = controlOf(instruction);
  CONTROLS.set(instruction, control);
  return control;
}

/** An instruction does not change; its control flow is asked for many times. */
const CONTROLS = new WeakMap<Instruction, Control>();

// What can be explored: numbered words, numbered steps. Types only.

import type { Lens } from './recall.ts';

/** What the explorer walks: states are fixed numbers of words, at most 31, each a small number. */
export interface Model<View, Step> {
  readonly width: number;
  readonly initial: ArrayLike<number>;
  /** Gives every step that is possible, in a fixed order, so that a path of choices names a run. */
  expand(words: Int32Array, sink: Sink): void;
  /** A step by its number. */
  step(id: number): Step;
  view(words: ArrayLike<number>): View;
  /** Views that note what is read of them: with them a property is run once for each outcome of its reads. */
  lensed?: Lensed<View>;
  /** Steps that may be made before all others of a state, and these then after them: see reduction.ts. */
  isConfluent?(step: number): boolean;
  /** The parts that may change places and leave the state as it is, a bit each: see symmetry.ts. */
  alike?(words: ArrayLike<number>): number;
  /** A bit for each word of a part, by the name that a property's `changes` gives it. */
  maskOf?(part: string): number;
}
/**
 * Takes a step and the words after it, which are the model's own and change with the next step, and a bit for each
 * word that may differ from before (-1: any). Steps of one number have the same bits.
 */
export type Sink = (step: number, words: Int32Array, changed: number) => void;

/** Views that read the two states under a lens, so that what they read is noted. */
export interface Lensed<View> {
  lens: Lens;
  before: View;
  after: View;
  /** Steps of one kind are equal steps that change the same words. */
  kindOf(step: number): number;
  /** Whether the probe reads the same wherever this step is made. */
  isSettled(step: number, probe: number): boolean;
}

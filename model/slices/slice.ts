// What a slice is: one node closed under a small alphabet of inputs, so that it is a finite deterministic machine for the
// conformance suite. A slice says what to give and what is then expected; it plays no part. Spec: conformance.

import type { Facts, Intent, NodeEffect, NodeInput } from '../vocabulary.ts';

/** What a symbolic input may look at to become an input with numbers: all relative to what the node has done. */
export interface SliceView {
  facts: Facts;
  /** The last entry that the peer said it has consumed. */
  consumed: number;
  /** Position of the guest: the next input or output is at `position + 1`. */
  position: number;
  /** What the request outstanding is for, whose nonce an answer can carry; null: there is none. */
  asking: Intent | null;
  /** T4 was asked in the newest joining, or is another node's to ask: the record may be `protected`. */
  protectAsked: boolean;
  /** Connections open at this node, oldest first: nothing comes on any other. */
  connections: readonly number[];
  /** The connection that the node asked to open and that has neither opened nor closed; 0: none. */
  opening: number;
  /** The highest connection that was ever opened or asked for. */
  connectionMax: number;
  /** Where it may reconnect: the node has said hello on the connection opened last, and no `welcome` came. */
  greeting: boolean;
  /** Disk operations asked of the disk and not yet answered, oldest first. */
  operations: readonly (number | 'fence')[];
  /** The guest was told to be saved, or to become an image, and has not answered. */
  saving: boolean;
  loading: boolean;
  /** Where the guest stood when it was saved last. */
  image: number;
  /** Every `guest.apply` not yet answered, oldest first: its sequence and the output that the guest makes there. */
  applying: readonly {
    seq: number;
    output: { channel: 'network' | 'console' | 'disk'; position: number; data: number } | null;
  }[];
}

/** A named input; `resolve` gives its numbers in a state. Null where the world cannot give it (nothing to answer). */
export interface SymbolicInput {
  readonly name: string;
  resolve(view: SliceView): NodeInput | null;
}
export type SymbolicEffect = NodeEffect;

export interface SliceState {
  readonly host: number;
  readonly position: number;
  readonly asking: Intent | null;
  readonly protectAsked: boolean;
  readonly connections: readonly number[];
  readonly opening: number;
  readonly connectionMax: number;
  readonly greeting: boolean;
  readonly operations: SliceView['operations'];
  readonly saving: boolean;
  readonly loading: boolean;
  readonly image: number;
  readonly applying: SliceView['applying'];
}

export interface SliceStep {
  state: SliceState;
  /** The input with its numbers, to be made concrete; null: not possible here, nothing is to be given. */
  input: NodeInput | null;
  effects: readonly SymbolicEffect[];
  handled: boolean;
  requirements: readonly string[];
}

/**
 * Defaults for concrete messages: vm `vm`, incarnations `p#1` (owner) and `b#1` (backup), epochs, versions and
 * connections as they stand in the inputs. `data` is opaque (the runner's guest knows the bytes by position), but
 * for entries of kind `completion`, where it is the operation. Message `configuration` is `equal` or `different`
 * from the node's digest; `vm` is `vm` or `other`. A `deadline.passed` means: advance until that period has passed.
 */
export interface Slice {
  name: string;
  about: string;
  node: 'owner' | 'backup';
  requirements: readonly string[];
  /** Unacknowledged entries at which the guest is held. */
  entriesMax: number;
  /** Steps that may be taken from the guest's share: all there are where any lag at all is above `lagMax`; else 0. */
  throttleMax: number;
  /** Whether a closed channel of a running pair is opened again. */
  reconnect: boolean;
  /** Public inputs from reset to the slice's first state. */
  preamble: readonly SymbolicInput[];
  alphabet: readonly SymbolicInput[];
  /** The state after reset, before the preamble. */
  reset(): SliceState;
  /** The state after the preamble. */
  initial(): SliceState;
  step(state: SliceState, input: SymbolicInput): SliceStep;
  key(state: SliceState): string;
  facts(state: SliceState): Facts;
}

// The manager, and the bounds of an exploration: how often each thing may happen, and which things may at all.
// Spec: protocol, "Protection".

import type { Channel } from '../vocabulary.ts';
import type { Forgery, Misdeed, Wire } from './adversary.ts';

/** What the manager may do beside starting a machine and protecting it. */
export type Operation =
  | 'power-off'
  | 'suspend'
  | 'resume'
  | 'turn-off'
  | 'restart-secondary'
  | 'test-failover'
  | 'declare-lost';

/** How often: each is spent one by one. */
export interface Budget {
  starts: number;
  joins: number;
  crashes: number;
  restarts: number;
  /** Connections that break though both ends live. */
  breaks: number;
  /** Requests or answers of the arbiter that are lost. */
  losses: number;
  /** Requests sent again, or a record read again. */
  retries: number;
  divergences: number;
  /** Operations that the manager begins, of those that the bounds allow. */
  commands: number;
  /** What the adversary copies, and what it puts on the wire. */
  recordings: number;
  injections: number;
  /** What manager, peer or arbiter do that they must not, of what the bounds allow. */
  misdeeds: number;
}

/** What the world may do in one exploration. */
export interface Bounds extends Omit<Budget, 'retries'> {
  /**
   * `unbounded`: the deadline passes again and again, as it does in the world; what always holds is explored faster with
   * a budget, but what must happen in the end may need any number of repeats.
   */
  retries: number | 'unbounded';
  /** 2, or 3 where a takeover is to be followed by a pairing with another host. */
  hosts: number;
  operations: readonly Operation[];
  /** An image of a suspended guest may fail to become durable. */
  unsavable: boolean;
  outputs: readonly Channel[];
  inputs: boolean;
  /** Inputs and outputs of the guest, over all epochs. */
  positionsMax: number;
  entriesMax: number;
  network: 'at-least-once' | 'may-be-lost';
  /** A closed channel of a running pair is opened again. */
  reconnect: boolean;
  /** The backup's guest consumes entries at its own pace; otherwise at once. */
  lagging: boolean;
  /** Silence may be seen on the channel at any time. */
  suspicion: boolean;
  /** Beats are sent, and silence may be seen on datagrams too. */
  beats: boolean;
  alives: boolean;
  joinTimeout: boolean;
  /** Both hosts may be told to power the machine on. */
  /** Steps that may be taken from the share of an owner's guest; 0: the lag is not measured. */
  throttleMax: number;
  rivals: boolean;
  datagramsMax: number;
  /** `open` also lets a datagram arrive more than once: an authenticated one is fresh, or dropped. */
  wire: Wire;
  /** What the adversary can make of its own. */
  forged: readonly Forgery[];
  misdone: readonly Misdeed[];
}

export const budgetOf = (bounds: Bounds): Budget => ({
  starts: bounds.starts,
  joins: bounds.joins,
  crashes: bounds.crashes,
  restarts: bounds.restarts,
  breaks: bounds.breaks,
  losses: bounds.losses,
  // What is not budgeted is not counted.
  retries: bounds.retries === 'unbounded' ? 0 : bounds.retries,
  divergences: bounds.divergences,
  commands: bounds.commands,
  recordings: bounds.recordings,
  injections: bounds.injections,
  misdeeds: bounds.misdeeds,
});

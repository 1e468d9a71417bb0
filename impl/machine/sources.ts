// What passes between a machine and whoever runs it: the closed list of its nondeterminism, its
// outputs, and the reasons for which a run ends. Types only.
// Spec: machine.md, "Nondeterminism" and "Outputs".

/** Channels of input and output. */
export const serialChannel = 0;

/**
 * Answers the machine's operations while it runs. A replayer answers from the log, a recorder from
 * the world. Each call names the position of the step in which the operation takes place. An
 * answer of 'stop' ends the run within that step: what the machine is then is not defined
 * further, and it is not to be run again.
 *
 * spec: machine.closed-list-of-nondeterminism
 */
export interface Sources {
  /** The time-stamp counter; never less than the last answer. */
  readTimeStamp(position: bigint): bigint | 'stop';
  output(output: Output): 'go-on' | 'stop';
  /** The machine goes off by its own doing; nothing of it runs afterwards. */
  goOff(position: bigint, origin: 'guest' | 'fault'): 'go-on' | 'stop';
}

/** Bytes the guest handed to the outside in one step. */
export interface Output {
  readonly position: bigint;
  readonly channel: number;
  /** Bytes of the channel's stream before these. */
  readonly offset: bigint;
  readonly bytes: Uint8Array;
}

/** What arrives from outside between two steps. */
export type MachineEvent =
  | { readonly kind: 'input'; readonly channel: number; readonly bytes: Uint8Array }
  | { readonly kind: 'timer'; readonly timer: number; readonly timeStamp: bigint }
  | { readonly kind: 'power-off' };

/** Why an event could not happen to the machine; nothing of it did. */
export interface EventRefusal {
  readonly kind: 'event-refused';
  readonly reason: 'no-such-channel' | 'bad-size' | 'backlog-full' | 'timer-not-due' | 'off';
  readonly message: string;
}

/** Bytes of one input event, at most. */
export const inputBytesMax: number = 64 * 1024;

export type MachineStop =
  | { readonly kind: 'budget' }
  /** Halted with nothing to wake it; an event may. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'off'; readonly origin: OffOrigin }
  /** A source said stop. */
  | { readonly kind: 'stopped' };

/** From outside by an event, by the guest's own write, or by a fault that no handler took. */
export type OffOrigin = 'outside' | 'guest' | 'fault';

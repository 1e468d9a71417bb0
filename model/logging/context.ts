// What the logging chart remembers and what it sees. Types only. Spec: protocol, "Logging", "Output".

import type {
  Channel,
  ChartInput,
  EndKind,
  Entry,
  Incarnation,
  Input,
  LoggingTell,
} from '../vocabulary.ts';

export interface LoggedOutput {
  /** 0 where no log is kept. */
  seq: number;
  channel: Channel;
  position: number;
  data: number;
  /** Of the disk; 0 for the other channels. */
  operation: number;
}
export interface OpenOperation {
  operation: number;
  position: number;
  data: number;
  /** The disk has answered, and the guest was asked to take the completion. */
  answered: boolean;
}
export interface LoggingContext {
  self: Incarnation;
  entriesMax: number;
  network: ChartInput['network'];
  throttleMax: number;
  reconnect: boolean;
  epoch: number;
  connection: number;
  /** Owner: the last position that the log names, of the copy or of an entry. */
  position: number;
  token: number;
  /** Owner: last sequence assigned, highest acknowledgement counted, and G. */
  sent: number;
  acknowledged: number;
  closedAt: number;
  drained: boolean;
  /** Owner: the last entry that the backup said it has consumed, and the steps taken from the guest's share. */
  consumed: number;
  throttle: number;
  /** Of a node that may reconnect: what can be sent again, and the last that was sent when the channel closed. */
  unacknowledged: readonly Entry[];
  told: number;
  /** Outputs at the gate. */
  waiting: readonly LoggedOutput[];
  /** The guest is held because the log is full. */
  full: boolean;
  /** The guest is held for an operation of the manager. */
  paused: boolean;
  /** An image is wanted as soon as nothing that the guest made is under way. */
  settling: boolean;
  /** Backup: last entry held, last consumed, and the watermark last received. */
  held: number;
  applied: number;
  watermark: number;
  /** Backup: the entry that ended the log, when it is held. */
  ended: EndKind | null;
  /** Backup: replayed outputs above the watermark. */
  kept: readonly LoggedOutput[];
  /** Backup: completions held and not yet consumed. */
  completing: readonly { seq: number; operation: number }[];
  /** Disk operations made so far, and those open. */
  operations: number;
  open: readonly OpenOperation[];
}
export type LoggingEvent =
  | LoggingTell
  | Input<'guest.input'>
  | Input<'guest.output'>
  | Input<'guest.applied'>
  | Input<'guest.diverged'>
  | Input<'disk.answered'>;

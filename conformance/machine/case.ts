// What a machine case gives and expects: the actions of the adapter protocol in small numbers, and
// a log as entries that people can read. Data, not code.
// Spec: conformance.md, "The machine".

import type { MachineStop } from '../wire.ts';

/** An entry of a machine's log; epoch and number follow the case where they are absent. */
export type CaseEntry = {
  readonly epoch?: number;
  readonly seq?: number;
  readonly position: number;
} & (
  | { readonly kind: 'time-stamp'; readonly value: number }
  | { readonly kind: 'input'; readonly channel: number; readonly text: string }
  | { readonly kind: 'timer'; readonly timer: number; readonly timeStamp: number }
  | {
      readonly kind: 'disk-completion';
      readonly operation: number;
      readonly status: number;
      readonly text: string;
    }
  | {
      readonly kind: 'output';
      readonly channel: number;
      readonly offset: number;
      readonly text: string;
    }
  | { readonly kind: 'power-off'; readonly origin: OffOrigin }
  | { readonly kind: 'digest'; readonly digest: { readonly of: string } }
);
export type OffOrigin = 'outside' | 'guest' | 'fault';

/** Bits of one byte to change; from the end where `byte` is negative. */
export interface Flip {
  readonly byte: number;
  readonly mask: number;
}

/** What is given is bytes: `flip` damages them, `cut` leaves off so many at the end. */
export interface Damage {
  readonly flip?: Flip;
  readonly cut?: number;
}

export interface PushGiven extends Damage {
  readonly type: 'machine.push';
  readonly entries?: readonly CaseEntry[];
  /** Everything that the case has recorded. */
  readonly recorded?: true;
  /** Bytes in hexadecimal, after the entries. */
  readonly raw?: string;
  /** What the last push left off, before all else. */
  readonly rest?: true;
}

export interface CheckGiven extends Damage {
  readonly type: 'machine.check';
  /** The mark whose digest the header names. */
  readonly of: string;
  readonly position?: number;
  readonly version?: number;
  readonly reserved?: number;
}

export interface BootGiven {
  readonly type: 'machine.boot';
  /** Machine code in hexadecimal, put at 0x10000 and entered there; `#` begins a comment. */
  readonly code?: string;
  /** A file in hexadecimal, instead of code. */
  readonly image?: string;
  /** MiB; 1 where absent. */
  readonly memory?: number;
}

export type MachineGiven =
  | BootGiven
  | PushGiven
  | CheckGiven
  /** The snapshot that was taken last. */
  | { readonly type: 'machine.restore'; readonly flip?: Flip }
  | { readonly type: 'machine.snapshot' | 'machine.power-off' | 'machine.digest' }
  /** `mark` names the digest, for later steps. */
  | { readonly type: 'machine.observe'; readonly mark?: string }
  | {
      readonly type: 'machine.record' | 'machine.live';
      readonly epoch: number;
      readonly next?: number;
      readonly clock: number;
    }
  | { readonly type: 'machine.replay'; readonly epoch: number; readonly next?: number }
  | { readonly type: 'machine.run'; readonly steps: number; readonly clock?: number }
  | { readonly type: 'machine.input'; readonly channel?: number; readonly text: string };

export interface AnswerSide {
  readonly kind: string;
  readonly position: number;
}

/** What the machine must answer; a field that is absent is not judged. */
export interface MachineAnswer {
  /** The code of the refusal, or null where nothing may be refused. */
  readonly refused?: string | null;
  readonly position?: number;
  readonly stop?: MachineStop;
  readonly off?: OffOrigin | null;
  /** In hexadecimal, or that of a mark, or another than that of a mark. */
  readonly digest?: string | { readonly of?: string; readonly not?: string };
  readonly log?: readonly CaseEntry[];
  readonly outputs?: readonly {
    readonly seq?: number;
    readonly offset: number;
    readonly text: string;
  }[];
  readonly consumed?: number;
  readonly taken?: number;
  readonly dropped?: number;
  readonly torn?: number;
  readonly damage?: { readonly code: string; readonly offset: number };
  readonly divergence?: {
    readonly seq: number;
    readonly position: number;
    readonly expected: AnswerSide;
    readonly actual: AnswerSide;
  };
}

export function isMachineGiven(given: { readonly type: string }): given is MachineGiven {
  return given.type.startsWith('machine.');
}

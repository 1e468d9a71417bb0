// What a run and the process of one of its jobs say to each other. Types only.
// Spec: conformance.md, "Running".

import type { AdapterCommand, AdapterTimeouts } from './adapter.ts';
import type { BaselineEntry } from './baseline.ts';
import type { Result } from './play.ts';
import type { QuarantineEntry } from './quarantine.ts';
import type { PackedCase } from './step-table.ts';
import type { Hello } from './wire.ts';

export interface SeatSetup {
  readonly command: AdapterCommand;
  readonly timeouts: AdapterTimeouts;
  readonly seed: bigint;
  readonly baseline: readonly BaselineEntry[];
  /** The file that it stands in. */
  readonly file: string;
  readonly quarantine: readonly QuarantineEntry[];
}

export type ToSeat =
  | { readonly kind: 'open'; readonly setup: SeatSetup }
  | ({ readonly kind: 'play' } & PackedCase)
  | { readonly kind: 'close' };

export type FromSeat =
  | { readonly kind: 'opened'; readonly hello: Hello }
  /** Of the case that was sent last. */
  | { readonly kind: 'result'; readonly result: Omit<Result, 'case' | 'story'> }
  /** It could not be opened, or a case ended in an error that is no verdict. */
  | { readonly kind: 'failed'; readonly name: string; readonly text: string }
  | { readonly kind: 'closed' };

// What a monitor sees of a run: inputs given, effects asked for, time passed, and settlings.
// An effect follows the input or the advance that caused it; a `settled` closes each of these.
// Spec: conformance.md, "Monitors".

import type { Effect, Input } from '../wire.ts';

export type TraceEvent =
  | {
      readonly kind: 'given';
      readonly at: bigint;
      readonly node: string;
      readonly input: Input;
      readonly refused?: string;
    }
  | { readonly kind: 'advanced'; readonly at: bigint; readonly node: string }
  | {
      readonly kind: 'effect';
      readonly at: bigint;
      readonly node: string;
      readonly effect: Effect;
    }
  | { readonly kind: 'settled'; readonly at: bigint; readonly node: string };

// The output gate: numbers outputs, holds them, and lets them out in order.
// Not the rules by which it opens: rules/output-rules.ts. Spec: protocol.md, "Output", "Devices".

import type { Token } from '../base/counters.ts';
import { type Offset, type Operation, type Sequence, toCounter } from '../base/counters.ts';
import type { Channel } from './inputs.ts';
import type { Offsets } from './messages.ts';
import type { NodeState, OperationState, Output } from './state.ts';
import { emit, ownerOf, setOwner, type Turn } from './turn.ts';

/** What an output makes of the offsets and the operations of the guest that made it. */
export interface Numbered {
  readonly output: Output;
  readonly offsets: Offsets;
  readonly operations: readonly OperationState[];
}

/** An owner and a backup number alike, each for its own guest.
 *  spec: output.byte-stream-offset */
export function numberOutput(
  before: { readonly offsets: Offsets; readonly operations: readonly OperationState[] },
  seq: Sequence,
  made: { readonly channel: Channel; readonly data: Uint8Array },
): Numbered {
  const { offsets, operations } = before;
  const { channel, data } = made;
  if (channel === 'disk') {
    const operation = toCounter<Operation>(offsets.disk + 1n);
    return {
      output: { channel, seq, operation, data },
      offsets: { ...offsets, disk: operation },
      operations: [...operations, { operation, data, condition: 'held' }],
    };
  }
  const offset = offsets[channel];
  return {
    output: { channel, seq, offset, data },
    offsets: { ...offsets, [channel]: toCounter<Offset>(offset + BigInt(data.length)) },
    operations,
  };
}

/** The completion that a guest took closes its operation.
 *  spec: device.completion-exactly-once */
export function closeOperation(
  operations: readonly OperationState[],
  data: Uint8Array,
): readonly OperationState[] {
  const completed = completedOperation(data);
  return operations.filter(({ operation }) => operation !== completed);
}

/** The data of a completion begin with the number of its operation, in decimal digits. */
export function completedOperation(data: Uint8Array): bigint | null {
  let number = 0n;
  let digits = 0;
  for (const byte of data.subarray(0, operationDigitsMax)) {
    if (byte < 0x30 || byte > 0x39) break;
    number = number * 10n + BigInt(byte - 0x30);
    digits += 1;
  }
  return digits === 0 ? null : number;
}

/** Digits of the largest 64-bit number. */
const operationDigitsMax = 20;

/** Lets one output out, now. */
export function issue(turn: Turn, output: Output): void {
  if (output.channel !== 'disk') {
    const { channel, offset, data } = output;
    emit(turn, { type: 'output.emit', channel, offset, data });
    return;
  }
  const { operation, data } = output;
  const { operations } = ownerOf(turn);
  setOwner(turn, { operations: withCondition(operations, operation, 'issued') });
  const token = tokenOf(turn.node);
  emit(turn, { type: 'disk.request', operation, token, action: { type: 'write', data } });
}

/** Lets out the held outputs that the rule now permits: a prefix, in order.
 *  spec: output.release-exactly-acknowledged */
export function release(turn: Turn): void {
  for (;;) {
    const { gate, log, waiting } = ownerOf(turn);
    const first = waiting[0];
    if (first === undefined) return;
    const acknowledged = log?.acknowledged ?? noSequence;
    if (!turn.node.rules.mayIssue({ gate, seq: first.seq, acknowledged })) return;
    setOwner(turn, { waiting: waiting.slice(1) });
    issue(turn, first);
  }
}

/** spec: storage.write-carries-token */
export function tokenOf(node: NodeState): Token {
  return node.record === null ? toCounter<Token>(0n) : node.rules.token(node.record);
}

export function withCondition(
  operations: readonly OperationState[],
  operation: Operation,
  condition: OperationState['condition'],
): readonly OperationState[] {
  return operations.map((one) => (one.operation === operation ? { ...one, condition } : one));
}

export const noSequence: Sequence = toCounter<Sequence>(0n);

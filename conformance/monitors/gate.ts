// Where the gate must stand, seen from outside, and which clause an early output breaks.
// Spec: protocol.md, "Output".

import type { Channel } from '../wire.ts';
import { epochInUse, type Made, pendingOperation, type View } from './view.ts';

export type Gate = 'open' | 'acked' | 'shut';

/** The position that the record last read allows, where no operation of the manager shut it. */
export function gateOf(view: View): Gate {
  const operation = pendingOperation(view);
  const isAsked = view.unresolvedSwap?.record.phase === 'suspended';
  if (operation === 'power-off' || (operation === 'suspend' && isAsked)) return 'shut';
  return gateByRecord(view);
}

export function gateByRecord(view: View): Gate {
  const { record } = view;
  if (view.halted || record === null || record.owner !== view.incarnation) return 'shut';
  if (record.phase === 'alone') return 'open';
  if (record.phase === 'joining') return view.readyArrived ? 'acked' : 'open';
  return record.phase === 'protected' ? 'acked' : 'shut';
}

/** Whether an output may leave while the gate is on acknowledgements. */
export function isCovered(view: View, output: Made): boolean {
  if (output.seq === undefined) return false;
  return output.seq <= view.acknowledged || output.seq <= view.gateAt;
}

/** The output that an emission is of. */
export function findMade(
  view: View,
  channel: Channel,
  offset: bigint,
  data: string,
): Made | undefined {
  return view.made.find(
    (one) => one.channel === channel && one.offset === offset && one.data === data,
  );
}

export function findOperation(view: View, operation: bigint): Made | undefined {
  return view.made.find((one) => one.operation === operation);
}

/** What made the node release, which decides the clause that an early release breaks. */
export type ReleaseCause =
  | 'old-epoch'
  | 'beyond-sent'
  | 'acknowledgement'
  | 'silence'
  | 'arbiter'
  | 'joining'
  | 'reconnecting'
  | 'welcome-beyond'
  | 'other';

export function releaseCause(view: View): ReleaseCause {
  const { trigger } = view;
  if (view.reconnection.answer === 'beyond') return 'welcome-beyond';
  if (isReconnecting(view)) return 'reconnecting';
  if (trigger.type === 'clock' || trigger.type === 'channel.closed') return 'silence';
  if (trigger.type === 'arbiter.answered' || trigger.type === 'arbiter.failed') {
    return view.record?.phase === 'joining' ? 'joining' : 'arbiter';
  }
  if (trigger.type !== 'channel.arrived' || trigger.message.kind !== 'acknowledge') return 'other';
  const epoch = BigInt(trigger.message.epoch);
  if (epoch < epochInUse(view)) return 'old-epoch';
  const isBeyond = BigInt(trigger.message.upto) > view.sent;
  return isBeyond || epoch > epochInUse(view) ? 'beyond-sent' : 'acknowledgement';
}

/** A channel that closes without suspicion, and one that is taken up in its place. */
function isReconnecting(view: View): boolean {
  const { type } = view.trigger;
  const isClosing = type === 'channel.closed' || type === 'channel.opened';
  if (isClosing && view.reconnection.isSilence) return true;
  return view.reconnection.answer !== undefined;
}

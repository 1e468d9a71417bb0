// Monitors of takeover, of going alone, and of the new owner's disks and devices.
// Spec: protocol.md, "Failover", "Storage", "Devices".

import { gateOf } from './gate.ts';
import { type Broken, type Monitor, monitor, onEffect, onSettled } from './monitor.ts';
import { isOwnAlone } from './record.ts';
import type { TraceEvent } from './trace.ts';
import type { View } from './view.ts';

/** What a promoted backup does to the outside: from the first of these it is live. */
function liveEffect(event: TraceEvent): string | undefined {
  if (event.kind !== 'effect') return undefined;
  const { type } = event.effect;
  return type === 'guest.run' || type === 'address.announce' || type === 'output.emit'
    ? type
    : undefined;
}

const withoutRecord = monitor(
  'failover.promoted-after-record',
  'live-without-record',
  (event, view) => {
    const what = liveEffect(event);
    if (what !== 'guest.run' && what !== 'address.announce') return undefined;
    if (view.pairing === undefined || isOwnAlone(view.record, view.incarnation)) return undefined;
    return ['a record read with its own name', `${what}; read: ${view.record?.phase ?? 'nothing'}`];
  },
);

function beforeLive(
  clause: string,
  code: string,
  missing: (view: View) => string | undefined,
): Monitor {
  return monitor(clause, code, (event, view) => {
    const what = liveEffect(event);
    if (what === undefined || !view.takeover) return undefined;
    const lack = missing(view);
    return lack === undefined ? undefined : [lack, `${what} before that`];
  });
}

const fenced = beforeLive('failover.fence-before-live', 'live-before-fence', (view) => {
  const token = BigInt(view.record?.token ?? '0');
  return view.fenceDone === token ? undefined : `the disks fenced with ${token}, and answered`;
});
const consumed = beforeLive('failover.consume-before-live', 'live-before-consumed', (view) => {
  return view.applied >= view.held ? undefined : `all ${view.held} entries consumed`;
});
const announced = monitor('failover.announce-address', 'not-announced', (event, view) => {
  const what = liveEffect(event);
  if (what === undefined || what === 'address.announce') return undefined;
  if (!view.takeover || view.announced) return undefined;
  return ['the address announced', `${what} before that`];
});

const sealed = onEffect(
  'failover.seal-log',
  'acknowledged-after-seal',
  'channel.send',
  ({ message }, view) => {
    if (!view.takeover) return undefined;
    if (message.kind !== 'acknowledge' && message.kind !== 'alive') return undefined;
    return ['nothing of the old epoch once the record was won', message.kind];
  },
);

const reissued = onEffect(
  'failover.reissue-open-operations',
  'not-issued',
  'guest.run',
  (_, view) => {
    if (!view.takeover) return undefined;
    for (const operation of view.open.keys()) {
      const isIssued = view.reissued.has(operation);
      if (!isIssued) return [`operation ${operation}, open, is issued again`, 'it is not'];
    }
    return undefined;
  },
);

const runAfterStart = onEffect(
  'storage.new-owner-fences',
  'run-before-fence',
  'guest.run',
  (_, view) => {
    if (view.takeover || view.pairing !== undefined || view.guest !== 'none') return undefined;
    const token = BigInt(view.record?.token ?? '0');
    if (view.fenceDone === token) return undefined;
    return [`the disks fenced with ${token}, and answered`, 'guest.run before that'];
  },
);

const fencesOnce = onEffect(
  'storage.new-owner-fences',
  'fenced-again',
  'disk.request',
  (effect, view) => {
    if (!('fence' in effect.action)) return undefined;
    if (isOwnAlone(view.record, view.incarnation) && view.fenceDone !== BigInt(effect.token)) {
      return undefined;
    }
    return ['only a new owner fences, once', `fence with ${effect.token}`];
  },
);

const token = onEffect(
  'storage.write-carries-token',
  'wrong-token',
  'disk.request',
  (effect, view) => {
    const own = view.record?.owner === view.incarnation ? view.record.token : undefined;
    if (own === undefined || own === effect.token) return undefined;
    return [`token ${own}`, `token ${effect.token}`];
  },
);

const writeData = onEffect(
  'storage.write-carries-token',
  'altered-write',
  'disk.request',
  (effect, view) => {
    if (!('write' in effect.action)) return undefined;
    const { data } = effect.action.write;
    const operation = BigInt(effect.operation);
    const made = view.made.find((one) => one.operation === operation)?.data;
    const expected = made ?? view.open.get(operation)?.data;
    if (expected === data) return undefined;
    return [`operation ${operation} with ${expected ?? 'no data'}`, data];
  },
);

const fencedReads = onSettled('storage.fenced-reads-record', 'no-read', (view) => {
  const { trigger } = view;
  if (trigger.type !== 'disk.answered' || trigger.result !== 'fenced') return undefined;
  if (view.halted || view.record?.owner !== view.incarnation || view.request !== undefined)
    return undefined;
  return ['a read of the record', 'no request'];
});

const fencedSilent = onEffect(
  'storage.fenced-reads-record',
  'completed',
  'guest.complete',
  ({ operation }, view) => {
    const { trigger } = view;
    if (trigger.type !== 'disk.answered' || trigger.result !== 'fenced') return undefined;
    return ['no completion of a fenced write', `guest.complete of ${operation}`];
  },
);

const completesOnce = onEffect(
  'device.completion-exactly-once',
  'completed-twice',
  'guest.complete',
  ({ operation }, view) => {
    if (!view.completed.has(BigInt(operation))) return undefined;
    return [`operation ${operation} completes once`, 'guest.complete again'];
  },
);

const completes = onSettled('device.completion-exactly-once', 'not-completed', (view) => {
  const { trigger } = view;
  if (trigger.type !== 'disk.answered' || trigger.result === 'fenced' || view.halted)
    return undefined;
  const operation = BigInt(trigger.operation);
  if (!view.open.has(operation) || view.takeover || gateOf(view) === 'shut') return undefined;
  if (view.completed.has(operation) || !view.asked.has(operation)) return undefined;
  return [`guest.complete of operation ${operation}`, 'nothing'];
});

/** A backup that was ready may have been made eligible: it reads before it gives up. */
const readFirst = onEffect(
  'failover.read-before-discard',
  'discarded-unread',
  'guest.halt',
  (_, view) => {
    if (view.pairing === undefined || !view.readySent || view.takeover) return undefined;
    if (view.recordIsNew || view.trigger.type === 'arbiter.answered') return undefined;
    return ['the record is read first', `discarded on ${view.trigger.type}`];
  },
);

const aloneByRecord = onEffect(
  'failover.alone-after-record',
  'reported-early',
  'report',
  ({ state }, view) => {
    if (state !== 'needSecondary' || view.takeover || view.pairing !== undefined) return undefined;
    if (isOwnAlone(view.record, view.incarnation)) return undefined;
    return ['needSecondary once the record says alone', `read: ${view.record?.phase ?? 'nothing'}`];
  },
);

const noRunByLoser = onEffect(
  'failover.loser-halts',
  'runs-after-loss',
  'guest.run',
  (_, view): Broken | undefined => {
    if (view.pairing !== undefined || view.record?.owner === view.incarnation) return undefined;
    return ['only the owner runs', `the record names ${view.record?.owner ?? 'nobody'}`];
  },
);

export const failoverMonitors: readonly Monitor[] = [
  withoutRecord,
  fenced,
  consumed,
  announced,
  sealed,
  reissued,
  runAfterStart,
  fencesOnce,
  token,
  writeData,
  fencedReads,
  fencedSilent,
  completesOnce,
  completes,
  readFirst,
  aloneByRecord,
  noRunByLoser,
];

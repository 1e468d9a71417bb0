// Monitors of what a node asks the arbiter, and of what it does with the answers.
// Spec: protocol.md, "Record" and "Arbitration".

import { canonical } from '../seed.ts';
import type { Record } from '../wire.ts';
import { type Broken, type Monitor, monitor, onEffect, onSettled } from './monitor.ts';
import { recordAfter, swapToTransition, type Transition } from './record.ts';
import type { View } from './view.ts';

interface Swap {
  readonly version: string;
  readonly record: Record;
}

function onSwap(
  clause: string,
  code: string | readonly string[],
  check: (swap: Swap, view: View, row: Transition | undefined) => Broken | undefined,
): Monitor {
  return onEffect(clause, code, 'arbiter.request', ({ action }, view) => {
    if (!('swap' in action)) return undefined;
    return check(action.swap, view, rowOf(view, action.swap.record));
  });
}

/** The row of the table; T8 is a backup's alone record that keeps the owner. */
function rowOf(view: View, after: Record): Transition | undefined {
  return swapToTransition(view.record, after, view.incarnation);
}

const version = onSwap('arbitration.compare-and-swap-record', 'wrong-version', (swap, view) => {
  const read = view.record?.version ?? '0';
  if (swap.version === read) return undefined;
  return [`a swap of version ${read}, read last`, `version ${swap.version}`];
});

const shape = onSwap(
  'arbitration.compare-and-swap-record',
  ['no-such-transition', 'wrong-fields'],
  (swap, view, row): Broken | undefined => {
    const before = view.record;
    if (row === undefined) {
      return ['one row of the table', `${before?.phase ?? 'none'} to ${canonical(swap.record)}`];
    }
    const expected = recordAfter(row, before, view.vm, view.incarnation, swap.record.backup);
    if (equalButReason(expected, swap.record)) return undefined;
    return [`${row}: ${canonical(expected)}`, canonical(swap.record), 'wrong-fields'];
  },
);

function equalButReason(a: Record, b: Record): boolean {
  return canonical({ ...a, reason: '' }) === canonical({ ...b, reason: '' });
}

const ownerRows: readonly (Transition | undefined)[] = ['T3', 'T4', 'T5', 'T7', 'T12'];

const named = onSwap('arbitration.only-named-may-ask', 'not-named', (_, view, row) => {
  const { record, incarnation } = view;
  if (row === 'T2' || row === undefined) return undefined;
  const role = ownerRows.includes(row) ? record?.owner : record?.backup;
  if (role === incarnation) return undefined;
  return [
    `${row} only by the ${ownerRows.includes(row) ? 'owner' : 'backup'} named`,
    `named: ${role}`,
  ];
});

const names = onSwap('arbitration.name-incarnations', 'not-an-incarnation', ({ record }, view) => {
  const known = [null, view.incarnation, view.record?.owner, view.record?.backup];
  for (const name of [record.owner, record.backup]) {
    if (!known.includes(name) && !/^[^#]+#[^#]+$/.test(name ?? '')) {
      return ['an incarnation, host#life', String(name)];
    }
  }
  return undefined;
});

const nonces = onEffect(
  'arbitration.unresolved-request',
  'nonce-used-again',
  'arbiter.request',
  ({ nonce }, view) => {
    return view.nonces.has(nonce) ? ['a new nonce', `nonce ${nonce} again`] : undefined;
  },
);

const oneRequest = onEffect(
  'arbitration.unresolved-request',
  'two-outstanding',
  'arbiter.request',
  (_, view) => {
    if (view.request === undefined) return undefined;
    if (view.now - view.request.at >= BigInt(view.parameters.arbiterRetry)) return undefined;
    return ['at most one request outstanding', `one since ${view.request.at}, another now`];
  },
);

/** A failed request changes nothing: nobody goes live, opens a gate or halts for that reason. */
const unreachable = monitor('arbitration.wait-while-unreachable', 'acted', (event, view) => {
  if (event.kind !== 'effect' || view.trigger.type !== 'arbiter.failed') return undefined;
  const { type } = event.effect;
  if (type !== 'guest.halt' && type !== 'guest.run' && type !== 'output.emit') return undefined;
  return ['a node waits while the arbiter cannot be reached', type];
});

/** An answer that is older than what was read counts as none. */
const older = monitor('arbitration.older-version-is-unreachable', 'acted', (event, view) => {
  const { trigger } = view;
  if (event.kind !== 'effect' || trigger.type !== 'arbiter.answered') return undefined;
  if (view.recordIsNew || view.record === null) return undefined;
  if (BigInt(trigger.record?.version ?? '0') >= BigInt(view.record.version)) return undefined;
  const { type } = event.effect;
  if (type !== 'guest.halt' && type !== 'guest.run' && type !== 'output.emit') return undefined;
  return ['a record older than one read counts as no answer', type];
});

/** Whoever speaks of a higher epoch may know a newer record: it is read at once. */
const higherEpoch = onSettled('arbitration.higher-epoch-reads-record', 'not-read', (view) => {
  if (!view.higherEpoch || view.halted || view.takeover) return undefined;
  return ['a request to the arbiter, whose answer is a read', 'none'];
});

/** The outcome is in the record: who is not named any more does not go on as owner. */
const loser = onSettled('failover.loser-halts', 'not-halted', (view) => {
  const { record } = view;
  if (!view.recordIsNew || record === null || view.recordBefore?.owner !== view.incarnation) {
    return undefined;
  }
  if (record.owner === view.incarnation || view.guest === 'halted' || view.guest === 'none') {
    return undefined;
  }
  return [`halt: the record names ${record.owner ?? 'no owner'}`, `the guest is ${view.guest}`];
});

const reading = monitor('arbitration.outcome-by-reading', 'halted-though-named', (event, view) => {
  if (event.kind !== 'effect' || event.effect.type !== 'guest.halt') return undefined;
  if (view.trigger.type !== 'arbiter.answered' || view.diverged || !view.recordIsNew)
    return undefined;
  const { record, incarnation } = view;
  const isOwner = record?.owner === incarnation && !view.takeover;
  const isEligible = record?.backup === incarnation && record.phase === 'protected';
  if (!isOwner && !isEligible) return undefined;
  return [`it goes on: the record names it in ${record.phase}`, 'guest.halt'];
});

export const arbitrationMonitors: readonly Monitor[] = [
  version,
  shape,
  named,
  names,
  nonces,
  oneRequest,
  unreachable,
  older,
  higherEpoch,
  loser,
  reading,
];

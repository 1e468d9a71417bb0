// Monitors of what a node asks the arbiter, and of what it does with the answers.
// Spec: protocol.md, "Record" and "Arbitration".

import { canonical } from '../seed.ts';
import type { Record } from '../wire.ts';
import { type Broken, type Monitor, monitor, onEffect, onSettled, onTime } from './monitor.ts';
import { recordAfter, swapToTransition, type Transition } from './record.ts';
import type { Swap, View } from './view.ts';

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

const listed = onSwap(
  'arbitration.listed-transitions',
  ['no-such-transition', 'wrong-fields'],
  (swap, view, row): Broken | undefined => {
    const before = view.record;
    if (row === undefined) {
      return ['one row of the table', `${before?.phase ?? 'none'} to ${canonical(swap.record)}`];
    }
    const expected = recordAfter(row, before, view.vm, view.incarnation, swap.record.backup);
    const { version, epoch, token, base, reason } = swap.record;
    const wanted = canonical({ ...expected, version, epoch, token, base, reason });
    if (wanted === canonical(swap.record)) return undefined;
    return [`${row}: ${wanted}`, canonical(swap.record), 'wrong-fields'];
  },
);

/** Each counter of the record that a swap puts, by the row that it follows. */
function counter(clause: string, field: 'version' | 'epoch' | 'token' | 'base'): Monitor {
  return onSwap(clause, `wrong-${field}`, (swap, view, row) => {
    if (row === undefined) return undefined;
    const { record } = swap;
    const expected = recordAfter(row, view.record, view.vm, view.incarnation, record.backup);
    if (expected[field] === record[field]) return undefined;
    return [`${row}: ${field} ${expected[field]}`, `${field} ${record[field]}`];
  });
}

const ownerRows: readonly (Transition | undefined)[] = [
  'T3',
  'T4',
  'T5',
  'T7',
  'T9',
  'T10',
  'T12',
  'T14',
  'T15',
];
/** Whoever the machine belongs to: nobody, so anybody may ask. */
const openRows: readonly (Transition | undefined)[] = [undefined, 'T2', 'T11'];

const named = onSwap('arbitration.only-named-may-ask', 'not-named', (_, view, row) => {
  const { record, incarnation } = view;
  if (openRows.includes(row)) return undefined;
  // T9 is the owner's, and its backup's that holds the power-off.
  if (row === 'T9' && record?.phase === 'protected' && record.backup === incarnation)
    return undefined;
  const role = ownerRows.includes(row) ? record?.owner : record?.backup;
  if (role === incarnation) return undefined;
  return [
    `${row} only by the ${ownerRows.includes(row) ? 'owner' : 'backup'} named`,
    `named: ${role}`,
  ];
});

function notIncarnations(view: View, names: readonly (string | null)[]): Broken | undefined {
  const known = [null, view.incarnation, view.record?.owner, view.record?.backup];
  const name = names.find((one) => !known.includes(one) && !/^[^#]+#[^#]+$/.test(one ?? ''));
  return name === undefined ? undefined : ['an incarnation, host#life', String(name)];
}

const names = onSwap('arbitration.name-incarnations', 'not-an-incarnation', ({ record }, view) => {
  return notIncarnations(view, [record.owner]);
});

const joinsIncarnation = onSwap(
  'pairing.incarnation-before-join',
  'not-an-incarnation',
  ({ record }, view) => notIncarnations(view, [record.backup]),
);

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

const oneKind = onSwap('arbitration.one-kind-of-request', 'another-kind', (_, view, row) => {
  const { unresolvedSwap } = view;
  if (unresolvedSwap === undefined) return undefined;
  const before = rowOf(view, unresolvedSwap.record);
  return before === row ? undefined : [`${before} resolved first`, `${row} beside it`];
});

/** What is needed of the arbiter is asked again after R, for as long as it takes. */
const retries = onTime('arbitration.retry-while-unreachable', 'not-asked-again', (view, at) => {
  const { askedAt, isUnresolved, parameters } = view;
  if (!isUnresolved || askedAt === undefined) return undefined;
  const by = askedAt + BigInt(parameters.arbiterRetry);
  return at > by ? [`a request again by ${by}`, `none at ${at}`] : undefined;
});

const refusal = monitor('arbitration.refusal-is-not-loss', 'gave-up', (event, view) => {
  if (event.kind !== 'effect' || event.effect.type !== 'report') return undefined;
  if (view.trigger.type !== 'arbiter.failed' || view.unresolvedSwap === undefined) return undefined;
  const { state } = event.effect;
  if (state !== 'halted' && state !== 'notConfigured') return undefined;
  return ['a swap that failed may yet take effect', `report ${state}`];
});

const ownerRuns = onEffect(
  'arbitration.owner-runs-while-unreachable',
  'held',
  'guest.hold',
  (_, view) => {
    if (view.trigger.type !== 'arbiter.failed') return undefined;
    return ['the guest runs on', 'guest.hold'];
  },
);

/** A backup whose guest waits and that holds more goes on, whatever the arbiter says. */
const backupReplays = onSettled(
  'arbitration.backup-replays-while-unreachable',
  'not-replayed',
  (view) => {
    if (!view.isUnresolved || view.pairing === undefined || !view.readySent) return undefined;
    if (view.ending?.kind === 'power-off' && view.applied + 1n === view.ending.seq)
      return undefined;
    if (view.takeover || view.diverged || view.applied !== view.applyAsked) return undefined;
    if (view.applyAsked >= view.held) return undefined;
    return [`apply ${view.applyAsked + 1n}, which is held`, 'nothing'];
  },
);

/** A failed request changes nothing: nobody goes live, opens a gate or halts for that reason. */
const unreachable = monitor('arbitration.wait-while-unreachable', 'acted', (event, view) => {
  if (event.kind !== 'effect' || view.trigger.type !== 'arbiter.failed') return undefined;
  if (view.pairing !== undefined && view.readySent && event.effect.type === 'guest.halt') {
    return undefined;
  }
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
  listed,
  counter('arbitration.version-increments', 'version'),
  counter('arbitration.epoch-increments', 'epoch'),
  counter('arbitration.token-follows-owner', 'token'),
  counter('arbitration.base-starts-log', 'base'),
  named,
  names,
  joinsIncarnation,
  nonces,
  oneRequest,
  oneKind,
  retries,
  refusal,
  ownerRuns,
  backupReplays,
  unreachable,
  older,
  higherEpoch,
  loser,
  reading,
];

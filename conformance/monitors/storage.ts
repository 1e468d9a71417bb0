// Monitors of the owner's disks and devices: tokens, fences, writes, completions.
// Spec: protocol.md, "Storage", "Devices".

import { gateOf } from './gate.ts';
import { type Monitor, onEffect, onSettled } from './monitor.ts';
import { isOwnAlone } from './record.ts';

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

/** Only a new owner fences, and once. */
const fencesOnce = onEffect(
  'storage.staying-owner-keeps-fence',
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
  'device.operations-numbered-alike',
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
  'storage.fenced-hidden-from-guest',
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

export const storageMonitors: readonly Monitor[] = [
  runAfterStart,
  fencesOnce,
  token,
  writeData,
  fencedReads,
  fencedSilent,
  completesOnce,
  completes,
];

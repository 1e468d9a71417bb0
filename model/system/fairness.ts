// Which steps of the product must happen in the end, and which need not: faults, the silence that a node believes to
// see, what the guest does of itself and what becomes of a datagram. Spec: protocol, "Periods".

import type { Budget } from '../environment/manager.ts';
import type { Fairness } from '../explore/fairness.ts';
import type { NodeInput } from '../vocabulary.ts';
import type { Change } from './change.ts';

export const weakly = (name: string): Fairness => ({ name, strength: 'weak' });
const strongly = (name: string): Fairness => ({ name, strength: 'strong' });

/** What the arbiter and the disk do with each request, by its own name; a datagram may be lost always. */
export function fairnessOfMove(label: string, changes: readonly Change[]): Fairness | null {
  const isLoss = changes.some(({ part }) => part === 'datagrams');
  return isLoss || isUnforced(changes) ? null : weakly(label);
}

export function fairnessOfInput(
  host: string,
  input: NodeInput,
  changes: readonly Change[],
): Fairness | null {
  if (isUnforced(changes)) return null;
  switch (input.type) {
    case 'manager.start':
    case 'manager.protect':
    case 'manager.resume':
    case 'manager.power-off':
    case 'manager.suspend':
    case 'manager.turn-off':
    case 'manager.restart-secondary':
    case 'manager.test-failover':
    case 'manager.replace-backup':
      return weakly(`${input.type} at ${host}`);
    case 'channel.arrived':
    case 'channel.opened':
    case 'channel.closed':
      return weakly(`${input.type} at ${host} on ${input.connection}`);
    case 'arbiter.answered':
      // Sending again makes an answer under way worthless: R is long enough that not each one is overtaken.
      return strongly(`${input.type} at ${host}`);
    case 'disk.answered':
      return weakly(`${input.type} ${input.operation} at ${host}`);
    case 'guest.applied':
    case 'guest.saved':
      return weakly(`${input.type} at ${host}`);
    case 'guest.input':
      return input.kind === 'completion' ? weakly(`completion ${input.data} at ${host}`) : null;
    case 'deadline.passed':
      return suspicions.has(input.name) ? null : weakly(`${input.name} at ${host}`);
    case 'guest.output':
    case 'guest.copied':
    case 'guest.loaded':
    case 'guest.diverged':
    case 'datagram.arrived':
    case 'arbiter.failed':
      return null;
  }
}

/** A node may believe to see silence at any time, and need not while its peer lives. */
const suspicions: ReadonlySet<string> = new Set(['channel-timeout', 'beat-timeout']);

/** What goes wrong, and what the manager asks of a machine that runs, may happen and need not. */
const unforced: ReadonlySet<keyof Budget> = new Set([
  'crashes',
  'restarts',
  'breaks',
  'losses',
  'divergences',
  'commands',
  'recordings',
  'injections',
  'misdeeds',
]);

const isUnforced = (changes: readonly Change[]): boolean =>
  changes.some(({ part, operation }) => part === 'left' && unforced.has(operation.what));

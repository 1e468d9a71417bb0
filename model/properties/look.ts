// How the properties look at a state of the product from outside: who is live, who holds what, what was issued.

import type { HostIndex } from '../environment/channel.ts';
import { type Guest, itemOf } from '../environment/guest.ts';
import type { Always, Complaint } from '../explore.ts';
import { gateOf } from '../facts.ts';
import type { HostView } from '../host.ts';
import type { Deed, SystemView, Transition } from '../system.ts';
import type { ArbiterRecord, Incarnation } from '../vocabulary.ts';

/** A property of the product that always holds. */
export type SystemAlways = Always<SystemView, Transition>;

export interface OutputIssued {
  position: number;
  data: number;
}

/** The hosts of the product. */
export const hostsOf = (view: SystemView): HostIndex[] => [...view.hosts.keys()];

/** Null: dead. */
export const nodeOf = (view: SystemView, host: HostIndex): HostView | null =>
  view.hosts[host] ?? null;

export function guestOf(view: SystemView, host: HostIndex): Guest {
  const guest = view.guests[host];
  if (guest === undefined) throw new Error(`the product has no host ${host}`);
  return guest;
}

export const isLive = (node: HostView | null): boolean =>
  node?.logging.state.startsWith('live') === true;

/** The host that lives and that the record names as owner. */
export const hostOfOwner = (view: SystemView): HostIndex | null =>
  nodeNamed(view, view.arbiter.record?.owner ?? null);

export function nodeNamed(view: SystemView, name: Incarnation | null): HostIndex | null {
  for (const host of hostsOf(view)) {
    if (view.hosts[host] !== null && view.incarnations[host] === name) return host;
  }
  return null;
}

/** The recorded owner, when its guest executes live. */
export function liveOwner(view: SystemView): HostIndex | null {
  const host = hostOfOwner(view);
  if (host === null || !isLive(nodeOf(view, host))) return null;
  const { status } = guestOf(view, host);
  return status === 'running' || status === 'held' ? host : null;
}

/** The host's guest has made this output, or is told to. */
export function heldBy(view: SystemView, host: HostIndex, output: OutputIssued): boolean {
  const { history, applying } = guestOf(view, host);
  if (history[output.position - 1] === output.data) return true;
  return applying.some(
    (entry) => entry.position === output.position && itemOf(entry) === output.data,
  );
}

/** What left a host in this step: emissions, and writes given to the disk. */
export function issuedIn(step: Transition): { deed: Deed; output: OutputIssued }[] {
  return step.deeds.flatMap((deed) =>
    deed.effects.flatMap((effect) =>
      effect.type === 'output.emit' || effect.type === 'disk.write'
        ? [{ deed, output: { position: effect.position, data: effect.data } }]
        : [],
    ),
  );
}

/** What stands in the first list and no longer in the second. */
export function gone<T>(before: readonly T[], after: readonly T[]): T[] {
  if (before.length <= after.length) return [];
  const left = after.map((one) => JSON.stringify(one));
  return before.filter((one) => !left.includes(JSON.stringify(one)));
}

/** The record as it stood and as it stands, when the step changed it. */
export function recordChange(
  before: SystemView,
  after: SystemView,
): { old: ArbiterRecord | null; now: ArbiterRecord } | null {
  const [old, now] = [before.arbiter.record, after.arbiter.record];
  if (old === now || now === null) return null;
  return JSON.stringify(old) === JSON.stringify(now) ? null : { old, now };
}

/** Nobody owns the machine: it is off, or an image. */
export const isAtRest = (record: ArbiterRecord | null): boolean =>
  record?.phase === 'off' || record?.phase === 'suspended';

export const expect = (holds: boolean, say: () => Complaint): Complaint[] => (holds ? [] : [say()]);

export function isGateOpen(view: SystemView, host: HostIndex): boolean {
  const node = nodeOf(view, host);
  return node !== null && gateOf(node) === 'open';
}

export const isReadyIn = (view: SystemView, host: HostIndex, epoch: number): boolean =>
  hasCompleteState(nodeOf(view, host), epoch) && view.hosts[host]?.pairing.state === 'backup.ready';

export function hasCompleteState(node: HostView | null, epoch: number): boolean {
  const log = node?.logging;
  return log?.context.epoch === epoch && log.state.startsWith('replaying');
}

/** Nothing of the node has changed. */
export const isUnmoved = (before: SystemView, after: SystemView, host: HostIndex): boolean =>
  JSON.stringify(nodeOf(before, host)) === JSON.stringify(nodeOf(after, host));

/** What a former owner made may have been lost on the way out, and nobody emits it again. */
export const hasLossyNetwork = (view: SystemView): boolean => view.network === 'may-be-lost';

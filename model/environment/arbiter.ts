// The arbiter: one record changed by compare-and-swap, requests that outlive their sender, answers that may be lost.
// An answer carries the record as it stood after the attempt. Spec: protocol, "Record", "Arbitration".

import type { ArbiterRecord, Incarnation, Intent } from '../vocabulary.ts';
import type { HostIndex } from './channel.ts';

export interface Request {
  host: HostIndex;
  /** Who sent it: it may be dead or restarted when the request takes effect. */
  sender: Incarnation;
  intent: Intent;
  version: number;
  record: ArbiterRecord | null;
  /** False when its sender has sent another since: its answer carries a nonce that nobody waits for. */
  current: boolean;
}
export interface Arbiter extends Traffic {
  record: ArbiterRecord | null;
}
/** What is under way to it and from it, by host; of one host in the order of its sending. */
export interface Traffic {
  requests: readonly Request[];
  answers: readonly { host: HostIndex; record: ArbiterRecord | null }[];
}
export type RecordOperation = { type: 'put'; record: ArbiterRecord | null };
export type ArbiterOperation =
  | ({ type: 'send' } & Omit<Request, 'current'>)
  /** The request is answered with the record as it stands after the attempt. */
  | { type: 'attempt'; index: number; record: ArbiterRecord | null }
  | { type: 'lose'; index: number }
  | { type: 'answer'; index: number }
  | { type: 'die'; host: HostIndex };

export const noTraffic: Traffic = { requests: [], answers: [] };

export const recordStep = (
  _: ArbiterRecord | null,
  { record }: RecordOperation,
): ArbiterRecord | null => record;

export function arbiterStep(arbiter: Traffic, operation: ArbiterOperation): Traffic {
  switch (operation.type) {
    case 'send': {
      const { type: _, ...request } = operation;
      return {
        ...arbiter,
        requests: byHost([
          ...abandonedBy(arbiter.requests, request.host),
          { ...request, current: true },
        ]),
        answers: arbiter.answers.filter((one) => one.host !== request.host),
      };
    }
    case 'attempt':
      return attempt(arbiter, operation.index, operation.record);
    case 'lose':
      return { ...arbiter, requests: without(arbiter.requests, operation.index) };
    case 'answer':
      return { ...arbiter, answers: without(arbiter.answers, operation.index) };
    case 'die':
      return {
        ...arbiter,
        requests: abandonedBy(arbiter.requests, operation.host),
        answers: arbiter.answers.filter((one) => one.host !== operation.host),
      };
  }
}

/**
 * The requests when nobody waits any more for those of this host. A read then changes nothing, so it is not kept. Equal
 * requests that nobody waits for are one: on their version at most one takes effect, and if one would not, none would.
 * So however often a request is sent again, those under way stay few.
 */
function abandonedBy(requests: readonly Request[], host: HostIndex): Request[] {
  const kept = requests
    .map((one) => (one.host === host ? { ...one, current: false } : one))
    .filter((one) => one.current || one.record !== null);
  const stale = new Set<string>();
  return kept.filter((one) => {
    const key = JSON.stringify(one);
    const isNew = one.current || !stale.has(key);
    stale.add(key);
    return isNew;
  });
}

/** The record after the attempt of this request: the swap takes place only on the version that it names. */
export function recordAfter(held: ArbiterRecord | null, request: Request): ArbiterRecord | null {
  const version = held?.version ?? 0;
  return request.record !== null && request.version === version ? request.record : held;
}

function attempt(arbiter: Traffic, index: number, record: ArbiterRecord | null): Traffic {
  const request = arbiter.requests[index];
  if (request === undefined) return arbiter;
  const answers = request.current
    ? byHost([...arbiter.answers, { host: request.host, record }])
    : arbiter.answers;
  return { requests: without(arbiter.requests, index), answers };
}

/** What two hosts sent has no order; states that differ in it alone are one. */
const byHost = <T extends { host: HostIndex }>(list: readonly T[]): T[] =>
  list.toSorted((a, b) => a.host - b.host);

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);

// Arbiter and disk of a system case as hosts reach them: carried out at once, or unreachable, late, without an answer.
// Spec: conformance.md, "Faults".

import type { DiskResult, Effect, Input, Record } from '../wire.ts';
import type { Agenda } from './agenda.ts';
import { createArbiter } from './arbiter.ts';
import { createDisk } from './disk.ts';
import type { Tally } from './tally.ts';

/** What becomes of requests to the arbiter. */
export type ArbiterMode = 'answers' | 'unreachable' | 'reply-lost' | 'late';
/** What becomes of requests to a disk. */
export type DiskMode = 'answers' | 'error' | 'late';

export interface Services {
  askArbiter(node: string, effect: Effect & { type: 'arbiter.request' }, now: bigint): void;
  /** `isWanted`: whether an answer still has somebody to go to. */
  askDisk(asking: DiskAsking, now: bigint): void;
  /** Of one node, or of all. */
  setArbiter(mode: ArbiterMode, node: string | undefined): void;
  setDisk(mode: DiskMode, node: string | undefined): void;
  diskMode(node: string): DiskMode;
  record(): Record | null;
  /** The manager says that whoever ran the machine is gone (T16). */
  declareLost(): void;
}

export interface DiskAsking {
  readonly node: string;
  readonly effect: Effect & { type: 'disk.request' };
  isWanted(): boolean;
}

export interface ServiceLatencies {
  readonly arbiter: bigint;
  readonly disk: bigint;
}

/** How much later a late request takes effect: longer than anybody waits for its answer. */
const lateBy = 900_000_000n;

export function createServices(
  nodes: readonly string[],
  agenda: Agenda,
  latency: ServiceLatencies,
  tally: Tally,
): Services {
  const arbiter = createArbiter();
  const disk = createDisk();
  const arbiterModes = new Map<string, ArbiterMode>();
  const diskModes = new Map<string, DiskMode>();
  const diskMode = (node: string): DiskMode => diskModes.get(node) ?? 'answers';

  function answerDisk(
    { node, effect, isWanted }: DiskAsking,
    result: DiskResult,
    at: bigint,
  ): void {
    const { operation } = effect;
    if (result === 'fenced') tally.count('write-fenced');
    const answer: Input = { type: 'disk.answered', operation, result };
    agenda.later(at, node, () => (isWanted() ? answer : undefined));
  }

  function carryOut({ effect }: DiskAsking, how: 'carry-out' | 'error'): DiskResult {
    disk.accept(effect);
    return disk.finish(how)?.result ?? 'error';
  }

  return {
    askArbiter(node, { nonce, action }, now) {
      const mode = arbiterModes.get(node) ?? 'answers';
      const at = now + latency.arbiter;
      const failed: Input = { type: 'arbiter.failed', nonce };
      switch (mode) {
        case 'unreachable':
          tally.count('arbiter-unreachable');
          agenda.later(at, node, () => failed);
          return;
        case 'reply-lost':
          // Nobody says that no answer will come.
          tally.count('arbiter-reply-lost');
          arbiter.carryOut(action);
          return;
        case 'late':
          tally.count('arbiter-late');
          agenda.later(at, node, () => failed);
          agenda.doLater(now + lateBy, () => arbiter.carryOut(action));
          return;
        case 'answers': {
          const record = arbiter.carryOut(action);
          agenda.later(at, node, () => ({ type: 'arbiter.answered', nonce, record }));
        }
      }
    },
    askDisk(asking, now) {
      const mode = diskMode(asking.node);
      if (mode === 'late') {
        tally.count('disk-late');
        const at = now + lateBy;
        agenda.doLater(at, () => answerDisk(asking, carryOut(asking, 'carry-out'), at));
        return;
      }
      if (mode === 'error') tally.count('disk-error');
      const result = carryOut(asking, mode === 'error' ? 'error' : 'carry-out');
      answerDisk(asking, result, now + latency.disk);
    },
    setArbiter(mode, node) {
      for (const name of node === undefined ? nodes : [node]) arbiterModes.set(name, mode);
    },
    setDisk(mode, node) {
      for (const name of node === undefined ? nodes : [node]) diskModes.set(name, mode);
    },
    diskMode,
    record: () => arbiter.record(),
    declareLost() {
      const record = arbiter.record();
      if (record === null || record.owner === null) return;
      const version = String(BigInt(record.version) + 1n);
      const epoch = String(BigInt(record.epoch) + 1n);
      const gone = { phase: 'off', owner: null, backup: null, reason: 'crashed' } as const;
      arbiter.put({ ...record, version, epoch, ...gone });
    },
  };
}

// The manager's operations end as the record says: nobody calls a machine off, suspended or without
// backup that the record he read does not call so, and nothing comes out of one that is off.
// Spec: protocol.md, "Lifecycle".

import type { ArbiterRecord, Incarnation } from '../../../impl/protocol/index.ts';
import type { Watcher } from '../watcher.ts';

export interface OperationChecker extends Watcher {
  /** How often an operation was reported done: zero would make the check empty. */
  done(): number;
}

export function createOperationChecker(): OperationChecker {
  const phases = new Map<bigint, ArbiterRecord['phase']>();
  let owner: Incarnation | null = null;
  let isOff = false;
  let done = 0;
  return {
    name: 'operation',
    done: () => done,
    recordWritten(record) {
      phases.set(record.version, record.phase);
      if (record.owner !== null) owner = record.owner;
      if (record.reason === 'power-off') isOff = true;
      return isOff && record.phase !== 'off'
        ? `a machine that is off became ${record.phase}`
        : null;
    },
    /** Who lost the machine before may still let out what was acknowledged then. */
    emitted({ from }) {
      return isOff && from === owner ? `${from} emits for a machine that is off` : null;
    },
    reported({ from, state, reason }, world) {
      const read = world.facts().find(({ incarnation }) => incarnation === from)?.version ?? 0n;
      const phase = phases.get(read);
      if (state === 'enabled') {
        done += 1;
        const expected = reason === 'suspend' ? 'suspended' : 'off';
        return phase === expected ? null : `${from} says ${reason}, and read ${phase}`;
      }
      if (state !== 'notConfigured' || reason !== 'turn-off') return null;
      done += 1;
      return phase === 'alone' ? null : `${from} says ${reason}, and read ${phase}`;
    },
  };
}

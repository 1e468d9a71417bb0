// Plays single cases, one after the other, on an adapter that is started anew when it breaks.
// Spec: conformance.md, "Replay".

import type { Adapter, AdapterCommand, AdapterTimeouts } from './adapter.ts';
import type { Case } from './case.ts';
import { playCase, type Result } from './play.ts';
import { openDesk } from './seat.ts';

export interface Player {
  play(one: Case, seed: bigint): Promise<Result>;
  close(): Promise<void>;
}

export function createPlayer(command: AdapterCommand, timeouts: AdapterTimeouts): Player {
  let adapter: Adapter | undefined;
  let observes = false;
  return {
    async play(one, seed) {
      if (adapter === undefined) {
        const desk = await openDesk({ command, timeouts });
        adapter = desk.adapter;
        observes = desk.hello.capabilities.observe;
      }
      if (adapter === undefined) throw new Error('a desk that was opened has an adapter');
      const result = await playCase(adapter, one, seed, observes);
      if (result.verdict === 'error') {
        await adapter.close();
        adapter = undefined;
      }
      return result;
    },
    async close() {
      await adapter?.close();
    },
  };
}

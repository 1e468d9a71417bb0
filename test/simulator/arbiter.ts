// The arbiter: one durable record, changed by compare-and-swap. It knows no role and no rule.

import type { ArbiterAction, ArbiterRecord } from '../../impl/protocol/index.ts';

export interface Arbiter {
  /** Takes effect now, or is refused; either way the record as it then stands. */
  apply(action: ArbiterAction): ArbiterRecord | null;
  readonly record: ArbiterRecord | null;
}

export function createArbiter(seen: (record: ArbiterRecord) => void): Arbiter {
  let record: ArbiterRecord | null = null;
  return {
    get record() {
      return record;
    },
    apply(action) {
      if (action.type === 'swap' && action.version === (record?.version ?? 0n)) {
        record = action.record;
        seen(record);
      }
      return record;
    },
  };
}

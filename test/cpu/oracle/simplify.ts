// Makes a vector smaller: whatever may start as in all other vectors without changing what the
// instruction does starts so. It asks the engine, which is quick, and not the processor: a part kept or
// left by mistake makes a vector that is longer or says less, never one that is wrong.

import type { Engine } from './engine.ts';
import type { Start } from './layout.ts';
import { DEFAULT_START, outcomeToFields } from './sample.ts';

const CHUNK_BYTES = 8;

export function simplified(start: Start, engine: Engine): Start {
  const effect = (from: Start): string => JSON.stringify(outcomeToFields(engine(from), from));
  const wanted = effect(start);
  const { registers, xmm, flags, fsBase, gsBase, mxcsr, block } = DEFAULT_START;
  const changes: ((from: Start) => Start)[] = [
    (from) => ({ ...from, xmm }),
    (from) => ({ ...from, block }),
    (from) => ({ ...from, flags, fsBase, gsBase, mxcsr }),
    (from) => ({ ...from, flags }),
    (from) => ({ ...from, fsBase, gsBase }),
    (from) => ({ ...from, mxcsr }),
    ...registers.map((value, k) => (from: Start): Start => {
      return { ...from, registers: from.registers.with(k, value) };
    }),
    ...xmm.map(
      (value, k) =>
        (from: Start): Start => ({ ...from, xmm: from.xmm.with(k, value) }),
    ),
    ...Array.from({ length: block.length / CHUNK_BYTES }, (_, k) => (from: Start): Start => {
      const changed = Uint8Array.from(from.block);
      const chunk = block.subarray(CHUNK_BYTES * k, CHUNK_BYTES * (k + 1));
      changed.set(chunk, CHUNK_BYTES * k);
      return { ...from, block: changed };
    }),
  ];
  return changes.reduce((from, change) => {
    const smaller = change(from);
    return effect(smaller) === wanted ? smaller : from;
  }, start);
}

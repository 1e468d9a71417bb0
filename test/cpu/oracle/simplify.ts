// Makes a vector smaller: whatever may start as in all other vectors without changing what the
// instruction does starts so. It asks the engine, which is quick, and not the processor: a part kept or
// left by mistake makes a vector that is longer or says less, never one that is wrong.

import type { Engine } from './engine.ts';
import type { Start } from './layout.ts';
import { DEFAULT_START, outcomeToFields } from './sample.ts';

const CHUNK_BYTES = 8;

/** What must stay as it is, as a text. */
export type EffectOf = (start: Start) => string;

export function effectOn(engine: Engine): EffectOf {
  return (start) => JSON.stringify(outcomeToFields(engine(start), start));
}

export function simplified(start: Start, effect: EffectOf): Start {
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
      return from.registers[k] === value
        ? from
        : { ...from, registers: from.registers.with(k, value) };
    }),
    ...xmm.map((value, k) => (from: Start): Start => {
      return from.xmm[k] === value ? from : { ...from, xmm: from.xmm.with(k, value) };
    }),
    ...Array.from({ length: block.length / CHUNK_BYTES }, (_, k) => (from: Start): Start => {
      const at = CHUNK_BYTES * k;
      const chunk = block.subarray(at, at + CHUNK_BYTES);
      if (Buffer.compare(from.block.subarray(at, at + CHUNK_BYTES), chunk) === 0) return from;
      const changed = Uint8Array.from(from.block);
      changed.set(chunk, at);
      return { ...from, block: changed };
    }),
  ];
  return changes.reduce((from, change) => {
    const smaller = change(from);
    return smaller === from || effect(smaller) === wanted ? smaller : from;
  }, start);
}

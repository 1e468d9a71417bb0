// What surrounds SSE: MXCSR, saving and restoring all its registers.
// Spec: cpu.md, "XMM registers" and "Saved state".

import type { Algebra } from '../algebra.ts';
import type { Definition, Family } from '../instruction.ts';
import { MXCSR_MASK, readControl } from '../mxcsr.ts';
import { addressUse, effectiveAddress, readOperand, writeOperand } from '../operands.ts';
import { faultUnlessAligned, loadHalves, requireSaving, storeHalves } from '../xmm-operands.ts';
import { sse } from './sse-paragraph.ts';

/** spec: cpu.mxcsr */
const ldmxcsr = sse(
  'NP 0F AE /2 Md',
  (m, i) => {
    const value = readOperand(m, i.first);
    writeMxcsr(m, value);
  },
  'ldmxcsr',
);

const stmxcsr = sse(
  'NP 0F AE /3 Md',
  (m, i) => {
    writeOperand(m, i.first, readControl(m));
  },
  'stmxcsr',
);

/** spec: cpu.saved-state */
const fxsave: Definition = {
  encoding: ['NP 0F AE /0 M'],
  meaning(m, i) {
    if (i.first.kind !== 'memory') return;
    requireSaving(m);
    const at = effectiveAddress(m, i.first);
    const use = addressUse(i.first);
    faultUnlessAligned(m, at);
    m.probe(SAVED_BYTES, at, use, 'store');
    const zero = m.constant(64, 0);
    const control = m.zeroExtend(32, 64, readControl(m));
    storeHalves(m, at, [m.constant(64, RESET_FCW), zero], use);
    storeHalves(m, above(m, at, 16), [zero, m.or(64, control, m.constant(64, MASK_FIELD))], use);
    for (let k = 0; k < 8; k += 1) storeHalves(m, above(m, at, 32 + 16 * k), [zero, zero], use);
    for (let k = 0; k < 16; k += 1) {
      const value = [m.readXmm(k, 0), m.readXmm(k, 1)] as const;
      storeHalves(m, above(m, at, XMM_OFFSET + 16 * k), value, use);
    }
  },
  text: 'fxsave|fxsave|fxsave64',
};

const fxrstor: Definition = {
  encoding: ['NP 0F AE /1 M'],
  meaning(m, i) {
    if (i.first.kind !== 'memory') return;
    requireSaving(m);
    const at = effectiveAddress(m, i.first);
    const use = addressUse(i.first);
    faultUnlessAligned(m, at);
    m.probe(SAVED_BYTES, at, use, 'load');
    writeMxcsr(m, m.load(32, above(m, at, 24), use));
    for (let k = 0; k < 16; k += 1) {
      const [low, high] = loadHalves(m, above(m, at, XMM_OFFSET + 16 * k), use);
      m.writeXmm(k, 0, low);
      m.writeXmm(k, 1, high);
    }
  },
  text: 'fxrstor|fxrstor|fxrstor64',
};

/** A bit that does not exist is refused. */
function writeMxcsr<V>(m: Algebra<V>, value: V): void {
  const foreign = m.and(32, value, m.constant(32, BigInt.asUintN(32, ~MXCSR_MASK)));
  m.faultWhen(m.not(1, m.equal(32, foreign, m.constant(32, 0))), '#GP');
  m.writeSpecial('mxcsr', m.zeroExtend(32, 64, value));
}

function above<V>(m: Algebra<V>, address: V, bytes: number): V {
  return m.add(64, address, m.constant(64, bytes));
}

const SAVED_BYTES = 512;
const XMM_OFFSET = 160;
/** The control word of the x87 part after a reset. */
const RESET_FCW = 0x37fn;
/** The mask of MXCSR stands above it. */
const MASK_FIELD = MXCSR_MASK << 32n;

export const sseState: Family = {
  name: 'sse-state',
  definitions: [ldmxcsr, stmxcsr, fxsave, fxrstor],
};

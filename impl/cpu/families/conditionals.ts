// What a condition decides without a jump: SETcc and CMOVcc. Spec: cpu.md, "Instructions".

import { readCondition } from '../flags.ts';
import type { Definition, Family } from '../instruction.ts';
import { readOperand, writeOperand } from '../operands.ts';

const set: Definition = {
  encoding: ['0F 90+cc /r Eb'],
  meaning(m, i) {
    const condition = readCondition(m, i.condition);
    writeOperand(m, i.first, m.zeroExtend(1, 8, condition));
  },
  text: 'set?',
};

/** The source is read, and the upper half of a 32-bit destination cleared, in either case. */
const cmov: Definition = {
  encoding: ['0F 40+cc /r Gv Ev'],
  meaning(m, i) {
    const current = readOperand(m, i.first);
    const value = readOperand(m, i.second);
    const condition = readCondition(m, i.condition);
    writeOperand(m, i.first, m.select(i.width, condition, value, current));
  },
  text: 'cmov?',
};

export const conditionals: Family = { name: 'conditionals', definitions: [set, cmov] };

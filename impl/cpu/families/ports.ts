// Ports: IN and OUT. What a port answers comes from outside; INS and OUTS are string instructions.
// Spec: cpu.md, "Outside" and "Privilege".

import type { Algebra } from '../algebra.ts';
import type { Definition, Family, Operand } from '../instruction.ts';
import { readOperand, writeOperand } from '../operands.ts';
import { faultUnlessPortAllowed } from '../privilege.ts';

const input: Definition = {
  encoding: ['E4 AL Ib', 'E5 eAX Ib', 'EC AL DX', 'ED eAX DX'],
  meaning(m, i) {
    const port = readPortNumber(m, i.second);
    faultUnlessPortAllowed(m, port, portWidth(i.first));
    const value = m.readPort(portWidth(i.first), port);
    writeOperand(m, i.first, value);
  },
  text: 'in',
};

const output: Definition = {
  encoding: ['E6 Ib AL', 'E7 Ib eAX', 'EE DX AL', 'EF DX eAX'],
  meaning(m, i) {
    const port = readPortNumber(m, i.first);
    const value = readOperand(m, i.second);
    faultUnlessPortAllowed(m, port, portWidth(i.second));
    m.writePort(portWidth(i.second), port, value);
  },
  text: 'out',
};

function readPortNumber<V>(m: Algebra<V>, operand: Operand): V {
  return m.zeroExtend(operand.width, 16, readOperand(m, operand));
}

function portWidth(operand: Operand): 8 | 16 | 32 {
  return operand.width === 64 ? 32 : operand.width;
}

export const ports: Family = { name: 'ports', definitions: [input, output] };

// Moves: MOV in all its forms, with extension, of addresses, and through XLAT. No flags.
// Spec: cpu.md, "Instructions".

import type { Definition, Family } from '../instruction.ts';
import {
  addSegmentBase,
  effectiveOffset,
  RAX,
  RBX,
  readOperand,
  readPart,
  writeOperand,
  writePart,
} from '../operands.ts';

const mov: Definition = {
  encoding: [
    ...['88 /r Eb Gb', '89 /r Ev Gv', '8A /r Gb Eb', '8B /r Gv Ev'],
    ...['A0 AL Ob', 'A1 rAX Ov', 'A2 Ob AL', 'A3 Ov rAX'],
    ...['B0+r Zb Ib', 'B8+r Zv Iv', 'C6 /0 Eb Ib', 'C7 /0 Ev Iz'],
  ],
  meaning(m, i) {
    const value = readOperand(m, i.second);
    writeOperand(m, i.first, value);
  },
  text: 'mov',
};

const movzx: Definition = {
  encoding: ['0F B6 /r Gv Eb', '0F B7 /r Gv Ew'],
  meaning(m, i) {
    const value = readOperand(m, i.second);
    const extended = m.zeroExtend(i.second.width, 64, value);
    writeOperand(m, i.first, m.truncate(64, i.width, extended));
  },
  text: 'movzx',
};

const movsx: Definition = {
  encoding: ['0F BE /r Gv Eb', '0F BF /r Gv Ew'],
  meaning(m, i) {
    const value = readOperand(m, i.second);
    const extended = m.signExtend(i.second.width, 64, value);
    writeOperand(m, i.first, m.truncate(64, i.width, extended));
  },
  text: 'movsx',
};

const movsxd: Definition = {
  encoding: ['REX.W 63 /r Gv Ed', '63 /r Gv Ev'],
  meaning(m, i) {
    const value = readOperand(m, i.second);
    const extended = m.signExtend(i.second.width, 64, value);
    writeOperand(m, i.first, m.truncate(64, i.width, extended));
  },
  text: 'movsxd',
};

const lea: Definition = {
  encoding: ['8D /r Gv M'],
  meaning(m, i) {
    if (i.second.kind !== 'memory') return;
    const address = effectiveOffset(m, i.second);
    writeOperand(m, i.first, m.truncate(64, i.width, address));
  },
  text: 'lea',
};

const xlat: Definition = {
  encoding: ['D7'],
  meaning(m, i) {
    const width = i.addressWidth;
    const index = m.zeroExtend(8, width, readPart(m, RAX, 8));
    const offset = m.add(width, readPart(m, RBX, width), index);
    const address = addSegmentBase(m, i.segment, m.zeroExtend(width, 64, offset));
    const value = m.load(8, address, 'data');
    writePart(m, RAX, 8, value);
  },
  text: 'xlatb',
};

export const moves: Family = {
  name: 'moves',
  definitions: [mov, movzx, movsx, movsxd, lea, xlat],
};

// Control of the flow that is no branch: NOP PAUSE ENDBR64 HLT INT INT1 INT3 UD0 UD1 UD2. Hints
// that say nothing here are NOPs too. Spec: cpu.md, "Faults" and "Position".

import type { Definition, Family } from '../instruction.ts';
import { faultUnlessPrivileged } from '../privilege.ts';

const nop: Definition = {
  encoding: [
    ...['90', '0F 19 /r Ev', '0F 1A /r Ev', '0F 1B /r Ev', '0F 1C /r Ev', '0F 1D /r Ev'],
    ...['0F 1E /r Ev', '0F 1F /r Ev'],
  ],
  meaning() {},
  text: 'nop',
};

const pause: Definition = {
  encoding: ['F3 90'],
  meaning() {},
  text: 'pause',
};

const endbr64: Definition = {
  encoding: ['F3 0F 1E =FA'],
  meaning() {},
  text: 'endbr64',
};

const hlt: Definition = {
  encoding: ['F4'],
  meaning(m) {
    faultUnlessPrivileged(m);
    m.halt();
  },
  text: 'hlt',
};

const int3: Definition = {
  encoding: ['CC'],
  meaning(m) {
    m.interrupt(3, 'INT');
  },
  text: 'int3',
};

const int1: Definition = {
  encoding: ['F1'],
  meaning(m) {
    m.interrupt(1, 'INT1');
  },
  text: 'int1',
};

const int: Definition = {
  encoding: ['CD Ib'],
  meaning(m, i) {
    if (i.first.kind === 'immediate') m.interrupt(Number(i.first.value), 'INT');
  },
  text: 'int',
};

const ud0: Definition = {
  encoding: ['0F FF /r Gv Ev'],
  meaning(m) {
    m.faultWhen(m.constant(1, 1), '#UD');
  },
  text: 'ud0',
};

const ud1: Definition = {
  encoding: ['0F B9 /r Gv Ev'],
  meaning(m) {
    m.faultWhen(m.constant(1, 1), '#UD');
  },
  text: 'ud1',
};

const ud2: Definition = {
  encoding: ['0F 0B'],
  meaning(m) {
    m.faultWhen(m.constant(1, 1), '#UD');
  },
  text: 'ud2',
};

export const control: Family = {
  name: 'control',
  definitions: [nop, pause, endbr64, hlt, int3, int1, int, ud0, ud1, ud2],
};

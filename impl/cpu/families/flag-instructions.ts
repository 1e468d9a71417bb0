// Instructions on flags alone: CLC STC CMC CLD STD CLI STI LAHF SAHF. Spec: cpu.md, "Flags".

import { AF, type Algebra, CF, type Flag, PF, SF, ZF } from '../algebra.ts';
import { DF_BIT, IF_BIT, readControlBit, readRflags, writeStatus } from '../flags.ts';
import type { Definition, Family } from '../instruction.ts';
import { RAX, readPart } from '../operands.ts';
import { isBeyondIopl } from '../privilege.ts';

const clc: Definition = {
  encoding: ['F8'],
  meaning(m) {
    m.writeFlags(CARRY_ONLY, () => m.constant(1, 0));
  },
  text: 'clc',
};

const stc: Definition = {
  encoding: ['F9'],
  meaning(m) {
    m.writeFlags(CARRY_ONLY, () => m.constant(1, 1));
  },
  text: 'stc',
};

const cmc: Definition = {
  encoding: ['F5'],
  meaning(m) {
    const carry = m.readFlag(CF);
    m.writeFlags(CARRY_ONLY, () => m.not(1, carry));
  },
  text: 'cmc',
};

const cld: Definition = {
  encoding: ['FC'],
  meaning(m) {
    writeControlBit(m, DF_BIT, 0n);
  },
  text: 'cld',
};

const std: Definition = {
  encoding: ['FD'],
  meaning(m) {
    writeControlBit(m, DF_BIT, 1n);
  },
  text: 'std',
};

const cli: Definition = {
  encoding: ['FA'],
  meaning(m) {
    m.faultWhen(isBeyondIopl(m), '#GP');
    writeControlBit(m, IF_BIT, 0n);
  },
  text: 'cli',
};

/** spec: cpu.interrupt-shadow */
const sti: Definition = {
  encoding: ['FB'],
  meaning(m) {
    m.faultWhen(isBeyondIopl(m), '#GP');
    const wasEnabled = readControlBit(m, IF_BIT);
    m.when(m.not(1, wasEnabled), () => m.shadowInterrupts());
    writeControlBit(m, IF_BIT, 1n);
  },
  text: 'sti',
};

const lahf: Definition = {
  encoding: ['9F'],
  meaning(m) {
    const word = readRflags(m);
    const rest = m.and(64, m.readRegister(RAX), m.constant(64, 0xffff_ffff_ffff_00ffn));
    const low = m.and(64, word, m.constant(64, 0xffn));
    m.writeRegister(RAX, m.or(64, rest, m.shiftLeft(64, low, m.constant(8, 8))));
  },
  text: 'lahf',
};

const sahf: Definition = {
  encoding: ['9E'],
  meaning(m) {
    const ax = m.zeroExtend(16, 64, readPart(m, RAX, 16));
    const word = m.shiftRight(64, ax, m.constant(8, 8));
    writeStatus(m, word, LOW_FLAGS);
  },
  text: 'sahf',
};

function writeControlBit<V>(m: Algebra<V>, bit: number, value: bigint): void {
  const mask = 1n << BigInt(bit);
  const control = m.readSpecial('control');
  const cleared = m.and(64, control, m.constant(64, BigInt.asUintN(64, ~mask)));
  m.writeSpecial('control', m.or(64, cleared, m.constant(64, value << BigInt(bit))));
}

const CARRY_ONLY: readonly Flag[] = [CF];
const LOW_FLAGS: readonly Flag[] = [CF, PF, AF, ZF, SF];

export const flagInstructions: Family = {
  name: 'flags',
  definitions: [clc, stc, cmc, cld, std, cli, sti, lahf, sahf],
};

// Machines that run a random program which uses devices too: the serial line, the APIC and its
// timer, the time-stamp counter, interrupts. Memory is filled beside the image, because the program
// and its tables lie where an image may not.

import { assembleMachine, type Machine } from '../../impl/machine/machine.ts';
import { createMachineMemory, type TranslateAfter } from '../../impl/machine/machine-memory.ts';
import { createParts } from '../../impl/machine/machine-parts.ts';
import { CODE, createProgram } from '../cpu/translator/random-program.ts';
import { kvRamBytes } from './kv-guest.ts';

export function createRandomMachine(seed: number, translateAfter: TranslateAfter): Machine {
  const { bytes, registers, idtBase } = createProgram(seed, EXTRAS);
  const memory = createMachineMemory(kvRamBytes, translateAfter);
  memory.ram.set(bytes);
  memory.ram.set([...SET_UP, ...jump(SET_UP_AT + SET_UP.length, CODE)], SET_UP_AT);
  const parts = createParts(memory, BigInt(SET_UP_AT), 0n);
  const state = parts.cpu.save();
  const special = { ...state.special, idtBase, idtLimit: 0xfffn };
  parts.cpu.restore({ ...state, registers, special });
  return assembleMachine(parts);
}

const SET_UP_AT = 0x10_0000;
const APIC = 0xfee0_0000;

/** mov eax, the register's address; mov dword [rax], value */
function writeApic(offset: number, value: number): number[] {
  return [0xb8, ...dword(APIC + offset), 0xc7, 0x00, ...dword(value)];
}

/** mov edx, port; mov al, value; out dx, al */
function writePort(port: number, value: number): number[] {
  return [0xba, ...dword(port), 0xb0, value, 0xee];
}

function dword(value: number): number[] {
  return [0, 8, 16, 24].map((k) => (value >>> k) & 0xff);
}

function jump(from: number, to: number): number[] {
  return [0xe9, ...dword(to - from - 5)];
}

/** The APIC on, its timer periodic at vector 0x30, the serial line's interrupts on. */
const SET_UP: readonly number[] = [
  ...writeApic(0xf0, 0x1ff),
  ...writeApic(0x320, 0x2_0030),
  ...writeApic(0x380, 500),
  ...writePort(0x3f9, 3),
  ...writePort(0x3fc, 0x0b),
];

const STI = 0xfb;
const HLT = 0xf4;

const EXTRAS = {
  pieces: [
    ...[[STI], [STI], [0xfa], [STI, HLT]],
    // rdtsc
    [0x0f, 0x31],
    // out dx, al and in al, dx at the serial line
    [0xba, ...dword(0x3f8), 0xee],
    [0xba, ...dword(0x3f8), 0xec],
    writePort(0x3f8, 0x0a),
    // mov eax, [the timer's current count]
    [0xb8, ...dword(APIC + 0x390), 0x8b, 0x00],
    writeApic(0x380, 700),
    // mov ecx, 200; loop to itself
    [0xb9, ...dword(200), 0xe2, 0xfe],
  ],
  // End of interrupt.
  handlerStart: writeApic(0xb0, 0),
};

// The local APIC of the one processor: priorities of interrupts, and the registers of its page.
// Not the I/O APIC: the serial line's interrupt arrives at a fixed vector (machine.ts).
// Spec: machine.md, "Local APIC". Source: Intel SDM volume 3, chapter 11.

import type { ByteReader } from '../base/byte-reader.ts';
import type { ByteWriter } from '../base/byte-writer.ts';
import { createApicTimer } from './apic-timer.ts';

export interface LocalApic {
  /** A 32-bit register at an offset within the page; a reserved one reads as zero. */
  read(offset: number, now: () => bigint): number;
  write(offset: number, value: number, now: () => bigint): void;
  /** An interrupt for `vector` arrives. One that arrives while the APIC is off is lost. */
  raise(vector: number): void;
  /** The vector to deliver next, or undefined where none may be. */
  deliverable(): number | undefined;
  /** The processor takes the deliverable vector. */
  accept(): number | undefined;
  readonly timerDeadline: bigint | undefined;
  /** The timer expires, seen at `now`; false where it is not due. */
  expireTimer(now: bigint): boolean;
  save(writer: ByteWriter): void;
  load(reader: ByteReader): boolean;
}

export const localApicAddress = 0xfee0_0000;
export const localApicBytes = 0x1000;

/** spec: machine.local-apic */
export function createLocalApic(): LocalApic {
  const timer = createApicTimer();
  const requested = new Uint32Array(8);
  const inService = new Uint32Array(8);
  const stored = new Uint32Array(storedRegisters.map((register) => register.reset));

  const storedIndex = (offset: number): number =>
    storedRegisters.findIndex((register) => register.offset === offset);
  const storedAt = (offset: number): number => stored[storedIndex(offset)] ?? 0;
  const isOn = (): boolean => (storedAt(offsetSpurious) & spuriousEnable) !== 0;

  function processorPriority(): number {
    const task = storedAt(offsetTaskPriority);
    const service = Math.max(highest(inService), 0);
    return (task & 0xf0) >= (service & 0xf0) ? task : service & 0xf0;
  }

  function deliverable(): number | undefined {
    const vector = highest(requested);
    return isOn() && vector >> 4 > processorPriority() >> 4 ? vector : undefined;
  }

  function raise(vector: number): void {
    if (isOn() && vector >= 16) setBit(requested, vector);
  }

  function writeStored(offset: number, value: number): void {
    const index = storedIndex(offset);
    const register = storedRegisters[index];
    if (register === undefined) return;
    const mustMask = register.isVectorTable && !isOn();
    stored[index] = (value & register.writable) | register.fixed | (mustMask ? masked : 0);
    if (offset === offsetSpurious && !isOn()) maskVectorTable();
  }

  /** Turning the APIC off masks every local interrupt. */
  function maskVectorTable(): void {
    storedRegisters.forEach((register, index) => {
      if (register.isVectorTable) stored[index] = (stored[index] ?? 0) | masked;
    });
  }

  /** One processor: a command can only mean this one, by the shorthands self and all. */
  function writeCommand(value: number): void {
    writeStored(offsetCommand, value);
    const isFixed = (value & 0x700) === 0;
    const shorthand = (value >>> 18) & 3;
    if (isFixed && (shorthand === 1 || shorthand === 2)) raise(value & 0xff);
  }

  return {
    read(offset, now) {
      const bank = (offset & 0x7f) >> 4;
      if (offset >= 0x100 && offset < 0x180) return inService[bank] ?? 0;
      if (offset >= 0x200 && offset < 0x280) return requested[bank] ?? 0;
      switch (offset) {
        case offsetVersion:
          return 0x0005_0014; // six local vectors, an integrated APIC
        case offsetProcessorPriority:
          return processorPriority();
        case offsetTimerInitial:
          return timer.initialCount;
        case offsetTimerCurrent:
          return timer.currentCount(now);
        case offsetTimerDivide:
          return timer.divideRegister;
        default:
          return storedAt(offset);
      }
    },
    write(offset, value, now) {
      switch (offset) {
        case offsetEndOfInterrupt:
          clearBit(inService, highest(inService));
          return;
        case offsetCommand:
          writeCommand(value);
          return;
        case offsetTimerInitial:
          timer.start(value, now);
          return;
        case offsetTimerDivide:
          timer.setDivide(value);
          return;
        default:
          writeStored(offset, value);
      }
    },
    raise,
    deliverable,
    accept() {
      const vector = deliverable();
      if (vector === undefined) return undefined;
      clearBit(requested, vector);
      setBit(inService, vector);
      return vector;
    },
    get timerDeadline() {
      return timer.deadline;
    },
    expireTimer(now) {
      const entry = storedAt(offsetTimerVector);
      if (!timer.expire(now, (entry & timerPeriodic) !== 0)) return false;
      if ((entry & masked) === 0) raise(entry & 0xff);
      return true;
    },
    save(writer) {
      for (const words of [requested, inService, stored]) {
        for (const word of words) writer.u32(word);
      }
      timer.save(writer);
    },
    load(reader) {
      for (const words of [requested, inService, stored]) {
        for (let index = 0; index < words.length; index += 1) words[index] = reader.u32();
      }
      return timer.load(reader) && storedRegisters.every(isPossible);
    },
  };

  function isPossible(register: StoredRegister, index: number): boolean {
    const value = stored[index] ?? 0;
    const allowed = (register.writable | register.fixed | register.reset | masked) >>> 0;
    return (value & ~allowed) === 0 && (value & register.fixed) >>> 0 === register.fixed >>> 0;
  }
}

/** The highest bit that is set of 256, or -1. */
function highest(words: Uint32Array): number {
  for (let bank = 7; bank >= 0; bank -= 1) {
    const word = words[bank] ?? 0;
    if (word !== 0) return bank * 32 + 31 - Math.clz32(word);
  }
  return -1;
}

function setBit(words: Uint32Array, bit: number): void {
  words[bit >> 5] = (words[bit >> 5] ?? 0) | (1 << (bit & 31));
}

function clearBit(words: Uint32Array, bit: number): void {
  if (bit >= 0) words[bit >> 5] = (words[bit >> 5] ?? 0) & ~(1 << (bit & 31));
}

const offsetVersion = 0x030;
const offsetTaskPriority = 0x080;
const offsetProcessorPriority = 0x0a0;
const offsetEndOfInterrupt = 0x0b0;
const offsetSpurious = 0x0f0;
const offsetCommand = 0x300;
const offsetTimerVector = 0x320;
const offsetTimerInitial = 0x380;
const offsetTimerCurrent = 0x390;
const offsetTimerDivide = 0x3e0;

const spuriousEnable = 0x100;
const masked = 0x1_0000;
const timerPeriodic = 0x2_0000;

interface StoredRegister {
  readonly offset: number;
  readonly reset: number;
  /** Bits the guest can change. */
  readonly writable: number;
  /** Bits that are always one. */
  readonly fixed: number;
  readonly isVectorTable: boolean;
}

function register(offset: number, reset: number, writable: number, fixed = 0): StoredRegister {
  return { offset, reset, writable, fixed, isVectorTable: false };
}

function localVector(offset: number, writable: number): StoredRegister {
  return { offset, reset: masked, writable, fixed: 0, isVectorTable: true };
}

/** The registers that keep what was written to them, within their writable bits. */
const storedRegisters: readonly StoredRegister[] = [
  register(0x020, 0x0000_0000, 0x0000_0000), // identity: fixed by configuration
  register(0x080, 0x0000_0000, 0x0000_00ff), // task priority
  register(0x0d0, 0x0000_0000, 0xff00_0000), // logical destination
  register(0x0e0, 0xffff_ffff, 0xf000_0000, 0x0fff_ffff), // destination format
  register(0x0f0, 0x0000_00ff, 0x0000_03ff), // spurious vector and enable
  register(0x280, 0x0000_0000, 0x0000_0000), // error status: nothing sets it
  register(0x300, 0x0000_0000, 0x000c_cfff), // interrupt command, low
  register(0x310, 0x0000_0000, 0xff00_0000), // interrupt command, high
  localVector(0x320, 0x0003_00ff), // timer
  localVector(0x330, 0x0001_07ff), // thermal sensor
  localVector(0x340, 0x0001_07ff), // performance counters
  localVector(0x350, 0x0001_a7ff), // LINT0
  localVector(0x360, 0x0001_a7ff), // LINT1
  localVector(0x370, 0x0001_00ff), // error
];

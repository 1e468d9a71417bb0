// The local APIC's timer: counts down in units of the time-stamp counter.
// It does not know when it is: arming and reading it read the time-stamp counter, and its expiry
// is an event that arrives from outside.
// Spec: machine.md, "Timer". Source: Intel SDM volume 3, section 11.5.4.

import type { ByteReader } from '../base/byte-reader.ts';
import type { ByteWriter } from '../base/byte-writer.ts';

export interface ApicTimer {
  /** The time stamp at which it is due, or undefined while it does not run. */
  readonly deadline: bigint | undefined;
  readonly initialCount: number;
  readonly divideRegister: number;
  setDivide(register: number): void;
  /** Starts from `count`, or stops where it is zero. `now` is asked only where it starts. */
  start(count: number, now: () => bigint): void;
  /** What is left to count; zero from the deadline until the expiry arrives. */
  currentCount(now: () => bigint): number;
  /** The expiry, seen from outside at `now`; a periodic timer goes on. False where not due. */
  expire(now: bigint, isPeriodic: boolean): boolean;
  save(writer: ByteWriter): void;
  load(reader: ByteReader): boolean;
}

/** spec: machine.timer-by-time-stamp */
export function createApicTimer(): ApicTimer {
  let initialCount = 0;
  let divideRegister = 0;
  let deadline: bigint | undefined;

  const period = (): bigint => BigInt(initialCount) * BigInt(divisor(divideRegister));

  return {
    get deadline() {
      return deadline;
    },
    get initialCount() {
      return initialCount;
    },
    get divideRegister() {
      return divideRegister;
    },
    setDivide(register) {
      divideRegister = register & 0x0b;
    },
    start(count, now) {
      initialCount = count;
      deadline = count === 0 ? undefined : BigInt.asUintN(64, now() + period());
    },
    currentCount(now) {
      if (deadline === undefined) return 0;
      const left = deadline - now();
      if (left <= 0n) return 0;
      const unit = BigInt(divisor(divideRegister));
      return Number(BigInt.asUintN(32, (left + unit - 1n) / unit));
    },
    expire(now, isPeriodic) {
      if (deadline === undefined || now < deadline) return false;
      // Periods that passed unseen are lost, as on a processor that slept through them.
      const passed = (now - deadline) / period() + 1n;
      deadline = isPeriodic ? BigInt.asUintN(64, deadline + passed * period()) : undefined;
      return true;
    },
    save(writer) {
      writer.u32(initialCount);
      writer.u8(divideRegister);
      writer.u8(deadline === undefined ? 0 : 1);
      writer.u64(deadline ?? 0n);
    },
    load(reader) {
      initialCount = reader.u32();
      divideRegister = reader.u8();
      const isRunning = reader.u8();
      const due = reader.u64();
      deadline = isRunning === 1 ? due : undefined;
      const isSound = isRunning === 1 ? initialCount > 0 : due === 0n;
      return isRunning <= 1 && isSound && (divideRegister & ~0x0b) === 0;
    },
  };
}

/** Bits 0, 1 and 3 of the divide register: 2, 4, 8, …, 128, and 1 for all ones. */
function divisor(register: number): number {
  const code = (register & 3) | ((register & 8) >> 1);
  return code === 7 ? 1 : 2 << code;
}

// Processor, memory and devices wired together, and the way from a device back to whoever runs
// the machine. Not the machine: nothing here decides when anything runs.
// Spec: machine.md, "Nondeterminism" and "Snapshot".

import { assert } from '../base/assert.ts';
import { createByteReader } from '../base/byte-reader.ts';
import { createByteWriter } from '../base/byte-writer.ts';
import { type Cpu, createCpu } from '../cpu/cpu.ts';
import type { Outside } from '../cpu/outside.ts';
import { createDevices, type Devices } from './devices.ts';
import { localApicAddress, localApicBytes } from './local-apic.ts';
import type { MachineMemory } from './machine-memory.ts';
import { type OffOrigin, type Sources, serialChannel } from './sources.ts';

/** Processor, devices and what is neither, before they are a machine. */
export interface MachineParts {
  readonly ram: Uint8Array;
  readonly cpu: Cpu;
  readonly devices: Devices;
  readonly status: MachineStatus;
}

export interface MachineStatus {
  timeStampLast: bigint;
  off: OffOrigin | undefined;
  /** Who answers, while the machine runs. */
  sources: Sources | undefined;
}

export function createParts(memory: MachineMemory, entry: bigint, stack: bigint): MachineParts {
  const { ram, translator } = memory;
  const status: MachineStatus = { timeStampLast: 0n, off: undefined, sources: undefined };

  /** The step under way, and whom it may ask. */
  function step(): { readonly position: bigint; readonly sources: Sources } {
    assert(status.sources !== undefined, 'machine: an operation outside a run');
    const isPast = cpu.halted;
    return { position: BigInt(cpu.retired) + (isPast ? 0n : 1n), sources: status.sources };
  }

  /** spec: machine.time-is-asked-for, machine.time-never-falls, replay.operation-at-its-step */
  function readTimeStamp(): bigint {
    const { position, sources } = step();
    const answer = sources.readTimeStamp(position);
    if (answer === 'stop') throw new EndOfRun();
    assert(answer >= status.timeStampLast, `machine: time stamp ${answer} goes back`);
    status.timeStampLast = answer;
    return answer;
  }

  const devices = createDevices({
    readTimeStamp,
    output(offset, bytes) {
      const { position, sources } = step();
      const answer = sources.output({ position, channel: serialChannel, offset, bytes });
      if (answer === 'stop') throw new EndOfRun();
    },
    powerOff() {
      const { position, sources } = step();
      if (sources.goOff(position, 'guest') === 'go-on') status.off = 'guest';
      throw new EndOfRun();
    },
  });

  /** What an access changed may let an interrupt through before the next step. */
  function after<Value>(value: Value): Value {
    cpu.interruptRequested = devices.apic.deliverable() !== undefined;
    return value;
  }

  const outside: Outside = {
    readPort: (port, bytes) => after(devices.readPort(port, bytes)),
    writePort: (port, bytes, value) => after(devices.writePort(port, bytes, value)),
    readMmio: (address, bytes) => after(devices.readMmio(address, bytes)),
    writeMmio: (address, bytes, value) => after(devices.writeMmio(address, bytes, value)),
    readTimeStamp,
  };
  const mmioWindows = [{ base: localApicAddress, bytes: localApicBytes }];
  const cpu = createCpu({
    ...{ ram, outside, mmioWindows, entry, stack },
    ...(translator && { translator }),
  });
  return { ram, cpu, devices, status };
}

/**
 * Leaves the processor in the middle of a step, from inside a device's answer. The processor has
 * no other way out there; the run that began it catches it, and nobody else sees it.
 */
export class EndOfRun extends Error {}

/** The state of everything but processor and memory, as it stands in digests and snapshots. */
export function saveDevices({ status, devices }: MachineParts): Uint8Array {
  const writer = createByteWriter(512);
  writer.u64(status.timeStampLast);
  writer.u8(status.off === undefined ? 0 : offOrigins.indexOf(status.off) + 1);
  devices.save(writer);
  return writer.toBytes();
}

/** The inverse; false where the bytes are no such state. */
export function loadDevices(parts: MachineParts, bytes: Uint8Array): boolean {
  const reader = createByteReader(bytes);
  parts.status.timeStampLast = reader.u64();
  const power = reader.u8();
  parts.status.off = offOrigins[power - 1];
  const isLoaded = parts.devices.load(reader);
  const isWhole = reader.failure === undefined && reader.left === 0;
  return isLoaded && isWhole && power <= offOrigins.length;
}

const offOrigins: readonly OffOrigin[] = ['outside', 'guest', 'fault'];

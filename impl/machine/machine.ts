// One virtual machine: processor, memory and devices, run by whoever answers its operations.
// It has no clock and no source of chance: the same answers and events at the same positions
// take it through the same states.
// Spec: machine.md.

import { assert, unreachable } from '../base/assert.ts';
import { createByteWriter } from '../base/byte-writer.ts';
import { createSha256 } from '../base/sha256.ts';
import { cpuStateToBytes } from '../cpu/state.ts';
import { type ConfigurationError, loadGuest, type MachineConfiguration } from './configuration.ts';
import type { ImageError } from './elf.ts';
import { deliverEvent } from './machine-events.ts';
import { createParts, EndOfRun, type MachineParts, saveDevices } from './machine-parts.ts';
import { createMemoryDigest } from './memory-digest.ts';
import type { EventRefusal, MachineEvent, MachineStop, OffOrigin, Sources } from './sources.ts';

export interface Machine {
  readonly kind: 'machine';
  /** Steps retired. spec: replay.position-is-steps-retired */
  readonly position: bigint;
  /** Steps that translated code has retired here; it says nothing of the guest. */
  readonly translated: number;
  /** Why it is off, or undefined while it is on. */
  readonly off: OffOrigin | undefined;
  /** The highest time stamp the guest was given. */
  readonly timeStampLast: bigint;
  /** The time stamp at which the timer is due, or undefined while none runs. */
  readonly timerDeadline: bigint | undefined;
  readonly ramBytes: number;
  /**
   * Runs at most `stepsMax` steps; `sources` answers what they ask. A machine that is off runs none.
   *
   * spec: machine.off-runs-nothing, replay.power-off-is-last
   */
  run(stepsMax: number, sources: Sources): MachineStop;
  /** Lets an event happen now, between two steps, or says why it cannot. */
  deliver(event: MachineEvent): EventRefusal | undefined;
  /** The state digest: 32 bytes. spec: machine.state-digest */
  digest(): Uint8Array;
  /** Registers, devices and memory, for snapshots. */
  state(): MachineState;
}

/** The parts of a machine's state; `ram` is the memory itself, not a copy. */
export interface MachineState {
  readonly registers: Uint8Array;
  readonly devices: Uint8Array;
  readonly ram: Uint8Array;
}

/** spec: machine.entry-state */
export function createMachine(
  configuration: MachineConfiguration,
): Machine | ImageError | ConfigurationError {
  const loaded = loadGuest(configuration);
  if (loaded.kind !== 'loaded') return loaded;
  const ramBytes = loaded.memory.ram.length;
  const parts = createParts(loaded.memory, BigInt(loaded.entry), BigInt(ramBytes - 8));
  const state = parts.cpu.save();
  const registers = state.registers.map((value, index) =>
    index === rdi ? BigInt(ramBytes) : value,
  );
  parts.cpu.restore({ ...state, registers });
  return assembleMachine(parts);
}

export function assembleMachine(parts: MachineParts): Machine {
  const { ram, cpu, devices, status } = parts;
  const memoryDigest = createMemoryDigest(ram);

  /**
   * Takes the interrupt that waits; false where the processor shut down over it. A run without
   * steps left does not come here, so that the state at a position is one state.
   *
   * spec: machine.interrupt-before-next-step
   */
  function takeInterrupt(): boolean {
    const vector = devices.apic.accept();
    assert(vector !== undefined, 'machine: the processor was asked to take no interrupt');
    return cpu.deliverInterrupt(vector) === undefined;
  }

  function shutDown(sources: Sources): MachineStop {
    const position = BigInt(cpu.retired) + 1n;
    devices.line.flush();
    if (sources.goOff(position, 'fault') === 'stop') return { kind: 'stopped' };
    status.off = 'fault';
    return { kind: 'off', origin: 'fault' };
  }

  /** spec: machine.runs-alike-in-pieces */
  function runToStop(stepsMax: number, sources: Sources): MachineStop {
    const end = cpu.retired + stepsMax;
    for (;;) {
      cpu.interruptRequested = devices.apic.deliverable() !== undefined;
      const stop = cpu.run(end - cpu.retired);
      switch (stop.kind) {
        case 'budget':
          return { kind: 'budget' };
        case 'halted':
          devices.line.flush();
          if (cpu.retired === end) return { kind: canWake() ? 'budget' : 'idle' };
          return { kind: 'idle' };
        case 'interruptible':
          if (cpu.halted) devices.line.flush();
          if (!takeInterrupt()) return shutDown(sources);
          break;
        case 'shutdown':
          return shutDown(sources);
        default:
          unreachable(stop);
      }
    }
  }

  /** Halted, but an interrupt waits that it can take. */
  function canWake(): boolean {
    return devices.apic.deliverable() !== undefined && cpu.isInterruptible();
  }

  return {
    kind: 'machine',
    get position() {
      return BigInt(cpu.retired);
    },
    get translated() {
      return cpu.translated;
    },
    get off() {
      return status.off;
    },
    get timeStampLast() {
      return status.timeStampLast;
    },
    get timerDeadline() {
      return devices.apic.timerDeadline;
    },
    ramBytes: ram.length,
    run(stepsMax, sources) {
      if (status.off !== undefined) return { kind: 'off', origin: status.off };
      status.sources = sources;
      try {
        return runToStop(stepsMax, sources);
      } catch (thrown) {
        if (!(thrown instanceof EndOfRun)) throw thrown;
        return status.off === undefined ? { kind: 'stopped' } : { kind: 'off', origin: status.off };
      } finally {
        status.sources = undefined;
      }
    },
    deliver(event) {
      return deliverEvent(parts, event);
    },
    digest() {
      const head = createByteWriter(1024);
      const registers = cpuStateToBytes(cpu.save());
      const deviceState = saveDevices(parts);
      head.u32(registers.length);
      head.bytes(registers);
      head.u32(deviceState.length);
      head.bytes(deviceState);
      head.u64(BigInt(ram.length));
      return createSha256().update(head.toBytes()).update(memoryDigest.pageDigests()).finish();
    },
    state() {
      return { registers: cpuStateToBytes(cpu.save()), devices: saveDevices(parts), ram };
    },
  };
}

const rdi = 7;

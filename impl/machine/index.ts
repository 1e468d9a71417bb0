// The public entry point of the machine: create one, run it, snapshot it.
// Spec: machine.md.

export {
  type ConfigurationError,
  type MachineConfiguration,
  ramBytesDefault,
  ramBytesMax,
  ramBytesMin,
  timeStampHz,
} from './configuration.ts';
export { type ImageError, type ImageErrorReason, imageBytesMax } from './elf.ts';
export { createMachine, type Machine } from './machine.ts';
export { type TranslateAfter, translateAfterDefault } from './machine-memory.ts';
export { outputBytesMax } from './output-line.ts';
export { serialBacklogBytesMax } from './serial-port.ts';
export { machineToSnapshot, type SnapshotError, snapshotToMachine } from './snapshot.ts';
export {
  type EventRefusal,
  inputBytesMax,
  type MachineEvent,
  type MachineStop,
  type OffOrigin,
  type Output,
  type Sources,
  serialChannel,
} from './sources.ts';

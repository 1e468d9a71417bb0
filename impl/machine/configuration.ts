// What a machine is made of, checked: memory and guest image. Every bound is named here.
// Spec: machine.md, "Memory" and "Entry state".

import { bytesToElfImage, type ElfImage, type ImageError } from './elf.ts';
import { createMachineMemory, type MachineMemory, type TranslateAfter } from './machine-memory.ts';
import { pageBytes } from './memory-digest.ts';

export const ramBytesMin: number = 1024 * 1024;
export const ramBytesMax: number = 1024 * 1024 * 1024;
export const ramBytesDefault: number = 16 * 1024 * 1024;

/** Units of the time-stamp counter in a second. */
export const timeStampHz = 1_000_000_000n;

export interface MachineConfiguration {
  /** A static ELF64 executable; the bytes are not trusted. */
  readonly image: Uint8Array;
  /** A whole number of pages. */
  readonly ramBytes?: number;
  /** How it executes, no part of what it is: `translateAfterDefault` unless given. */
  readonly translateAfter?: TranslateAfter;
}

export interface ConfigurationError {
  readonly kind: 'configuration-error';
  readonly message: string;
}

/** Memory as the guest finds it, and where it starts. */
export interface LoadedGuest {
  readonly kind: 'loaded';
  readonly memory: MachineMemory;
  readonly entry: number;
}

export function loadGuest(
  configuration: MachineConfiguration,
): LoadedGuest | ImageError | ConfigurationError {
  const ramBytes = configuration.ramBytes ?? ramBytesDefault;
  if (!isRamSize(ramBytes)) return refuseRamSize(ramBytes);
  const image = bytesToElfImage(configuration.image, ramBytes);
  if (image.kind === 'image-error') return image;
  const memory = createMachineMemory(ramBytes, configuration.translateAfter);
  copySegments(image, memory.ram);
  return { kind: 'loaded', memory, entry: image.entry };
}

export function isRamSize(bytes: number): boolean {
  return bytes % pageBytes === 0 && bytes >= ramBytesMin && bytes <= ramBytesMax;
}

function copySegments(image: ElfImage, ram: Uint8Array): void {
  for (const segment of image.segments) ram.set(segment.bytes, segment.address);
}

function refuseRamSize(bytes: number): ConfigurationError {
  const range = `a multiple of ${pageBytes} from ${ramBytesMin} to ${ramBytesMax}`;
  return { kind: 'configuration-error', message: `memory: expected ${range} bytes, got ${bytes}` };
}

// The key-value guest under test: its image, and machines that run it.

import { readFileSync } from 'node:fs';
import {
  createMachine,
  type Machine,
  type MachineConfiguration,
  type TranslateAfter,
} from '../../impl/machine/index.ts';

export const kvImage: Uint8Array = new Uint8Array(
  readFileSync(new URL('../../impl/guests/kv.elf', import.meta.url)),
);

/** Small, so that digests and snapshots are quick. */
export const kvRamBytes = 2 * 1024 * 1024;

export function mustCreateMachine(configuration: MachineConfiguration): Machine {
  const machine = createMachine(configuration);
  if (machine.kind !== 'machine') throw new Error(machine.message);
  return machine;
}

export function createKvMachine(image: Uint8Array = kvImage): Machine {
  return mustCreateMachine({ image, ramBytes: kvRamBytes });
}

/** The same guest, executed in this way. */
export function createKvMachineThat(translateAfter: TranslateAfter): Machine {
  return mustCreateMachine({ image: kvImage, ramBytes: kvRamBytes, translateAfter });
}

export const textToBytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const bytesToText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

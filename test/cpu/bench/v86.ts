// Runs a multiboot image of 32 bits, given as a file, on v86; prints what its serial port says. A
// process of its own, so that its seconds can be told from those of the bench.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { V86 } from 'v86';

const [path = ''] = process.argv.slice(2);
const image = readFileSync(path);
const emulator = new V86({
  wasm_path: createRequire(import.meta.url).resolve('v86/build/v86.wasm'),
  memory_size: 64 * 1024 * 1024,
  vga_memory_size: 2 * 1024 * 1024,
  multiboot: { buffer: new Uint8Array(image).buffer },
  disable_keyboard: true,
  disable_mouse: true,
  disable_speaker: true,
  autostart: true,
});
let text = '';
emulator.add_listener('serial0-output-byte', (byte: number) => {
  if (byte !== NEWLINE) {
    text += String.fromCharCode(byte);
    return;
  }
  console.log(text);
  process.exit(0);
});

const NEWLINE = 10;

// Runs an image on the engine, given as a file and, for translation, a threshold; prints what came
// of it. A process of its own for each run: what the JavaScript engine has compiled and cached for
// one way would else help the next.

import { readFileSync } from 'node:fs';
import { createTestCpu } from '../create-test-cpu.ts';
import { PROGRAM_BASE } from '../host-tools.ts';

const RAM_BYTES = 0x40_0000;
const STEPS_MAX = 1e10;

const [path = '', threshold] = process.argv.slice(2);
const { cpu } = createTestCpu({
  ...{ code: readFileSync(path), entry: PROGRAM_BASE, ramBytes: RAM_BYTES },
  ...(threshold === undefined ? {} : { threshold: Number(threshold) }),
});
const before = process.cpuUsage();
const stop = cpu.run(STEPS_MAX);
const { user, system } = process.cpuUsage(before);
if (stop.kind !== 'halted') throw new Error(`engine: expected a halt, got ${stop.kind}`);
const [rax = 0n] = cpu.save().registers;
const result = rax.toString(16).padStart(16, '0');
console.log(JSON.stringify({ result, seconds: (user + system) / 1e6, steps: cpu.retired }));

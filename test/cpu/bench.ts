// Prints how many million steps a second the interpreter makes on the test programs, median and
// spread; asserts nothing. `npx tsx test/cpu/bench.ts`

import { createTestCpu } from './create-test-cpu.ts';
import { compileForEngine, createBuildDirectory, PROGRAM_BASE } from './host-tools.ts';

const directory = createBuildDirectory();
for (const name of ['sha256', 'mixed']) {
  const code = compileForEngine(directory.path, name);
  const speeds: number[] = [];
  let steps = 0;
  for (let round = 0; round < 5; round += 1) {
    const { cpu } = createTestCpu({ code, entry: PROGRAM_BASE, ramBytes: 0x40_0000 });
    const start = performance.now();
    cpu.run(100_000_000);
    speeds.push(cpu.retired / (performance.now() - start) / 1000);
    steps = cpu.retired;
  }
  const [least, , median, , most] = speeds.sort((a, b) => a - b).map((speed) => speed.toFixed(2));
  console.log(`${name}: ${steps} steps, median ${median} MIPS (${least} to ${most})`);
}
directory.remove();

// Whole programs, compiled by gcc on the spot: the engine and the host must give the same result.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCpu } from './create-test-cpu.ts';
import {
  compileForEngine,
  createBuildDirectory,
  PROGRAM_BASE,
  runOnHost,
  skipWithoutHostTools,
} from './host-tools.ts';

describe.skipIf(skipWithoutHostTools('whole programs'))('whole programs', () => {
  let directory: ReturnType<typeof createBuildDirectory>;
  beforeAll(() => {
    directory = createBuildDirectory();
  });
  afterAll(() => directory.remove());

  it.each(['sha256', 'mixed'])('%s gives the same result as on the host', (name) => {
    const code = compileForEngine(directory.path, name);
    const { cpu, ram } = createTestCpu({ code, entry: PROGRAM_BASE, ramBytes: 0x40_0000 });

    const stop = cpu.run(20_000_000);

    expect(stop).toEqual({ kind: 'halted' });
    const result = new DataView(ram.buffer).getBigUint64(0x1000, true);
    expect(result.toString(16)).toBe(runOnHost(directory.path, name).toString(16));
  });
});

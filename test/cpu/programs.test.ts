// Whole programs, compiled by gcc on the spot: the engine and the host must give the same result.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCpu } from './create-test-cpu.ts';
import {
  compileForEngine,
  createBuildDirectory,
  PROGRAM_BASE,
  runOnHost,
  skipWithoutHostTools,
  type Target,
} from './host-tools.ts';

const LEVELS = ['-O0', '-O2', '-O3', '-Os'] as const;

describe.skipIf(skipWithoutHostTools('whole programs'))('whole programs', () => {
  let directory: ReturnType<typeof createBuildDirectory>;
  beforeAll(() => {
    directory = createBuildDirectory();
  });
  afterAll(() => directory.remove());

  const run = (name: string, target?: Target): string => {
    const code = compileForEngine(directory.path, name, target);
    const { cpu, ram } = createTestCpu({ code, entry: PROGRAM_BASE, ramBytes: 0x40_0000 });

    const stop = cpu.run(20_000_000);

    expect(stop).toEqual({ kind: 'halted' });
    return new DataView(ram.buffer).getBigUint64(0x1000, true).toString(16);
  };

  it.each(['sha256', 'mixed'])('%s gives the same result as on the host', (name) => {
    expect(run(name)).toBe(runOnHost(directory.path, name).toString(16));
  });

  it.each(['bodies', 'equations', 'images', 'decimals', 'mixed'])(
    '%s does so as gcc makes it by default, at every level',
    (name) => {
      const expected = runOnHost(directory.path, name).toString(16);
      for (const level of LEVELS) {
        expect(run(name, { level, hasSse: true }), level).toBe(expected);
      }
    },
  );
});

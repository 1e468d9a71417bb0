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
const WAYS = [{}, { threshold: 20 }] as const;

describe.skipIf(skipWithoutHostTools('whole programs'))('whole programs', () => {
  let directory: ReturnType<typeof createBuildDirectory>;
  beforeAll(() => {
    directory = createBuildDirectory();
  });
  afterAll(() => directory.remove());

  const run = (name: string, way: (typeof WAYS)[number], target?: Target): string => {
    const code = compileForEngine(directory.path, name, target === undefined ? {} : { target });
    const { cpu, ram } = createTestCpu({
      code,
      entry: PROGRAM_BASE,
      ramBytes: 0x40_0000,
      ...way,
    });

    const stop = cpu.run(20_000_000);

    expect(stop).toEqual({ kind: 'halted' });
    return new DataView(ram.buffer, ram.byteOffset).getBigUint64(0x1000, true).toString(16);
  };

  it.each(['sha256', 'mixed'].flatMap((name) => WAYS.map((way) => [name, way] as const)))(
    '%s gives the same result as on the host: %j',
    (name, way) => {
      expect(run(name, way)).toBe(runOnHost(directory.path, name).toString(16));
    },
  );

  it.each(['bodies', 'equations', 'images', 'decimals', 'mixed'])(
    '%s does so as gcc makes it by default, at every level, translated and not',
    (name) => {
      const expected = runOnHost(directory.path, name).toString(16);
      for (const level of LEVELS) {
        for (const way of WAYS) {
          expect(run(name, way, { level, hasSse: true }), level).toBe(expected);
        }
      }
    },
  );
});

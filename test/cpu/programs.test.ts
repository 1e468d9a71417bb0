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

  const ways = [{}, { threshold: 20 }] as const;

  it.each(['sha256', 'mixed'].flatMap((name) => ways.map((way) => [name, way] as const)))(
    '%s gives the same result as on the host: %j',
    (name, way) => {
      const code = compileForEngine(directory.path, name);
      const { cpu, ram } = createTestCpu({
        code,
        entry: PROGRAM_BASE,
        ramBytes: 0x40_0000,
        ...way,
      });

      const stop = cpu.run(20_000_000);

      expect(stop).toEqual({ kind: 'halted' });
      const result = new DataView(ram.buffer, ram.byteOffset).getBigUint64(0x1000, true);
      expect(result.toString(16)).toBe(runOnHost(directory.path, name).toString(16));
    },
  );
});

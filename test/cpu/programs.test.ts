// Whole programs, compiled by gcc on the spot: the same image on the processor, one step at a time, and
// on both engines. They must agree in the number of steps, in registers on the way, in all memory and in
// what was written. Half of the levels, in turn; all of them, and longer runs: programs/campaign.ts.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compileForEngine,
  createBuildDirectory,
  skipWithoutHostTools,
  type Target,
} from './host-tools.ts';
import { LEVELS, PROGRAMS } from './programs/programs.ts';
import {
  createTracer,
  findDifference,
  type NativeRun,
  outputOf,
  type Tracer,
} from './programs/tracer.ts';

const THRESHOLD = 20;
const SHORT = PROGRAMS.filter(({ isShort }) => isShort).map(({ name }) => name);

/** Answers that are known without running anything. */
const KNOWN: Readonly<Record<string, string>> = {
  // RFC 8439, section 2.8.2.
  chacha20: 'd31a8d34648e60db7b86afbc53ef7ec2',
  // 30!, the 60th Fibonacci number.
  integers: '265252859812191058636308480000000\n1548008755920\n',
};

describe.skipIf(skipWithoutHostTools('whole programs'))('whole programs', () => {
  let directory: ReturnType<typeof createBuildDirectory>;
  let tracer: Tracer;
  beforeAll(() => {
    directory = createBuildDirectory();
    tracer = createTracer(directory.path);
  });
  afterAll(() => directory.remove());

  const trace = (name: string, target: Target): { image: Uint8Array; native: NativeRun } => {
    const image = compileForEngine(directory.path, name, { target });
    return { image, native: tracer(image) };
  };

  it.each(SHORT)('%s goes as on the processor, step by step', (name) => {
    const levels = LEVELS.filter((_, k) => k % 2 === SHORT.indexOf(name) % 2);
    const outputs = levels.map((level) => {
      const { image, native } = trace(name, { level, hasSse: true });
      expect(findDifference(image, native), `${level}, interpreter`).toBeUndefined();
      expect(findDifference(image, native, THRESHOLD), `${level}, translator`).toBeUndefined();
      return outputOf(native.memory);
    });

    expect(new Set(outputs).size).toBe(1);
    expect(outputs[0]?.startsWith(KNOWN[name] ?? '')).toBe(true);
  });

  it('goes so without vector registers too', () => {
    const { image, native } = trace('mixed', { level: '-O2', hasSse: false });

    expect(findDifference(image, native)).toBeUndefined();
    expect(findDifference(image, native, THRESHOLD)).toBeUndefined();
  });

  it('tells a step too many, a register and a byte that differ', () => {
    const { image, native } = trace('strings', { level: '-O2', hasSse: true });
    const { steps, checkpoints, memory } = native;
    const late = checkpoints.map((one) => ({ ...one, steps: one.steps + 1 }));
    const wrong = checkpoints.map((one) => ({ ...one, mxcsr: one.mxcsr ^ 1n }));
    const dirty = memory.slice();
    dirty[100] = (dirty[100] ?? 0) ^ 1;

    expect(findDifference(image, { ...native, checkpoints: late })).toMatch(/^step 998: rip/);
    expect(findDifference(image, { ...native, checkpoints: wrong })).toMatch(/mxcsr/);
    expect(findDifference(image, { ...native, memory: dirty })).toMatch(/^memory at 0x100064/);
    expect(findDifference(image, { ...native, steps: steps + 1 })).toMatch(/expected HLT/);
  });
});

// The translator against the interpreter: at every stop the same state and the same memory, for
// random programs, budgets and thresholds. The tests see to it that code was translated at all.

import { describe, expect, it } from 'vitest';
import { type Cpu, cpuStateToBytes } from '../../../impl/cpu/index.ts';
import { createTestCpu } from '../create-test-cpu.ts';
import { createRandom } from '../oracle/random.ts';
import { CODE, createProgram, type Program, RAM_BYTES } from './random-program.ts';

const SEED = Number(process.env.TRANSLATOR_SEED ?? 1);
const PROGRAMS = Number(process.env.TRANSLATOR_PROGRAMS ?? 16);
const STOPS = 25;

type Side = { readonly cpu: Cpu; readonly ram: Uint8Array };

function createSide(program: Program, threshold: number | undefined): Side {
  const { cpu, ram } = createTestCpu({
    ramBytes: RAM_BYTES,
    ...(threshold === undefined ? {} : { threshold }),
  });
  ram.set(program.bytes);
  cpu.memoryChanged(0, RAM_BYTES);
  const state = cpu.save();
  const { registers, idtBase, xmm, mxcsr } = program;
  const special = { ...state.special, idtBase, idtLimit: 0xfffn, mxcsr };
  cpu.restore({ ...state, registers, rip: BigInt(CODE), special, xmm });
  return { cpu, ram };
}

/** The first difference in words, or undefined. */
function findDifference(a: Side, b: Side): string | undefined {
  const [left, right] = [a, b].map(({ cpu }) => Buffer.from(cpuStateToBytes(cpu.save())));
  if (left?.equals(right ?? Buffer.alloc(0)) !== true) {
    return JSON.stringify(
      [a, b].map(({ cpu }) => cpu.save()),
      (_, value) => (typeof value === 'bigint' ? value.toString(16) : value),
    );
  }
  const at = a.ram.findIndex((byte, k) => byte !== b.ram[k]);
  return at < 0 ? undefined : `memory differs at ${at.toString(16)}`;
}

describe('translator and interpreter', () => {
  it.each([0, 1, 3, 10])('agree at every stop, translating after %i arrivals', (threshold) => {
    let retired = 0;
    let translated = 0;
    for (let k = 0; k < PROGRAMS; k += 1) {
      const seed = SEED * 100_003 + threshold * 1009 + k;
      const random = createRandom(seed);
      const program = createProgram(seed);
      const plain = createSide(program, undefined);
      const fast = createSide(program, threshold);
      for (let stop = 0; stop < STOPS; stop += 1) {
        const budget = random.below(random.pick([3, 40, 2000]));
        const stops = [plain, fast].map(({ cpu }) => cpu.run(budget));
        expect(stops[1], `seed ${seed}, stop ${stop}`).toEqual(stops[0]);
        const difference = findDifference(plain, fast);
        expect(difference, `seed ${seed}, stop ${stop}`).toBeUndefined();
      }
      retired += fast.cpu.retired;
      translated += fast.cpu.translated;
    }
    console.log(`translator: ${translated} of ${retired} steps translated, seed ${SEED}`);
    expect(translated).toBeGreaterThan(retired / 50);
  });
});

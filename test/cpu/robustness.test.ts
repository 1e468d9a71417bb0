// Nothing that a guest can be makes the engine throw or hang: random bytes, registers, tables.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMS } from '../../impl/cpu/table.ts';
import { createTestCpu } from './create-test-cpu.ts';

const STEPS = 300;
const RFLAGS_MASK = 0x24_7fd7n;
const address = fc.oneof(
  fc.bigInt({ min: 0n, max: 0x1_0010n }),
  fc.bigInt({ min: 0xfee0_0000n - 8n, max: 0xfee0_0018n }),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(0xffff_fffcn, 0x7fff_ffff_fffcn, 0xffff_ffff_ffff_fffcn),
);
const MAPS = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
const opcode = fc.tuple(fc.constantFrom(...FORMS), fc.nat(255), fc.nat(63)).map(([form, a, b]) => {
  const prefix = [0, 0x66, 0xf3, 0xf2].indexOf(form.prefix ?? 0);
  if (form.vex === true) return [0xc4, (a & 0xe0) | form.map, (b << 2) | prefix, form.opcode];
  const own = form.prefix === undefined || form.prefix === 0 ? [] : [form.prefix];
  return [...own, ...(MAPS[form.map] ?? []), form.opcode];
});
const prefix = fc.constantFrom(0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x48, 0x41, 0x64);
const instruction = fc
  .tuple(fc.array(prefix, { maxLength: 3 }), opcode, fc.uint8Array({ maxLength: 9 }))
  .map((parts) => parts.flatMap((part) => [...part]));
const HLT = [0xf4];
const code = fc
  .tuple(
    fc.oneof({ weight: 15, arbitrary: instruction }, { weight: 1, arbitrary: fc.constant(HLT) }),
    fc.array(instruction, { maxLength: 59 }),
  )
  .map(([first, rest]) => [...first, ...rest.flat()]);

describe('robustness', () => {
  /** spec: cpu.budget-is-exact */
  it('a run of random code ends in a stop, within its budget', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        code,
        fc.array(address, { minLength: 16, maxLength: 16 }),
        fc.tuple(address, address, address, address),
        fc.boolean(),
        fc.bigInt({ min: 0n, max: 0x24_7fffn }),
        (bytes, registers, [rip, idtBase, gdtBase, trBase], isWild, flags) => {
          const { cpu, ram } = createTestCpu({
            code: bytes,
            mmioWindows: [{ base: 0xfee0_0000, bytes: 16 }],
          });
          bytes.forEach((byte, k) => {
            ram[(k * 7919) & 0xfff] = byte;
          });
          const state = cpu.save();
          const limits = { idtLimit: 0xfffn, gdtLimit: 0xffffn, trLimit: 0xffn };
          cpu.restore({
            ...state,
            registers,
            rip: isWild ? rip : 0x1000n,
            rflags: (flags & RFLAGS_MASK) | 2n,
            special: { ...state.special, ...limits, idtBase, gdtBase, trBase },
          });
          for (let k = 0; k < 4; k += 1) {
            const before = cpu.retired;
            cpu.interruptRequested = k % 2 === 1;
            const stop = cpu.run(STEPS);
            seen.add(stop.kind);
            expect(cpu.retired - before).toBeLessThanOrEqual(STEPS);
            if (stop.kind === 'budget') expect(cpu.retired - before).toBe(STEPS);
            if (stop.kind === 'interruptible') cpu.deliverInterrupt(32 + k);
          }
          for (const value of [...cpu.save().registers, cpu.save().rip]) {
            expect(BigInt.asUintN(64, value)).toBe(value);
          }
        },
      ),
      { numRuns: 1500 },
    );
    expect([...seen].sort()).toEqual(['budget', 'halted', 'interruptible', 'shutdown']);
  });

  /** spec: cpu.outside-is-closed */
  it('the same state, memory and answers give the same state, memory and questions', () => {
    fc.assert(
      fc.property(
        code,
        fc.array(address, { minLength: 16, maxLength: 16 }),
        fc.array(fc.bigInt({ min: 0n, max: 0xffff_ffffn }), { minLength: 1, maxLength: 8 }),
        (bytes, registers, answers) => {
          const runOnce = (): unknown => {
            const asked: string[] = [];
            const answer = (question: string): bigint => {
              asked.push(question);
              return answers[asked.length % answers.length] ?? 0n;
            };
            const { cpu, ram } = createTestCpu({
              code: bytes,
              mmioWindows: [{ base: 0xfee0_0000, bytes: 16 }],
              outside: {
                readPort: (port, width) => Number(answer(`port ${port} ${width}`)),
                readMmio: (at, width) => answer(`device ${at} ${width}`),
                readTimeStamp: () => answer('time'),
              },
            });
            cpu.restore({ ...cpu.save(), registers });
            const stop = cpu.run(STEPS);
            return [stop, cpu.save(), Buffer.from(ram).toString('base64'), asked];
          };
          expect(runOnce()).toEqual(runOnce());
        },
      ),
      { numRuns: 200 },
    );
  });

  it('every instruction gives values of their width, from any state', () => {
    const { cpu, ram } = createTestCpu({});
    const state = cpu.save();
    fc.assert(
      fc.property(
        instruction,
        fc.array(address, { minLength: 16, maxLength: 16 }),
        fc.array(address, { minLength: 32, maxLength: 32 }),
        fc.bigInt({ min: 0n, max: 0xffffn }),
        fc.tuple(address, address, address, address),
        fc.boolean(),
        (bytes, all, xmm, mxcsr, tables, user) => {
          ram.set(bytes, 0x1000);
          cpu.memoryChanged(0x1000, bytes.length);
          const cs = user ? 0x33n : 0x10n;
          const [idtBase, gdtBase, trBase, ldtBase] = tables;
          const limits = { idtLimit: 0xfffn, gdtLimit: 0xffffn, trLimit: 0xffn, ldtLimit: 0xffn };
          const bases = { idtBase, gdtBase, trBase, ldtBase };
          const levels = { cs, cr0: 0x8004_0011n, mxcsr };
          const special = { ...state.special, ...limits, ...bases, ...levels };
          const rflags = user ? 0x4_0002n : 2n;
          cpu.restore({ ...state, registers: all, xmm, special, rflags });
          cpu.run(1);
          const after = cpu.save();
          const values = [...after.registers, ...after.xmm, ...Object.values(after.special)];
          expect(after.special.mxcsr).toBeLessThanOrEqual(0xffffn);
          const tooWide = values.filter((value) => BigInt.asUintN(64, value) !== value);
          expect(tooWide).toEqual([]);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

// The chapter's generated tables are current, and the undefined flags are what its table says.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ABSENCES, absentMnemonics } from './absent-instructions.ts';
import { execute, RAX, RBX, RDX, STATUS } from './execute.ts';
import { CHAPTER, withTables } from './spec-tables.ts';

const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const flags = fc.bigInt({ min: 0n, max: 0xfffn }).map((bits) => bits & STATUS);

const CF = 0x1n;
const PF = 0x4n;
const AF = 0x10n;
const ZF = 0x40n;
const SF = 0x80n;
const OF = 0x800n;

describe('spec/cpu.md', () => {
  it('has the tables of the code; rewrite with: npm run spec:tables', () => {
    const chapter = readFileSync(CHAPTER, 'utf8');
    expect(chapter).toBe(withTables(chapter));
  });

  it('gives a reason for every general-purpose instruction that is absent', () => {
    const explained = new Set(ABSENCES.flatMap(({ mnemonics }) => mnemonics.split(' ')));
    expect(absentMnemonics().filter((name) => !explained.has(name))).toEqual([]);
  });
});

describe('undefined flags', () => {
  const cleared: [string, readonly number[], bigint][] = [
    ['AND', [0x48, 0x21, 0xd8], AF],
    ['OR', [0x48, 0x09, 0xd8], AF],
    ['XOR', [0x48, 0x31, 0xd8], AF],
    ['TEST', [0x48, 0x85, 0xd8], AF],
    ['SHL', [0x48, 0xc1, 0xe0, 3], AF],
    ['SHR', [0x48, 0xc1, 0xe8, 3], AF],
    ['SAR', [0x48, 0xc1, 0xf8, 3], AF | OF],
    ['SHLD', [0x48, 0x0f, 0xa4, 0xd8, 3], AF],
    ['SHRD', [0x48, 0x0f, 0xac, 0xd8, 3], AF],
    ['MUL', [0x48, 0xf7, 0xe3], SF | ZF | AF | PF],
    ['IMUL', [0x48, 0xf7, 0xeb], SF | ZF | AF | PF],
    ['IMUL of two', [0x48, 0x0f, 0xaf, 0xc3], SF | ZF | AF | PF],
    ['BSF', [0x48, 0x0f, 0xbc, 0xc3], CF | OF | SF | AF | PF],
    ['BSR', [0x48, 0x0f, 0xbd, 0xc3], CF | OF | SF | AF | PF],
  ];
  it.each(cleared)('of %s are 0', (_, code, mask) => {
    fc.assert(
      fc.property(word, word, flags, (a, b, f) => {
        const { state } = execute(code, { registers: { [RAX]: a, [RBX]: b }, rflags: f });
        expect(state.rflags & mask).toBe(0n);
      }),
    );
  });

  const kept: [string, readonly number[], bigint][] = [
    ['BT', [0x48, 0x0f, 0xa3, 0xd8], OF | SF | AF | PF],
    ['BTS', [0x48, 0x0f, 0xab, 0xd8], OF | SF | AF | PF],
    ['BTR', [0x48, 0x0f, 0xb3, 0xd8], OF | SF | AF | PF],
    ['BTC', [0x48, 0x0f, 0xbb, 0xd8], OF | SF | AF | PF],
    ['DIV', [0xf7, 0xf3], STATUS],
    ['IDIV', [0xf7, 0xfb], STATUS],
  ];
  it.each(kept)('of %s stay', (_, code, mask) => {
    fc.assert(
      fc.property(word, word, flags, (a, b, f) => {
        const registers = { [RAX]: a & 0xffffn, [RBX]: b | 1n, [RDX]: 0n };
        const { state } = execute(code, { registers, rflags: f });
        expect(state.rflags & mask).toBe(f & mask);
      }),
    );
  });

  const bit = (value: bigint, position: number): bigint => (value >> BigInt(position)) & 1n;
  const counts = fc.integer({ min: 2, max: 63 });
  it.each([
    ['SHL', 0xe0, (_a: bigint, r: bigint, c: bigint) => bit(r, 63) ^ c],
    ['SHR', 0xe8, (a: bigint) => bit(a, 63)],
    ['ROL', 0xc0, (_a: bigint, r: bigint) => bit(r, 63) ^ bit(r, 0)],
    ['ROR', 0xc8, (_a: bigint, r: bigint) => bit(r, 63) ^ bit(r, 62)],
    ['RCL', 0xd0, (_a: bigint, r: bigint, c: bigint) => bit(r, 63) ^ c],
    ['RCR', 0xd8, (_a: bigint, r: bigint) => bit(r, 63) ^ bit(r, 62)],
  ] as const)('OF of %s follows one rule for every count', (_, modrm, rule) => {
    fc.assert(
      fc.property(word, counts, flags, (a, n, f) => {
        const { state } = execute([0x48, 0xc1, modrm, n], { registers: { [RAX]: a }, rflags: f });
        const result = state.registers[RAX] ?? 0n;
        expect((state.rflags & OF) !== 0n).toBe(rule(a, result, state.rflags & CF) === 1n);
      }),
    );
  });

  it('CF of wide shifts of narrow operands is 0 beyond the width', () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 9, max: 31 }), fc.constantFrom(0xe0, 0xe8), (a, n, m) => {
        const { state } = execute([0xc0, m, n], { registers: { [RAX]: a }, rflags: CF });
        expect([state.rflags & CF, (state.registers[RAX] ?? 0n) & 0xffn]).toEqual([0n, 0n]);
      }),
    );
  });
});

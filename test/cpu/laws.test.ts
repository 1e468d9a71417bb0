// Laws that the instructions obey whatever the operands, family by family. What single results
// are is for the comparison with the processor; the laws hold on every host.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atWidth,
  CF,
  CODE,
  DF,
  execute,
  RAX,
  RBX,
  RCX,
  RDI,
  RDX,
  RSI,
  RSP,
  STACK,
  STATUS,
  ZF,
} from './execute.ts';

const width = fc.constantFrom(8, 16, 32, 64);
const wide = fc.constantFrom(16, 32, 64);
const edge = fc.constantFrom(0n, 1n, 0x7fn, 0x80n, 0xffffn, 0x8000_0000n, 0xffff_ffffn, 1n << 63n);
const word = fc.oneof(edge, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }));
const flags = fc.bigInt({ min: 0n, max: 0xfffn }).map((bits) => bits & STATUS);

const reg = (state: { registers: readonly bigint[] }, index: number): bigint =>
  state.registers[index] ?? 0n;
const low = (value: bigint, bits: number): bigint => BigInt.asUintN(bits, value);

/** Runs code on RAX = a, RBX = b, and gives the low part of RAX and the flags. */
function onPair(code: readonly number[], a: bigint, b: bigint, rflags = 0n, steps = 1) {
  const { state } = execute(code, { registers: { [RAX]: a, [RBX]: b }, rflags, steps });
  return { a: reg(state, RAX), b: reg(state, RBX), flags: state.rflags & STATUS, state };
}

describe('arithmetic', () => {
  it('SUB undoes ADD, and its borrow is the carry of ADD', () => {
    fc.assert(
      fc.property(width, word, word, (w, a, b) => {
        const sum = onPair(atWidth(w, 0x01, 0xd8), a, b);
        const back = onPair(atWidth(w, 0x29, 0xd8), sum.a, b);
        expect(low(back.a, w)).toBe(low(a, w));
        expect(back.flags & CF).toBe(sum.flags & CF);
      }),
    );
  });

  it('ADC with carry adds one more than ADD; SBB with carry takes one more than SUB', () => {
    fc.assert(
      fc.property(width, word, word, (w, a, b) => {
        const [add, adc] = [0x01, 0x11].map((op) => onPair(atWidth(w, op, 0xd8), a, b, CF));
        const [sub, sbb] = [0x29, 0x19].map((op) => onPair(atWidth(w, op, 0xd8), a, b, CF));
        expect(low((adc?.a ?? 0n) - (add?.a ?? 0n), w)).toBe(1n);
        expect(low((sub?.a ?? 0n) - (sbb?.a ?? 0n), w)).toBe(1n);
      }),
    );
  });

  it('CMP sets the flags of SUB and writes nothing', () => {
    fc.assert(
      fc.property(width, word, word, flags, (w, a, b, f) => {
        const cmp = onPair(atWidth(w, 0x39, 0xd8), a, b, f);
        expect(cmp.flags).toBe(onPair(atWidth(w, 0x29, 0xd8), a, b, f).flags);
        expect(cmp.a).toBe(a);
      }),
    );
  });

  it('DEC undoes INC, and both keep CF', () => {
    fc.assert(
      fc.property(width, word, flags, (w, a, f) => {
        const code = [...atWidth(w, 0xff, 0xc0), ...atWidth(w, 0xff, 0xc8)];
        const both = onPair(code, a, 0n, f, 2);
        expect(low(both.a, w)).toBe(low(a, w));
        expect(both.flags & CF).toBe(f & CF);
      }),
    );
  });

  it('NEG twice is nothing, and its carry says not zero', () => {
    fc.assert(
      fc.property(width, word, (w, a) => {
        const once = onPair(atWidth(w, 0xf7, 0xd8), a, 0n);
        expect(low(onPair(atWidth(w, 0xf7, 0xd8), once.a, 0n).a, w)).toBe(low(a, w));
        expect(once.flags & CF).toBe(low(a, w) === 0n ? 0n : CF);
      }),
    );
  });

  it('the rest of a register stays, but is cleared by 32 bits', () => {
    fc.assert(
      fc.property(width, word, word, (w, a, b) => {
        const upper = w === 32 ? 0n : a >> BigInt(w);
        expect(onPair(atWidth(w, 0x01, 0xd8), a, b).a >> BigInt(w)).toBe(upper);
      }),
    );
  });
});

describe('logic', () => {
  it('XOR twice is nothing; AND, OR and XOR together make ADD', () => {
    fc.assert(
      fc.property(width, word, word, (w, a, b) => {
        const [and, or, xor] = [0x21, 0x09, 0x31].map((op) => onPair(atWidth(w, op, 0xd8), a, b).a);
        const both = low(and ?? 0n, w) + low(or ?? 0n, w);
        expect(low(both, w)).toBe(low(a + b, w));
        expect(low(onPair(atWidth(w, 0x31, 0xd8), xor ?? 0n, b).a, w)).toBe(low(a, w));
      }),
    );
  });

  it('TEST sets the flags of AND, with CF and OF clear, and writes nothing', () => {
    fc.assert(
      fc.property(width, word, word, flags, (w, a, b, f) => {
        const test = onPair(atWidth(w, 0x85, 0xd8), a, b, f);
        expect(test.flags).toBe(onPair(atWidth(w, 0x21, 0xd8), a, b, f).flags);
        expect(test.flags & 0x801n).toBe(0n);
        expect(test.a).toBe(a);
      }),
    );
  });

  it('NOT twice is nothing and leaves the flags', () => {
    fc.assert(
      fc.property(width, word, flags, (w, a, f) => {
        const code = [...atWidth(w, 0xf7, 0xd0), ...atWidth(w, 0xf7, 0xd0)];
        const twice = onPair(code, a, 0n, f, 2);
        expect(low(twice.a, w)).toBe(low(a, w));
        expect(twice.flags).toBe(f);
      }),
    );
  });
});

describe('shifts and rotations', () => {
  const count = fc.integer({ min: 0, max: 255 });

  it('a masked count of 0 leaves value and flags', () => {
    const group = fc.integer({ min: 0, max: 7 });
    fc.assert(
      fc.property(width, word, flags, group, (w, a, f, digit) => {
        const zero = w === 64 ? 0x40 : 0x20;
        const shifted = onPair(atWidth(w, 0xc1, 0xc0 | (digit << 3), zero), a, 0n, f);
        expect(low(shifted.a, w)).toBe(low(a, w));
        expect(shifted.flags).toBe(f);
      }),
    );
  });

  it('SHL by n is ADD to itself n times', () => {
    fc.assert(
      fc.property(width, word, fc.integer({ min: 1, max: 31 }), (w, a, n) => {
        const shifted = onPair(atWidth(w, 0xc1, 0xe0, n), a, 0n);
        expect(low(shifted.a, w)).toBe(low(a * 2n ** BigInt(n), w));
      }),
    );
  });

  it('ROR undoes ROL, and RCR undoes RCL with the carry', () => {
    fc.assert(
      fc.property(width, word, count, flags, (w, a, n, f) => {
        const rotate = [...atWidth(w, 0xc1, 0xc0, n), ...atWidth(w, 0xc1, 0xc8, n)];
        expect(low(onPair(rotate, a, 0n, f, 2).a, w)).toBe(low(a, w));
        const carried = [...atWidth(w, 0xc1, 0xd0, n), ...atWidth(w, 0xc1, 0xd8, n)];
        const both = onPair(carried, a, 0n, f, 2);
        expect(low(both.a, w)).toBe(low(a, w));
        expect(both.flags & CF).toBe(f & CF);
      }),
    );
  });

  it('SHLD of a register with itself is ROL', () => {
    fc.assert(
      fc.property(fc.constantFrom(32, 64), word, count, (w, a, n) => {
        const [prefix = [], op = 0] = w === 64 ? [[0x48], 0xa4] : [[], 0xa4];
        const double = onPair([...prefix, 0x0f, op, 0xc0, n], a, 0n);
        expect(low(double.a, w)).toBe(low(onPair(atWidth(w, 0xc1, 0xc0, n), a, 0n).a, w));
      }),
    );
  });
});

describe('multiplication', () => {
  it('DIV undoes MUL', () => {
    fc.assert(
      fc.property(wide, word, word, (w, a, b) => {
        fc.pre(low(b, w) !== 0n);
        const code = [...atWidth(w, 0xf7, 0xe3), ...atWidth(w, 0xf7, 0xf3)];
        const both = onPair(code, a, b, 0n, 2);
        expect(low(both.a, w)).toBe(low(a, w));
        expect(low(reg(both.state, RDX), w)).toBe(0n);
      }),
    );
  });

  it('IMUL of two operands gives the lower half of MUL', () => {
    fc.assert(
      fc.property(wide, word, word, (w, a, b) => {
        const prefix = w === 16 ? [0x66] : w === 64 ? [0x48] : [];
        const signed = onPair([...prefix, 0x0f, 0xaf, 0xc3], a, b);
        expect(low(signed.a, w)).toBe(low(onPair(atWidth(w, 0xf7, 0xe3), a, b).a, w));
      }),
    );
  });
});

describe('conversions', () => {
  it('BSWAP twice is nothing', () => {
    fc.assert(
      fc.property(word, (a) => {
        expect(onPair([0x48, 0x0f, 0xc8, 0x48, 0x0f, 0xc8], a, 0n, 0n, 2).a).toBe(a);
      }),
    );
  });

  it('MOVSX and MOVZX agree below the sign', () => {
    fc.assert(
      fc.property(word, (b) => {
        const signed = onPair([0x48, 0x0f, 0xbe, 0xc3], 0n, b).a;
        const unsigned = onPair([0x48, 0x0f, 0xb6, 0xc3], 0n, b).a;
        expect(unsigned).toBe(low(b, 8));
        expect(signed).toBe(low(BigInt.asIntN(8, b), 64));
      }),
    );
  });
});

describe('bit manipulation', () => {
  // VEX of three bytes: opcode of map 0F 38, register field, prefix; ModRM in the end.
  const vex = (opcode: number, register: number, prefix: number, modrm: number): number[] => [
    ...[0xc4, 0xe2, 0x80 | ((register ^ 15) << 3) | prefix, opcode, modrm],
  ];

  it('PEXT takes out what PDEP put in, as far as the mask has ones', () => {
    fc.assert(
      fc.property(word, word, (a, mask) => {
        const ones = BigInt(mask.toString(2).replaceAll('0', '').length);
        const code = [...vex(0xf5, RAX, 3, 0xcb), ...vex(0xf5, RCX, 2, 0xc3)];
        const both = onPair(code, a, mask, 0n, 2);
        expect(both.a).toBe(a & ((1n << ones) - 1n));
        expect(reg(both.state, RCX) & ~mask).toBe(0n);
      }),
    );
  });

  it('BLSI and BLSR part a word; BLSMSK reaches up to what BLSI leaves', () => {
    fc.assert(
      fc.property(word, (a) => {
        const [lowest, rest, mask] = [3, 1, 2].map(
          (digit) => onPair(vex(0xf3, RCX, 0, 0xc0 | (digit << 3)), a, 0n).state,
        );
        const value = (state: typeof lowest): bigint => (state ? reg(state, RCX) : 0n);
        expect(value(lowest) | value(rest)).toBe(a);
        expect(value(lowest) & value(rest)).toBe(0n);
        expect(value(mask)).toBe(low(2n * value(lowest) - 1n, 64));
      }),
    );
  });

  it('TZCNT is POPCNT of BLSMSK, less one; LZCNT of the lowest bit is its distance from the top', () => {
    fc.assert(
      fc.property(word, (a) => {
        fc.pre(a !== 0n);
        const code = [...vex(0xf3, RBX, 0, 0xd0), 0xf3, 0x48, 0x0f, 0xb8, 0xc3];
        const ones = onPair(code, a, 0n, 0n, 2).a;
        expect(onPair([0xf3, 0x48, 0x0f, 0xbc, 0xc0], a, 0n).a).toBe(ones - 1n);
        const lowest = [...vex(0xf3, RBX, 0, 0xd8), 0xf3, 0x48, 0x0f, 0xbd, 0xc3];
        expect(onPair(lowest, a, 0n, 0n, 2).a).toBe(64n - ones);
      }),
    );
  });

  it('MULX gives what MUL gives; ADCX and ADOX are ADC by their own carry alone', () => {
    fc.assert(
      fc.property(word, word, flags, (a, b, f) => {
        const registers = { [RAX]: b, [RDX]: a };
        const { state } = execute(vex(0xf6, RBX, 3, 0xc8), { registers, rflags: f });
        const product = a * b;
        expect([reg(state, RBX), reg(state, RCX)]).toEqual([low(product, 64), product >> 64n]);
        for (const [prefix, carry] of [
          [0x66, CF],
          [0xf3, 0x800n],
        ] as const) {
          const sum = onPair([prefix, 0x48, 0x0f, 0x38, 0xf6, 0xc3], a, b, f);
          const whole = a + b + ((f & carry) === 0n ? 0n : 1n);
          expect(sum.a).toBe(low(whole, 64));
          expect(sum.flags).toBe((f & ~carry) | (whole >> 64n === 0n ? 0n : carry));
        }
      }),
    );
  });

  it('CRC32 of "123456789" is the check value of CRC-32C', () => {
    let sum = 0xffff_ffffn;
    for (const letter of Buffer.from('123456789')) {
      sum = onPair([0xf2, 0x0f, 0x38, 0xf0, 0xc3], sum, BigInt(letter)).a;
    }
    expect(sum ^ 0xffff_ffffn).toBe(0xe306_9283n);
  });
});

describe('conditions', () => {
  const code = fc.integer({ min: 0, max: 15 });

  it('SETcc, CMOVcc and Jcc read the same condition; the odd code is the opposite', () => {
    fc.assert(
      fc.property(code, flags, (cc, f) => {
        const set = onPair([0x0f, 0x90 | cc, 0xc0], 0n, 0n, f).a === 1n;
        const moved = onPair([0x48, 0x0f, 0x40 | cc, 0xc3], 0n, 1n, f).a === 1n;
        const jumped = execute([0x70 | cc, 0x10], { rflags: f }).state.rip === CODE + 0x12n;
        const opposite = onPair([0x0f, 0x90 | (cc ^ 1), 0xc0], 0n, 0n, f).a === 1n;
        expect([moved, jumped, opposite]).toEqual([set, set, !set]);
      }),
    );
  });
});

describe('exchanges', () => {
  it('XADD is ADD that keeps the old value; CMPXCHG stores only what was expected', () => {
    fc.assert(
      fc.property(word, word, word, (a, b, expected) => {
        const xadd = onPair([0x48, 0x0f, 0xc1, 0xd8], a, b);
        expect([xadd.a, xadd.b]).toEqual([low(a + b, 64), a]);
        const registers = { [RAX]: expected, [RCX]: a, [RBX]: b };
        const { state } = execute([0x48, 0x0f, 0xb1, 0xd9], { registers });
        const isEqual = expected === a;
        expect(reg(state, RCX)).toBe(isEqual ? b : a);
        expect(reg(state, RAX)).toBe(a);
        expect((state.rflags & ZF) !== 0n).toBe(isEqual);
      }),
    );
  });
});

describe('bits', () => {
  it('BTS sets, BTR clears and BTC turns the bit that BT reads, in a string of any length', () => {
    const number = fc.bigInt({ min: -1000n, max: 1000n });
    fc.assert(
      fc.property(number, fc.constantFrom(0xab, 0xb3, 0xbb), (n, op) => {
        const at = 0x4000 + Math.floor(Number(n) / 8);
        const bit = 1 << Number(BigInt.asUintN(3, n));
        const before = Uint8Array.of(bit ^ 0xff);
        const registers = { [RAX]: BigInt.asUintN(64, n), [RDI]: 0x4000n };
        const memory = new Map([[at, before]]);
        const { ram, state } = execute([0x48, 0x0f, op, 0x07], { registers, memory });
        expect(ram[at]).toBe(op === 0xb3 ? bit ^ 0xff : 0xff);
        expect(state.rflags & CF).toBe(0n);
      }),
    );
  });

  it('BSF and BSR find the ends of a number, and leave the destination for 0', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const digits = b.toString(2);
        const first = b === 0n ? a : BigInt(digits.length - 1 - digits.lastIndexOf('1'));
        const last = b === 0n ? a : BigInt(digits.length - 1);
        expect(onPair([0x48, 0x0f, 0xbc, 0xc3], a, b).a).toBe(first);
        expect(onPair([0x48, 0x0f, 0xbd, 0xc3], a, b).a).toBe(last);
      }),
    );
  });
});

describe('stack', () => {
  it('POP undoes PUSH; PUSHF and POPF carry the flags', () => {
    fc.assert(
      fc.property(word, flags, (a, f) => {
        const popped = onPair([0x50, 0x5b], a, 0n, f, 2);
        expect([popped.b, popped.flags]).toEqual([a, f]);
        expect(reg(popped.state, RSP)).toBe(STACK);
        const carried = onPair([0x9c, 0x58, 0x50, 0x9d], 0n, 0n, f, 4);
        expect([low(carried.a, 12) & STATUS, carried.flags]).toEqual([f, f]);
      }),
    );
  });
});

describe('strings', () => {
  const count = fc.integer({ min: 0, max: 40 });

  it('REP MOVSB copies as a loop of single moves does, up or down, also over itself', () => {
    const shift = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(count, shift, fc.boolean(), (n, by, isDown) => {
        const source = Uint8Array.from({ length: 200 }, (_, k) => k + 1);
        const expected = Uint8Array.from(source);
        const from = 80;
        const step = isDown ? -1 : 1;
        for (let k = 0; k < n; k += 1) {
          expected[from + by + step * k] = expected[from + step * k] ?? 0;
        }
        const { ram, state } = execute([0xf3, 0xa4], {
          registers: { [RCX]: BigInt(n), [RSI]: 0x4050n, [RDI]: BigInt(0x4050 + by) },
          rflags: isDown ? DF : 0n,
          memory: new Map([[0x4000, source]]),
          steps: Math.max(1, n),
        });
        expect(ram.slice(0x4000, 0x40c8)).toEqual(expected);
        expect([reg(state, RCX), state.rip, state.retired]).toEqual([
          0n,
          CODE + 2n,
          Math.max(1, n),
        ]);
      }),
    );
  });

  it('REPNE SCASB stops behind the first match', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), (at) => {
        const text = new Uint8Array(64).fill(7);
        text[at] = 9;
        const registers = { [RAX]: 9n, [RCX]: 64n, [RDI]: 0x4000n };
        const memory = new Map([[0x4000, text]]);
        const { state } = execute([0xf2, 0xae], { registers, memory, steps: at + 1 });
        expect(reg(state, RDI)).toBe(0x4000n + BigInt(at) + 1n);
        expect([state.rip, state.rflags & ZF]).toEqual([CODE + 2n, ZF]);
      }),
    );
  });
});

describe('flags', () => {
  it('SAHF takes what LAHF gave', () => {
    fc.assert(
      fc.property(flags, (f) => {
        const { state } = execute([0x9f, 0x9e], { rflags: f, steps: 2 });
        expect(state.rflags & STATUS).toBe(f);
        expect((reg(state, RAX) >> 8n) & 0xffn).toBe((f & 0xd5n) | 2n);
      }),
    );
  });
});

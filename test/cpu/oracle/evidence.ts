// Which instruction vectors show which clause of chapter cpu, and for each clause an engine that breaks it and
// nothing else: a vector of that clause must tell it from the real one. What no vector can show is not here;
// the registry names the test in its place. Spec: conformance.md, "Instruction vectors".

import { OF } from '../../../impl/cpu/algebra.ts';
import type { Value } from '../../../impl/cpu/fast-values.ts';
import { decode } from '../../../impl/cpu/index.ts';
import { undefinedFlagsOf } from './compare.ts';
import type { Engine } from './engine.ts';
import { CODE, type Outcome, type Start } from './layout.ts';
import { type Mutation, mutation, replaceFloats } from './mutations.ts';
import {
  AC,
  COMPUTES,
  GP,
  hasIndefinite,
  hasNan,
  isCountMasked,
  isDone,
  isFault,
  isNan,
  isOfSse,
  isPartWritten,
  isPrivileged,
  isResultUndefined,
  isTransfer,
  KEEPS_NAN,
  memoryOf,
  PF,
  raises,
  SS,
  type Subject,
  TO_INTEGER,
  toSubject,
  XM,
} from './subject.ts';

/** A mutation of meanings, or a mistake around the whole of the engine. */
export type BrokenEngine = Mutation | { readonly name: string; readonly around: Around };
type Around = (engine: Engine) => Engine;

export type Evidence = {
  readonly clause: string;
  readonly shows: (subject: Subject) => boolean;
  readonly broken: BrokenEngine;
};

/** The clauses that a vector shows, in the order of the table. */
export function clausesOf(start: Start, outcome: Outcome): string[] {
  const subject = toSubject(start, outcome);
  return EVIDENCE.filter(({ shows }) => shows(subject)).map(({ clause }) => clause);
}

const neverFaults = mutation('never faults', () => ({ faultWhen: () => undefined }));
const isNeverPrivileged = mutation('any level is 0', (m) => ({
  readSpecial: (name) =>
    name === 'cs' ? m.and(64, m.readSpecial(name), m.constant(64, -4)) : m.readSpecial(name),
}));

export const EVIDENCE: readonly Evidence[] = [
  {
    clause: 'cpu.fault-retires-nothing',
    shows: isFault,
    broken: mutation('a fault leaves something behind', (m) => ({
      faultWhen: (when, name, code) => {
        m.when(when, () => m.writeRegister(0, m.not(64, m.readRegister(0))));
        m.faultWhen(when, name, code);
      },
    })),
  },
  {
    clause: 'cpu.undefined-opcodes',
    shows: ({ kind }) => kind === 'invalid',
    broken: { name: 'LOCK is overlooked', around: withoutPrefix(0xf0, 'invalid') },
  },
  {
    clause: 'cpu.instruction-length',
    shows: ({ kind }) => kind === 'incomplete',
    broken: { name: 'prefixes do not count', around: withoutPrefix(0x66, 'incomplete') },
  },
  {
    clause: 'cpu.effective-address',
    shows: ({ instruction }) => {
      const memory = memoryOf(instruction);
      return memory !== undefined && (memory.addressWidth === 32 || /^[fg]s$/.test(memory.segment));
    },
    broken: mutation('FS and GS have no base', (m) => ({
      readSpecial: (name) => (/^[fg]sBase$/.test(name) ? 0 : m.readSpecial(name)),
    })),
  },
  {
    clause: 'cpu.bit-strings',
    shows: ({ text, instruction }) => /^bt/.test(text) && memoryOf(instruction) !== undefined,
    broken: mutation('bit numbers have no sign', (m) => ({
      signExtend: (from, to, value) => m.zeroExtend(from, to, value),
      shiftRightSigned: (width, value, count) => m.shiftRight(width, value, count),
    })),
  },
  {
    clause: 'cpu.partial-registers',
    shows: (subject) => isDone(subject) && isPartWritten(subject),
    broken: mutation('what is not written is cleared or kept the other way', (m) => ({
      writeRegister: (index, value) => {
        const upper = m.and(64, m.readRegister(index), m.constant(64, 0xffff_ffff_0000_0000n));
        m.writeRegister(index, m.xor(64, value, upper));
      },
    })),
  },
  {
    clause: 'cpu.mapped-memory',
    shows: raises(PF),
    broken: mutation('addresses are taken modulo 4 GiB', (m) => {
      const wrapped = (at: Value): Value => m.and(64, at, m.constant(64, 0xffff_ffffn));
      return {
        load: (width, at, use) => m.load(width, wrapped(at), use),
        loadToStore: (width, at, use) => m.loadToStore(width, wrapped(at), use),
        store: (width, at, value, use) => m.store(width, wrapped(at), value, use),
        probe: (bytes, at, use, access) => m.probe(bytes, wrapped(at), use, access),
      };
    }),
  },
  {
    clause: 'cpu.address-faults',
    shows: raises(SS, PF, AC),
    broken: mutation('#GP for the stack too', (m) => ({
      load: (width, at, use) => m.load(width, at, notStack(use)),
      loadToStore: (width, at, use) => m.loadToStore(width, at, notStack(use)),
      store: (width, at, value, use) => m.store(width, at, value, notStack(use)),
      probe: (bytes, at, use, access) => m.probe(bytes, at, notStack(use), access),
    })),
  },
  {
    clause: 'cpu.canonical-branch',
    shows: (subject) => subject.family === 'branches' && raises(GP)(subject),
    broken: neverFaults,
  },
  {
    clause: 'cpu.return-from-interrupt',
    shows: ({ text }) => text.startsWith('iret'),
    broken: mutation('flags are not restored', () => ({ writeFlags: () => undefined })),
  },
  {
    clause: 'cpu.privileged-instructions',
    shows: (subject) => raises(GP)(subject) && isPrivileged(subject),
    broken: isNeverPrivileged,
  },
  {
    clause: 'cpu.io-privilege',
    shows: (subject) =>
      raises(GP)(subject) && (subject.family === 'ports' || /^(cli|sti)$/.test(subject.text)),
    broken: mutation('IOPL is 3', (m) => ({
      readSpecial: (name) =>
        name === 'control' ? m.or(64, m.readSpecial(name), 0x3000) : m.readSpecial(name),
    })),
  },
  {
    clause: 'cpu.flags-by-privilege',
    shows: (subject) => isDone(subject) && /^(popf|iret)/.test(subject.text),
    broken: isNeverPrivileged,
  },
  {
    clause: 'cpu.segment-loads',
    shows: ({ family, text }) => family === 'segment registers' && /^(mov|pop|l[sfg]s)/.test(text),
    broken: mutation('levels are not compared', () => ({ less: () => 0 })),
  },
  { clause: 'cpu.far-transfers', shows: isTransfer, broken: neverFaults },
  {
    clause: 'cpu.alignment-check',
    shows: raises(AC),
    broken: {
      name: 'AC is overlooked',
      around: (engine) => (start) => engine({ ...start, flags: start.flags & ~0x4_0000n }),
    },
  },
  {
    clause: 'cpu.conditions',
    shows: (subject) => isDone(subject) && subject.text.includes('?'),
    broken: mutation('OF does not count', (m) => ({
      readFlag: (flag) => (flag === OF ? 0 : m.readFlag(flag)),
    })),
  },
  {
    clause: 'cpu.shift-count',
    shows: (subject) => isDone(subject) && isCountMasked(subject),
    broken: mutation('counts of 8 bits', (m) => ({
      and: (width, a, b) =>
        width === 8 && (b === 31 || b === 63 || b === 31n || b === 63n) ? a : m.and(width, a, b),
    })),
  },
  {
    clause: 'cpu.undefined-flags-are-fixed',
    shows: ({ start, outcome }) => undefinedFlagsOf(start, outcome) > 0n,
    broken: mutation('undefined flags are inverted', (m, i) => ({
      writeFlags: (flags, recipe) => {
        const open = i.form.definition.undefinedFlags?.always ?? [];
        m.writeFlags(flags, (flag) =>
          open.includes(flag) ? m.not(1, recipe(flag)) : recipe(flag),
        );
      },
    })),
  },
  {
    clause: 'cpu.undefined-results-are-fixed',
    shows: (subject) => isDone(subject) && isResultUndefined(subject),
    broken: mutation('a register wrong', (m) => ({
      writeRegister: (index, value) => m.writeRegister(index, m.xor(64, value, 1)),
      when: (_, body) => m.when(1, body),
    })),
  },
  {
    clause: 'cpu.sse-alignment',
    shows: (subject) =>
      isOfSse(subject) && raises(GP)(subject) && !/^(fx|ldmxcsr|stmxcsr)/.test(subject.text),
    broken: neverFaults,
  },
  {
    clause: 'cpu.mxcsr',
    shows: (subject) => raises(GP)(subject) && /^(ldmxcsr|fxrstor)/.test(subject.text),
    broken: neverFaults,
  },
  {
    clause: 'cpu.saved-state',
    shows: (subject) => isDone(subject) && /^fx/.test(subject.text),
    broken: mutation('XMM registers lie 16 bytes on', (m) => ({
      load: (width, at, use) => m.load(width, m.add(64, at, width === 64 ? 16 : 0), use),
      store: (width, at, value, use) => m.store(width, m.add(64, at, 16), value, use),
    })),
  },
  {
    clause: 'cpu.float-result',
    shows: (subject) => isDone(subject) && COMPUTES.test(subject.text),
    broken: mutation('a last bit', (m) =>
      replaceFloats(m, ({ value, exceptions }) => ({
        value: m.xor(32, m.truncate(64, 32, value), 1),
        exceptions,
      })),
    ),
  },
  {
    clause: 'cpu.nan-results',
    shows: (subject) => isDone(subject) && KEEPS_NAN.test(subject.text) && hasNan(subject),
    broken: mutation('NaNs are positive', (m) => ({
      floatCompute: (operation, width, control, a, b) => {
        const { value, exceptions } = m.floatCompute(operation, width, control, a, b);
        const positive = m.and(width, value, m.constant(width, (1n << BigInt(width - 1)) - 1n));
        return { value: isNan(width, value) ? positive : value, exceptions };
      },
    })),
  },
  {
    clause: 'cpu.integer-indefinite',
    shows: (subject) => isDone(subject) && TO_INTEGER.test(subject.text) && hasIndefinite(subject),
    broken: mutation('the greatest integer', (m) => ({
      floatToInteger: (from, to, control, a) => {
        const { value, exceptions } = m.floatToInteger(from, to, control, a);
        const least = m.constant(to, 1n << BigInt(to - 1));
        return {
          value: m.select(to, m.equal(to, value, least), m.not(to, least), value),
          exceptions,
        };
      },
    })),
  },
  {
    clause: 'cpu.float-estimates',
    shows: (subject) => isDone(subject) && /^(rcp|rsqrt)/.test(subject.text),
    broken: mutation('within the bound, and not the quotient', (m) =>
      replaceFloats(m, ({ value, exceptions }) => ({ value: m.xor(32, value, 1), exceptions })),
    ),
  },
  {
    clause: 'cpu.float-exceptions',
    shows: ({ start, outcome, ...rest }) =>
      isDone({ start, outcome, ...rest }) &&
      start.mxcsr !== outcome.mxcsr &&
      !/^(fx|ldmxcsr)/.test(rest.text),
    broken: mutation('the flags of MXCSR do not stay', (m) => ({
      writeSpecial: (name, value) =>
        m.writeSpecial(name, name === 'mxcsr' ? m.readSpecial(name) : value),
    })),
  },
  {
    clause: 'cpu.float-fault',
    shows: raises(XM),
    broken: neverFaults,
  },
];

function withoutPrefix(prefix: number, kind: Subject['kind']): Around {
  return (engine) => (start) => {
    if (decode(start.code, BigInt(CODE)).kind !== kind) return engine(start);
    const at = start.code.indexOf(prefix);
    return engine({ ...start, code: start.code.filter((_, k) => k !== at) });
  };
}

function notStack(use: 'data' | 'stack' | 'system'): 'data' | 'system' {
  return use === 'stack' ? 'data' : use;
}

// Whether the instruction vectors can fail: each mutation is put under the meaning of each instruction that asks
// for what it replaces, and the vectors of that instruction must tell. For each clause that vectors name, an
// engine that breaks it must differ on one of those. Spec: conformance.md, "Instruction vectors".

import type { Algebra } from '../../../impl/cpu/algebra.ts';
import type { Value } from '../../../impl/cpu/fast-values.ts';
import { decode } from '../../../impl/cpu/index.ts';
import type { Definition, Instruction } from '../../../impl/cpu/instruction.ts';
import { FAMILIES } from '../../../impl/cpu/table.ts';
import { createEngine, type Engine } from './engine.ts';
import type { BrokenEngine, Evidence } from './evidence.ts';
import { CODE, type Outcome, type Start } from './layout.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';
import { differencesFromLine, type Line, lineToStart } from './sample.ts';

type M = Algebra<Value>;
type Meaning = (m: M, i: Instruction) => void;

/** A vector beside what the unbroken engine makes of it. */
export type Sample = { readonly start: Start; readonly outcome: Outcome };
/** Its line says the same. */
export type Recorded = Sample & { readonly line: Line };

export type Mutant = {
  readonly definition: Definition;
  readonly mutation: Mutation;
  readonly isKilled: boolean;
};

const interpreter = createEngine();

/** Vectors that the unbroken engine does not pass prove nothing. */
export function toSamples(lines: readonly Line[]): Recorded[] {
  return lines.map((line) => {
    const start = lineToStart(line);
    const outcome = interpreter(start);
    const [difference] = differencesFromLine(line, start, outcome);
    if (difference !== undefined) throw new Error(`mutants: the twin fails: ${difference}`);
    return { line, start, outcome };
  });
}

/** Every mutation that the instructions of these vectors give occasion to. */
export function judgeMutants(samples: readonly Sample[]): Mutant[] {
  const byDefinition = new Map<Definition, Sample[]>();
  for (const sample of samples) {
    const decoded = decode(sample.start.code, BigInt(CODE));
    if (decoded.kind !== 'instruction') continue;
    const { definition } = decoded.instruction.form;
    byDefinition.set(definition, [...(byDefinition.get(definition) ?? []), sample]);
  }
  return [...byDefinition].flatMap(([definition, own]) =>
    [...findOccasions(definition, own)].map(([mutation, occasions]) => {
      const isKilled = findKiller([definition], mutation, occasions) !== undefined;
      return { definition, mutation, isKilled };
    }),
  );
}

/** The first vector of the clause on which an engine that breaks it differs. */
export function killerOf(
  { clause, broken }: Evidence,
  samples: readonly Recorded[],
): Line | undefined {
  const own = samples.filter(({ line }) => line.clauses?.includes(clause));
  return findKiller(DEFINITIONS, broken, own)?.line;
}

const DEFINITIONS = FAMILIES.flatMap(({ definitions }) => definitions);

export function findKiller<S extends Sample>(
  definitions: readonly Definition[],
  broken: BrokenEngine,
  samples: readonly S[],
): S | undefined {
  if ('around' in broken) return findDifferent(samples, broken.around(interpreter));
  const change = (original: Meaning): Meaning => {
    return (m, i) => original(replaceIn(m, broken.replace(m, i)), i);
  };
  return withMeanings(definitions, change, () => findDifferent(samples, interpreter));
}

function findDifferent<S extends Sample>(samples: readonly S[], engine: Engine): S | undefined {
  return samples.find(({ start, outcome }) => !isSame(engine(start), outcome));
}

/** For each mutation the vectors in which it makes a difference to what is asked for. */
function findOccasions(
  definition: Definition,
  samples: readonly Sample[],
): Map<Mutation, Sample[]> {
  const found = new Map<Mutation, Sample[]>();
  for (const sample of samples) {
    const met = new Set<Mutation>();
    const change = (original: Meaning): Meaning => {
      return (m, i) => original(watch(m, i, met), i);
    };
    withMeanings([definition], change, () => interpreter(sample.start));
    for (const mutation of met) found.set(mutation, [...(found.get(mutation) ?? []), sample]);
  }
  return found;
}

function watch(m: M, i: Instruction, met: Set<Mutation>): M {
  operations ??= operationsOf(m, i);
  const byName = operations;
  return intercept(m, (name, own) => {
    const mutations = byName.get(name);
    if (mutations === undefined) return own;
    return (...all) => {
      // What follows a fault is void.
      const isVoid = Reflect.get(m, 'fault') !== undefined;
      for (const one of mutations) if (!isVoid && one.concerns(m, all)) met.add(one);
      return own(...all);
    };
  });
}

let operations: ReadonlyMap<string, readonly Mutation[]> | undefined;

/** The mutations that replace an operation, by its name: the same whatever they stand in. */
function operationsOf(m: M, i: Instruction): ReadonlyMap<string, readonly Mutation[]> {
  const found = new Map<string, Mutation[]>();
  for (const one of MUTATIONS) {
    for (const name of Object.keys(one.replace(m, i))) {
      found.set(name, [...(found.get(name) ?? []), one]);
    }
  }
  return found;
}

function replaceIn(m: M, replaced: object): M {
  return intercept(m, (name, own) => {
    const other: unknown = Reflect.get(replaced, name);
    return isOperation(other) ? other : own;
  });
}

type Operation = (...all: readonly unknown[]) => unknown;

function isOperation(value: unknown): value is Operation {
  return typeof value === 'function';
}

function intercept(m: M, choose: (name: string, own: Operation) => Operation): M {
  return new Proxy(m, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (!isOperation(own) || typeof name !== 'string') return own;
      return choose(name, own.bind(target));
    },
  });
}

function withMeanings<T>(
  definitions: readonly Definition[],
  change: (original: Meaning) => Meaning,
  body: () => T,
): T {
  const originals = definitions.map((definition) => definition.meaning);
  definitions.forEach((definition, k) => {
    // The engine here is the interpreter, and these are its values.
    const original = (m: M, i: Instruction): void => originals[k]?.call(definition, m, i);
    const changed = change(original);
    definition.meaning = (m, i) => changed(m as unknown as M, i);
  });
  try {
    return body();
  } finally {
    definitions.forEach((definition, k) => {
      definition.meaning = originals[k] ?? definition.meaning;
    });
  }
}

function isSame(a: Outcome, b: Outcome): boolean {
  return (
    SCALARS.every((name) => a[name] === b[name]) &&
    a.registers.every((value, k) => value === b.registers[k]) &&
    a.xmm.every((value, k) => value === b.xmm[k]) &&
    Buffer.compare(a.block, b.block) === 0
  );
}

const SCALARS = [
  ...(['vector', 'errorCode', 'faultAddress', 'rip', 'flags'] as const),
  ...(['fsBase', 'gsBase', 'segments', 'mxcsr'] as const),
];

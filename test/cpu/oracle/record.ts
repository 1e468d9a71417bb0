// Records the instruction vectors of conformance/instructions from the processor it runs on:
// `npm run oracle:record -- --seed S`. Of each form it takes vectors that differ in kind; what the
// processor and the standard make of them must agree but for what the architecture leaves open.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decode, instructionToText } from '../../../impl/cpu/index.ts';
import type { Form } from '../../../impl/cpu/instruction.ts';
import { controlOf } from '../../../impl/cpu/translator/block.ts';
import { createBuildDirectory } from '../host-tools.ts';
import { findMismatch, undefinedFlagsOf } from './compare.ts';
import { createEdges, EDGES } from './edges.ts';
import { createEngine, createTranslatedEngine } from './engine.ts';
import { clausesOf } from './evidence.ts';
import { describeProcessor, missingFeatures } from './host-features.ts';
import { BLOCK, CODE, createNativeOracle, type Outcome, type Start } from './layout.ts';
import { findKiller, judgeMutants, type Mutant, type Sample } from './mutants.ts';
import { createRandom, type Random } from './random.ts';
import {
  DEFAULT_START,
  FLAGS_ALWAYS,
  fieldsOf,
  type Line,
  outcomeToFields,
  overrides,
  SAMPLE,
  startToFields,
} from './sample.ts';
import { effectOn, simplified } from './simplify.ts';
import { whyUntold } from './untold.ts';
import { COMPARABLE_FORMS, createVector, type Vector } from './vectors.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const VECTORS_PER_FAMILY = 240;
const VECTORS_PER_FORM_MIN = 16;
/** How many are looked at for each one that is taken. */
const CANDIDATES = 8;
/** And for each mutation that survives. */
const SUPPLEMENT_CANDIDATES = 20_000;
/** Of each instruction that a translator takes. */
const TRANSLATED_MIN = 4;
const TRANSLATED_CANDIDATES = 4000;
const TEXT = { invalid: 'undefined', incomplete: 'too long' } as const;

const missing = missingFeatures();
if (missing.size > 0) throw new Error(`record: this processor lacks ${[...missing].join(' ')}`);
const directory = createBuildDirectory();
const native = createNativeOracle(directory.path);
const engine = createEngine();
const translator = createTranslatedEngine();
const edges = createEdges();
const random = createRandom(Number(values.seed));
rmSync(SAMPLE, { recursive: true, force: true });
mkdirSync(SAMPLE, { recursive: true });
const files: Record<string, number> = {};
const clauses = new Map<string, number>();
for (const family of new Set(COMPARABLE_FORMS.map((form) => form.family))) recordFamily(family);
recordFile(EDGES, edges, ({ start }) => Buffer.from(start.code).toString('hex'));
writeFileSync(`${SAMPLE}index.json`, `${JSON.stringify(index(), null, 2)}\n`);
directory.remove();
console.log(`seed ${values.seed}: ${Object.values(files).reduce((a, b) => a + b)} vectors`);

function recordFamily(family: string): void {
  const forms = COMPARABLE_FORMS.filter((form) => form.family === family);
  const count = Math.max(VECTORS_PER_FORM_MIN, Math.ceil(VECTORS_PER_FAMILY / forms.length));
  const vectors = simplifyAll(forms.flatMap((form) => chooseVectors(form, count, random)));
  const more = [...supplement(forms, vectors), ...supplementTranslated(forms, vectors)];
  recordFile(family, [...vectors, ...more], ({ form }) => form.line);
}

function recordFile(
  family: string,
  vectors: readonly Vector[],
  encodingOf: (vector: Vector) => string,
): void {
  const outcomes = native(vectors.map(({ start }) => start));
  // Conditions have forms of their own behind one line.
  const numbers = new Map<string, number>();
  const lines = vectors.map((vector, k) => {
    const outcome = outcomes[k];
    if (outcome === undefined) throw new Error('record: an outcome is missing');
    const encoding = encodingOf(vector);
    const number = numbers.get(encoding) ?? 0;
    numbers.set(encoding, number + 1);
    return JSON.stringify(toLine(vector, outcome, `${family}/${encoding}/${number}`));
  });
  const file = `${family.replaceAll(' ', '-')}.jsonl`;
  writeFileSync(`${SAMPLE}${file}`, `${lines.join('\n')}\n`);
  files[file] = lines.length;
}

/** The kinds take turns, so that what is rare comes up too. */
function chooseVectors(form: Form, count: number, random: Random): Vector[] {
  const kinds = new Map<string, Vector[]>();
  for (let k = 0; k < count * CANDIDATES; k += 1) {
    const vector = createVector(form, random);
    const kind = kindOf(vector.start, engine(vector.start));
    kinds.set(kind, [...(kinds.get(kind) ?? []), vector]);
  }
  const chosen: Vector[] = [];
  for (let turn = 0; chosen.length < count; turn += 1) {
    for (const vectors of kinds.values()) chosen.push(...vectors.slice(turn, turn + 1));
  }
  return chosen.slice(0, count);
}

/**
 * Without its registers an access may lead to where the engine has memory and a process has none;
 * then the vector stays as it was.
 */
function simplifyAll(vectors: readonly Vector[]): Vector[] {
  const smaller = vectors.map(({ form, start }) => ({
    form,
    start: simplified(start, effectOn(engine)),
  }));
  const outcomes = native(smaller.map(({ start }) => start));
  return smaller.map((vector, k) => {
    const [outcome, original] = [outcomes[k], vectors[k]];
    if (outcome === undefined || original === undefined) throw new Error('record: one is missing');
    return findMismatch(vector, engine(vector.start), outcome) === undefined ? vector : original;
  });
}

/** Vectors that tell what these and the edges do not: one for each mutation that survives them. */
function supplement(forms: readonly Form[], vectors: readonly Vector[]): Vector[] {
  const definitions = new Set(forms.map(({ definition }) => definition));
  const all = [...vectors, ...edges.filter(({ form }) => definitions.has(form.definition))];
  const survivors = judgeMutants(all.map(toSample)).filter(
    (mutant) => !mutant.isKilled && whyUntold(mutant) === undefined,
  );
  return survivors.flatMap((mutant) => {
    const { definition, mutation } = mutant;
    const own = forms.filter((form) => form.definition === definition);
    const killer = searchKiller(mutant, own);
    if (killer === undefined) {
      console.log(`nothing tells ${definition.text}: ${mutation.name}`);
      return [];
    }
    const { form } = killer;
    const effect = effectOn(engine);
    const start = simplified(killer.start, (from) => {
      const tells = findKiller([definition], mutation, [toSample({ form, start: from })]);
      return `${tells === undefined} ${effect(from)}`;
    });
    return [{ form, start }];
  });
}

function searchKiller(
  { definition, mutation }: Mutant,
  forms: readonly Form[],
): Vector | undefined {
  for (let k = 0; k < SUPPLEMENT_CANDIDATES; k += 1) {
    const candidate = toSample(createVector(random.pick(forms), random));
    if (findKiller([definition], mutation, [candidate]) !== undefined) return candidate;
  }
  return undefined;
}

/**
 * Translated code goes over to the interpreter where numbers are beyond the host's arithmetic, and chance
 * seldom stays within it: for each instruction that can be translated, enough that are.
 */
function supplementTranslated(forms: readonly Form[], vectors: readonly Vector[]): Vector[] {
  return [...new Set(forms.map(({ definition }) => definition))].flatMap((definition) => {
    const own = forms.filter((form) => form.definition === definition);
    let lacking = TRANSLATED_MIN;
    for (const { form, start } of vectors) {
      if (lacking > 0 && form.definition === definition && isTranslated(start)) lacking -= 1;
    }
    const added: Vector[] = [];
    for (let k = 0; k < TRANSLATED_CANDIDATES && added.length < lacking; k += 1) {
      const vector = createVector(random.pick(own), random);
      if (isTranslated(vector.start)) added.push(vector);
    }
    const effect = effectOn(engine);
    return added.map(({ form, start }) => {
      const keep = (from: Start): string => `${isTranslated(from)} ${effect(from)}`;
      return { form, start: simplified(start, keep) };
    });
  });
}

function isTranslated(start: Start): boolean {
  const decoded = decode(start.code, BigInt(CODE));
  if (decoded.kind !== 'instruction') return false;
  if (controlOf(decoded.instruction).kind === 'refused') return false;
  const before = translator.translated();
  translator.execute(start);
  return translator.translated() > before;
}

function toSample(vector: Vector): Vector & Sample {
  return { ...vector, outcome: engine(vector.start) };
}

/** What came of it, flags among it, the width, and where its operands lie. */
function kindOf(start: Start, outcome: Outcome): string {
  const decoded = decode(start.code, BigInt(CODE));
  if (decoded.kind !== 'instruction') return decoded.kind;
  const { width, first, second, addressWidth } = decoded.instruction;
  return [outcome.vector, outcome.flags, width, addressWidth, first.kind, second.kind].join();
}

function toLine(vector: Vector, outcome: Outcome, id: string): Line {
  const { start } = vector;
  const ours = engine(start);
  const mismatch = findMismatch(vector, ours, outcome);
  if (mismatch !== undefined) throw new Error(`record: seed ${values.seed}: ${id}: ${mismatch}`);
  const decoded = decode(start.code, BigInt(CODE));
  const standard = overrides(ours, outcome);
  const shown = clausesOf(start, ours);
  const open = undefinedFlagsOf(start, ours);
  for (const clause of shown) clauses.set(clause, (clauses.get(clause) ?? 0) + 1);
  return {
    id,
    text:
      decoded.kind === 'instruction' ? instructionToText(decoded.instruction) : TEXT[decoded.kind],
    ...(shown.length === 0 ? {} : { clauses: shown }),
    code: Buffer.from(start.code).toString('hex'),
    before: startToFields(start),
    after: outcomeToFields(outcome, start),
    ...(open === 0n ? {} : { undefinedFlags: open.toString(16) }),
    ...(standard === undefined ? {} : { standard }),
  };
}

function index(): object {
  return {
    format: 'lockstep-instructions/1',
    seed: values.seed,
    processor: describeProcessor(),
    code: CODE.toString(16),
    flagsAlways: FLAGS_ALWAYS.toString(16),
    start: {
      ...fieldsOf(DEFAULT_START),
      memory: { [BLOCK.toString(16)]: Buffer.from(DEFAULT_START.block).toString('hex') },
    },
    files,
    clauses: Object.fromEntries([...clauses].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

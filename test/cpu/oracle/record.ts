// Records the instruction vectors of conformance/instructions from the processor it runs on:
// `npm run oracle:record -- --seed S`. Of each form it takes vectors that differ in kind; what the
// processor and the standard make of them must agree but for what the architecture leaves open.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decode, instructionToText } from '../../../impl/cpu/index.ts';
import type { Form } from '../../../impl/cpu/instruction.ts';
import { createBuildDirectory } from '../host-tools.ts';
import { findMismatch } from './compare.ts';
import { createEngine } from './engine.ts';
import { describeProcessor, missingFeatures } from './host-features.ts';
import { BLOCK, CODE, createNativeOracle, type Outcome, type Start } from './layout.ts';
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
import { simplified } from './simplify.ts';
import { COMPARABLE_FORMS, createVector, type Vector } from './vectors.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const VECTORS_PER_FAMILY = 240;
const VECTORS_PER_FORM_MIN = 16;
/** How many are looked at for each one that is taken. */
const CANDIDATES = 8;

const missing = missingFeatures();
if (missing.size > 0) throw new Error(`record: this processor lacks ${[...missing].join(' ')}`);
const directory = createBuildDirectory();
const native = createNativeOracle(directory.path);
const engine = createEngine();
const random = createRandom(Number(values.seed));
rmSync(SAMPLE, { recursive: true, force: true });
mkdirSync(SAMPLE, { recursive: true });
const files: Record<string, number> = {};
for (const family of new Set(COMPARABLE_FORMS.map((form) => form.family))) recordFamily(family);
writeFileSync(`${SAMPLE}index.json`, `${JSON.stringify(index(), null, 2)}\n`);
directory.remove();
console.log(`seed ${values.seed}: ${Object.values(files).reduce((a, b) => a + b)} vectors`);

function recordFamily(family: string): void {
  const forms = COMPARABLE_FORMS.filter((form) => form.family === family);
  const count = Math.max(VECTORS_PER_FORM_MIN, Math.ceil(VECTORS_PER_FAMILY / forms.length));
  const chosen = forms.flatMap((form) => chooseVectors(form, count, random));
  const vectors = simplifyAll(chosen);
  const outcomes = native(vectors.map(({ start }) => start));
  const numbers = new Map<string, number>();
  const lines = vectors.map((vector, k) => {
    const outcome = outcomes[k];
    if (outcome === undefined) throw new Error('record: an outcome is missing');
    // Conditions have forms of their own behind one line.
    const number = numbers.get(vector.form.line) ?? 0;
    numbers.set(vector.form.line, number + 1);
    return JSON.stringify(toLine(vector, outcome, number));
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
  const smaller = vectors.map(({ form, start }) => ({ form, start: simplified(start, engine) }));
  const outcomes = native(smaller.map(({ start }) => start));
  return smaller.map((vector, k) => {
    const [outcome, original] = [outcomes[k], vectors[k]];
    if (outcome === undefined || original === undefined) throw new Error('record: one is missing');
    return findMismatch(vector, engine(vector.start), outcome) === undefined ? vector : original;
  });
}

/** What came of it, flags among it, the width, and where its operands lie. */
function kindOf(start: Start, outcome: Outcome): string {
  const decoded = decode(start.code, BigInt(CODE));
  if (decoded.kind !== 'instruction') return decoded.kind;
  const { width, first, second, addressWidth } = decoded.instruction;
  return [outcome.vector, outcome.flags, width, addressWidth, first.kind, second.kind].join();
}

function toLine(vector: Vector, outcome: Outcome, number: number): Line {
  const { form, start } = vector;
  const ours = engine(start);
  const mismatch = findMismatch(vector, ours, outcome);
  if (mismatch !== undefined) throw new Error(`record: seed ${values.seed}: ${mismatch}`);
  const decoded = decode(start.code, BigInt(CODE));
  const standard = overrides(ours, outcome);
  return {
    id: `${form.family}/${form.line}/${number}`,
    text: decoded.kind === 'instruction' ? instructionToText(decoded.instruction) : 'undefined',
    code: Buffer.from(start.code).toString('hex'),
    before: startToFields(start),
    after: outcomeToFields(outcome, start),
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
  };
}

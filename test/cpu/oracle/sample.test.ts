// The instruction vectors that a processor recorded, on any host: both engines must make of each what the
// standard says, and each names the clauses that it shows. The live comparison, with vectors of its own:
// oracle.test.ts. Whether these can fail: mutants.test.ts.

import { describe, expect, it } from 'vitest';
import { readInstructionIndex } from '../../../conformance/instructions.ts';
import { fileProblem } from '../../../conformance/schema.ts';
import { decode } from '../../../impl/cpu/index.ts';
import type { Definition } from '../../../impl/cpu/instruction.ts';
import { controlOf } from '../../../impl/cpu/translator/block.ts';
import { undefinedFlagsOf } from './compare.ts';
import { EDGES } from './edges.ts';
import { createEngine, createTranslatedEngine } from './engine.ts';
import { clausesOf, EVIDENCE } from './evidence.ts';
import { CODE, type Start } from './layout.ts';
import { differencesFromLine, lineToStart, readFamily, sampleFamilies } from './sample.ts';
import { COMPARABLE_FORMS } from './vectors.ts';

const REPORTS_MAX = 3;

const families = sampleFamilies();
const all = families.flatMap(readFamily);

describe('instruction vectors', () => {
  it('are of every form that a process may execute', () => {
    const names = all.map(({ id }) => id.slice(0, id.lastIndexOf('/')));
    const recorded = names.filter((name) => !name.startsWith(`${EDGES}/`));
    const forms = COMPARABLE_FORMS.map(({ family, line }) => `${family}/${line}`);

    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect([...new Set(recorded)].sort()).toEqual([...new Set(forms)].sort());
  });

  it('are counted in their index, and so are the clauses that they name', () => {
    const { files, clauses } = readInstructionIndex();
    const counts = new Map<string, number>();
    for (const clause of all.flatMap((line) => line.clauses ?? [])) {
      counts.set(clause, (counts.get(clause) ?? 0) + 1);
    }

    expect(files).toEqual(
      Object.fromEntries(families.map((family) => [`${family}.jsonl`, readFamily(family).length])),
    );
    expect(clauses).toEqual(Object.fromEntries(counts));
    expect([...counts.keys()].sort()).toEqual(EVIDENCE.map(({ clause }) => clause).sort());
  });

  it('fit their schema, which refuses what is not a vector', () => {
    const [line] = all;
    const wrong = [
      { ...line, code: '' },
      { ...line, code: 'f0f' },
      { ...line, before: { ...line?.before, rip: '100800' } },
      { ...line, after: { xmm16: '0' } },
      { ...line, after: { rax: '10000000000000000' } },
      { ...line, after: { memory: { '200000': '00' } } },
      { ...line, colour: 'red' },
    ];

    expect(all.flatMap((one) => fileProblem('instruction', one) ?? [])).toEqual([]);
    for (const one of wrong) expect(fileProblem('instruction', one)).toBeDefined();
  });

  it.each(families)('%s: go as recorded when interpreted, and show what they name', (family) => {
    const engine = createEngine();
    const differences = readFamily(family).flatMap((line) => {
      const start = lineToStart(line);
      const outcome = engine(start);
      const named = clausesOf(start, outcome).join();
      const other = named === (line.clauses ?? []).join() ? [] : [`${line.id} shows ${named}`];
      const mask = undefinedFlagsOf(start, outcome).toString(16);
      const open = mask === (line.undefinedFlags ?? '0') ? [] : [`${line.id} leaves open ${mask}`];
      return [...differencesFromLine(line, start, outcome), ...other, ...open];
    });

    expect(differences.slice(0, REPORTS_MAX)).toEqual([]);
  });

  it.each(families)('%s: go as recorded when translated, and are translated', (family) => {
    const { execute, translated } = createTranslatedEngine();
    const done = new Set<Definition>();
    const differences = readFamily(family).flatMap((line) => {
      const start = lineToStart(line);
      const before = translated();
      const outcome = execute(start);
      const definition = translatable(start);
      if (definition !== undefined && translated() > before) done.add(definition);
      return differencesFromLine(line, start, outcome);
    });
    // What is written by hand need not be: the family of the instruction has vectors that are.
    const wanted = family === EDGES ? [] : readFamily(family);
    const able = new Set(wanted.flatMap((line) => doneAndTranslatable(line) ?? []));

    expect(differences.slice(0, REPORTS_MAX)).toEqual([]);
    expect([...able].filter((one) => !done.has(one)).map(({ text }) => text)).toEqual([]);
  });
});

/** What faults is left to the interpreter. */
function doneAndTranslatable(line: (typeof all)[number]): Definition | undefined {
  return line.after.exception === undefined ? translatable(lineToStart(line)) : undefined;
}

function translatable(start: Start): Definition | undefined {
  const decoded = decode(start.code, BigInt(CODE));
  if (decoded.kind !== 'instruction' || controlOf(decoded.instruction).kind === 'refused') {
    return undefined;
  }
  return decoded.instruction.form.definition;
}

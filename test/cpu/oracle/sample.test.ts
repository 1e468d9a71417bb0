// The instruction vectors that a processor recorded, on any host: both engines must make of each what the
// standard says. The live comparison, with other vectors in every run of a seed: oracle.test.ts.

import { describe, expect, it } from 'vitest';
import { fileProblem } from '../../../conformance/schema.ts';
import { createEngine, createTranslatedEngine } from './engine.ts';
import { differencesFromLine, lineToStart, readFamily, sampleFamilies } from './sample.ts';
import { COMPARABLE_FORMS } from './vectors.ts';

const REPORTS_MAX = 3;

const families = sampleFamilies();

describe('instruction vectors', () => {
  it('are of every form that a process may execute', () => {
    const ids = families.flatMap((family) => readFamily(family).map(({ id }) => id));
    const recorded = new Set(ids.map((id) => id.slice(0, id.lastIndexOf('/'))));
    const forms = COMPARABLE_FORMS.map(({ family, line }) => `${family}/${line}`);

    expect(new Set(ids).size).toBe(ids.length);
    expect([...recorded].sort()).toEqual([...new Set(forms)].sort());
  });

  it.each(families)('%s: fit their schema', (family) => {
    const problems = readFamily(family).flatMap((line) => fileProblem('instruction', line) ?? []);

    expect(problems).toEqual([]);
  });

  it.each(families)('%s: go as recorded, interpreted and translated', (family) => {
    const lines = readFamily(family);
    for (const engine of [createEngine(), createTranslatedEngine().execute]) {
      const differences = lines.flatMap((line) => {
        const start = lineToStart(line);
        return differencesFromLine(line, start, engine(start));
      });

      expect(differences.slice(0, REPORTS_MAX)).toEqual([]);
    }
  });
});

// The registry loader: what it accepts, and what it says of what it refuses.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createRequirementsParser,
  joinFiles,
  loadRequirements,
  parseRevision,
  problemToText,
  RequirementsError,
} from '../../conformance/requirements.ts';
import { requirementsDirectory, root } from '../spec/files.ts';

const schemaFile = join(root, 'spec', 'schema', 'requirements.schema.json');
const parse = createRequirementsParser(JSON.parse(readFileSync(schemaFile, 'utf8')));

const clause = {
  name: 'output.own-entry',
  level: 'MUST',
  text: 'Every output operation MUST have an entry.',
  source: 'Scales et al. 2010 §2.2',
  chapter: 'protocol.md#output',
};

/** JSON is YAML: a file of one clause, the sound one with some fields replaced. */
function fileOf(...changes: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify(changes.map((change) => ({ ...clause, ...change })));
}

function problemsOf(text: string): string[] {
  return parse('output.yaml', text).problems.map(problemToText);
}

describe('parsing a registry file', () => {
  it('accepts a sound clause and tells its area', () => {
    const { requirements, problems } = parse('output.yaml', fileOf({}));
    expect(problems).toEqual([]);
    expect(requirements).toEqual([{ ...clause, area: 'output' }]);
  });

  it('accepts profile and unscored', () => {
    const profile = 'timed';
    const unscored = 'the runner plays the disks';
    expect(parse('output.yaml', fileOf({ profile, unscored })).requirements).toEqual([
      { ...clause, area: 'output', profile, unscored },
    ]);
  });

  it('accepts tested, and nothing but a test in it', () => {
    const tested = 'test/cpu/run.test.ts';
    expect(parse('output.yaml', fileOf({ tested })).requirements).toEqual([
      { ...clause, area: 'output', tested },
    ]);
    expect(problemsOf(fileOf({ tested: 'impl/cpu/run.ts' }))).toEqual([
      expect.stringContaining('tested: must match pattern'),
    ]);
  });

  it('accepts unmodelled', () => {
    const unmodelled = 'real time: the model has no clock';
    expect(parse('output.yaml', fileOf({ unmodelled })).requirements).toEqual([
      { ...clause, area: 'output', unmodelled },
    ]);
  });

  it.each([
    [
      'unmodelled outside the chapter that the model is of',
      { chapter: 'cpu.md#steps', unmodelled: 'no instruction is in the model' },
      'output.own-entry: expected chapter: must match pattern',
    ],
    [
      'unmodelled with a full stop',
      { unmodelled: 'The model has no clock.' },
      'output.own-entry: expected unmodelled: must match pattern',
    ],
    [
      'unmodelled without a reason',
      { unmodelled: 'no' },
      'output.own-entry: expected unmodelled: must NOT have fewer than 10 characters',
    ],
    ['no name', { name: undefined }, "clause 0: expected must have required property 'name'"],
    [
      'a name with capitals',
      { name: 'output.ownEntry' },
      'output.ownEntry: expected name: must match',
    ],
    ['another area', { name: 'flow.own-entry' }, 'expected a name that begins with output.'],
    ['an unknown level', { level: 'SHALL' }, 'expected level: one of ["MUST","SHOULD","MAY"]'],
    [
      'a text without its keyword',
      { level: 'MAY' },
      'expected text: must match pattern "\\bMAY\\b"',
    ],
    ['two keywords', { text: 'It MUST do this and MUST do that.' }, 'one keyword'],
    ['a text without a full stop', { text: 'Every output MUST have an entry' }, 'must match'],
    ['no anchor', { chapter: 'protocol.md' }, 'expected chapter: must match'],
    ['an unknown profile', { profile: 'fast' }, 'expected profile: one of ["at-least-once"'],
    ['an empty reason', { unscored: '' }, 'expected unscored: must NOT have fewer'],
    ['an unknown field', { id: 7 }, 'expected no field "id"'],
  ])('refuses %s', (_, change, message) => {
    const problems = problemsOf(fileOf(change));
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).toContain(message);
    expect(problems[0]).toMatch(/^output\.yaml: /);
  });

  it.each([
    ['broken YAML', '- name: [', 'expected YAML'],
    ['a map', 'name: output.own-entry', 'expected must be array'],
    ['an empty file', '', 'expected must be array'],
    ['an empty list', '[]', 'fewer than 1'],
  ])('refuses %s', (_, text, message) => {
    expect(problemsOf(text).join('\n')).toContain(message);
  });

  it('names the clause that is wrong, not its neighbour', () => {
    const problems = parse(
      'output.yaml',
      fileOf({}, { name: 'output.second', source: '' }),
    ).problems;
    expect(problems.map((problem) => problem.clause)).toEqual(['output.second']);
  });
});

describe('joining files', () => {
  it('refuses a name that occurs twice', () => {
    const twice = parse('output.yaml', fileOf({}, {}));
    expect(() => joinFiles([twice])).toThrow(/output\.own-entry: expected a name that no other/);
  });

  it('reports the problems of all files at once', () => {
    const files = [parse('output.yaml', fileOf({ source: '' })), parse('flow.yaml', fileOf({}))];
    const thrown = caught(() => joinFiles(files));
    expect(thrown).toBeInstanceOf(RequirementsError);
    expect(String(thrown).split('\n')).toHaveLength(2);
  });
});

describe('loading the registry', () => {
  it('reads every file and leaves the revision aside', () => {
    const names = loadRequirements(requirementsDirectory).map(({ name }) => name);
    expect(names).toContain('output.hold-until-acknowledged');
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the revision', () => {
  it('is a name and whether it is frozen', () => {
    const revision = { revision: '2026-1', frozen: true };
    expect(parseRevision(JSON.stringify(revision))).toEqual(revision);
  });

  it.each(['', 'revision: 7', 'revision: x\nfrozen: maybe'])('refuses %j', (text) => {
    expect(() => parseRevision(text)).toThrow(/revision\.yaml: file: expected revision: a string/);
  });
});

function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

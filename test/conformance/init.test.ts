// What `lockstep init` writes is an adapter at once: the doctor is content with it, in each language.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inRoot } from '../../conformance/root.ts';
import { type Language, languages, starterOf } from '../../conformance/starter.ts';
import { init } from '../../conformance/verbs/init.ts';

const timeout = { timeout: 60_000 };
const made = (): string => mkdtempSync(join(tmpdir(), 'lockstep-init-'));

function lockstep(cwd: string, ...words: string[]): { exit: number | null; text: string } {
  const options = { cwd, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [inRoot('lockstep.js'), ...words],
    options,
  );
  return { exit: status, text: stdout + stderr };
}

/** What a language's adapter is built and run with. */
const programs: Readonly<Record<Language, readonly string[]>> = {
  ts: ['node'],
  py: ['python3'],
  c: ['make', 'gcc'],
  sh: ['sh'],
};
const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe.each(languages)('init --lang %s', (language) => {
  const missing = programs[language].filter((program) => !isThere(program));

  test('its programs are there where nothing may be skipped', () => {
    expect(process.env.CI === undefined ? [] : missing).toEqual([]);
  });

  test.skipIf(missing.length > 0)('writes an adapter that the doctor accepts', timeout, () => {
    const cwd = join(made(), 'adapter');
    const exit = init(cwd, { lang: language });
    const { build, command, files } = starterOf(language);
    if (build !== undefined) {
      const built = spawnSync('sh', ['-c', `${build} CFLAGS="-std=c11 -Wall -Wextra -Werror"`], {
        cwd,
      });
      expect(built.status, String(built.stderr)).toBe(0);
    }
    const seen = lockstep(cwd, 'doctor', '--', ...command.split(' '));

    expect(exit).toBe(0);
    for (const { path } of files) expect(existsSync(join(cwd, path)), path).toBe(true);
    expect(seen.text).not.toMatch(/✗|unsupported/);
    expect(seen.exit).toBe(0);
  });

  test('knows every input of the schema, and no other', () => {
    const schema = JSON.parse(
      readFileSync(inRoot('spec', 'schema', 'adapter.schema.json'), 'utf8'),
    );
    const { oneOf }: { oneOf: { properties: { type: { const: string } } }[] } = schema.$defs.input;
    const types = oneOf.map(({ properties }) => properties.type.const);
    const text = starterOf(language).files[0]?.text ?? '';
    const known = text.match(/\b(manager|guest|channel|datagram|arbiter|disk)\.[a-z-]+/g);
    const effects = ['arbiter.request'];

    expect([...new Set(known)].filter((type) => !effects.includes(type)).sort()).toEqual(
      types.sort(),
    );
  });

  test('its CI file is YAML that runs the doctor and the tier smoke', () => {
    const { files, command } = starterOf(language);
    const workflow = files.find(({ path }) => path.endsWith('.yml'))?.text ?? '';
    const { jobs }: { jobs: { conformance: { steps: { run?: string }[] } } } = parse(workflow);
    const runs = jobs.conformance.steps.flatMap(({ run }) => run ?? []);

    expect(runs).toContain(`$LOCKSTEP doctor -- ${command}`);
    expect(runs.join('\n')).toContain('run --tier smoke');
  });
});

test('it overwrites nothing, and says what is there', () => {
  const folder = made();
  writeFileSync(join(folder, 'README.md'), 'mine');

  expect(() => init(folder, { lang: 'py' })).toThrow(
    /nothing was written, since .*README.md exists; name another folder/,
  );
  expect(readdirSync(folder)).toEqual(['README.md']);
});

test(
  'another language is refused with those that there are, by the code of misuse',
  timeout,
  () => {
    const { exit, text } = lockstep(made(), 'init', '--lang', 'cobol');

    expect(exit).toBe(64);
    expect(text).toContain('--lang: expected one of ts, py, c, sh, got cobol');
  },
);

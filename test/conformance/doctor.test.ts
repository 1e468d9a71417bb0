// What the doctor says of adapters that are broken on purpose: one message, what is wrong, and the remedy.

import { describe, expect, test } from 'vitest';
import { defaultTimeouts } from '../../conformance/adapter.ts';
import type { Check } from '../../conformance/doctor/check.ts';
import { type Examination, examine } from '../../conformance/doctor/doctor.ts';
import { inRoot } from '../../conformance/root.ts';

const timeout = { timeout: 120_000 };
/** Short where silence is what is tested; a busy machine must not be taken for a hang. */
const timeouts = { ...defaultTimeouts, hello: 20_000, step: 10_000 };
const impatient = { ...defaultTimeouts, hello: 4000 };

function examined(file: string, fault: string, given = timeouts): Promise<Examination> {
  const script = inRoot('test', 'conformance', 'hostile', file);
  const args = ['--import', import.meta.resolve('tsx'), script, fault];
  return examine({ file: process.execPath, args }, given);
}
const badOf = ({ checks }: Examination): readonly Check[] =>
  checks.filter(({ standing }) => standing === 'bad');

describe('an adapter that does not come up: one check, and 69', () => {
  test('a program that is not there', timeout, async () => {
    const found = await examine({ file: './not-there', args: [] }, timeouts);

    expect(found.exit).toBe(69);
    expect(found.checks).toHaveLength(1);
    expect(badOf(found)[0]).toMatchObject({
      name: 'start',
      remedy: expect.stringContaining('executable'),
    });
  });

  test.each([
    ['garbage-at-start', 'handshake', /"Loading configuration..."\. Did you print to stdout\?/],
    [
      'exit-at-start',
      'handshake',
      /ended with code 3[\s\S]*its standard error ends:[\s\S]*one line of a log/,
    ],
    ['wrong-protocol', 'handshake', /it speaks lockstep\/9; this suite lockstep\/1/],
    ['strict-hello', 'handshake', /a field that it does not know/],
  ])('%s', timeout, async (fault, name, text) => {
    const found = await examined('adapter.ts', fault);

    expect(found.exit).toBe(69);
    expect(found.checks.map((check) => check.name)).toEqual([name]);
    expect(found.checks[0]?.text).toMatch(text);
    expect(found.checks[0]?.remedy).toBeDefined();
  });

  test('output that is held in a buffer is told from silence', timeout, async () => {
    const found = await examined('adapter.ts', 'buffered', impatient);

    expect(found.exit).toBe(69);
    expect(found.checks[0]).toMatchObject({ name: 'buffering', standing: 'bad' });
    expect(found.checks[0]?.remedy).toMatch(/flush standard output after each line/);
  });
});

describe('an adapter that breaks the protocol in a case: one message for all cases, and 1', () => {
  test.each([
    ['garbage', /"hello from print"\. Did you print to stdout/, /logs go to standard error/],
    ['wrong-id', /replies to id 10; expected id 3 \(step\)/, /with its own "id"/],
    ['bad-shape', /has type "guest.fly", which the schema does not know/, /adapter\.schema\.json/],
    ['error-reply', /answered step with an error/, /without effects/],
    ['exit-mid-case', /ended with code 4/, /stay until "bye"/],
  ])('%s', timeout, async (fault, text, remedy) => {
    const found = await examined('adapter.ts', fault);

    expect(found.exit).toBe(1);
    expect(found.checks.map(({ name }) => name)).toEqual(['handshake', 'framing']);
    expect(badOf(found)).toHaveLength(1);
    expect(badOf(found)[0]?.text).toMatch(text);
    expect(badOf(found)[0]?.text).toMatch(/every case that was played broke it; as in /);
    expect(badOf(found)[0]?.remedy).toMatch(remedy);
  });
});

describe('an adapter that is late, cut or too long: the same, and the remedy is of framing', () => {
  const hasty = { ...defaultTimeouts, hello: 20_000, reset: 10_000, step: 700, bye: 500 };
  test.each([
    ['hang', hasty, /no reply to step within 700 ms\. Is standard output flushed/, /flush/],
    ['late', hasty, /no reply to step within 700 ms/, /answer every line at once/],
    ['no-newline', hasty, /characters came without a newline/, /flush/],
    ['huge-line', timeouts, /exceeds 1048576 bytes/, /one JSON object a line/],
    ['not-an-object', timeouts, /is not a JSON object: "\[1, 2\]"/, /one JSON object a line/],
    ['no-id', timeouts, /has no id/, /one JSON object a line/],
    ['duplicate-id', timeouts, /was it sent twice\?|expected id/, /answer each request once/],
    ['both-result-and-error', timeouts, /exactly one of result and error/, /one JSON object/],
  ])('%s', timeout, async (fault, given, text, remedy) => {
    const found = await examined('adapter.ts', fault, given);

    expect(found.exit).toBe(1);
    expect(badOf(found).map(({ name }) => name)).toEqual(['framing']);
    expect(badOf(found)[0]?.text).toMatch(text);
    expect(badOf(found)[0]?.remedy).toMatch(remedy);
  });
});

describe('an adapter that offers what it does not keep', () => {
  test.each([
    ['leaps-silently', 'leap', /does not do what advances from instant to instant do: /],
    ['loads-anything', 'save', /under which nothing was saved is no error/],
  ])('%s', timeout, async (fault, name, text) => {
    const found = await examined('tampering.ts', fault);

    expect(found.exit).toBe(1);
    expect(badOf(found).map((check) => check.name)).toEqual([name]);
    expect(badOf(found)[0]?.text).toMatch(text);
    expect(badOf(found)[0]?.remedy).toMatch(/or do not offer/);
  });
});

describe('an adapter that speaks well and does not behave', () => {
  test.each([
    ['nondeterministic', 'determinism', /the same case twice, each on a new process, differs: /],
    ['counts-on', 'reset', /does something else after others than on a new process: /],
  ])('%s: the check, the step and both effects are named', timeout, async (fault, name, text) => {
    const found = await examined('tampering.ts', fault);

    expect(found.exit).toBe(1);
    expect(badOf(found).map((check) => check.name)).toEqual([name]);
    expect(badOf(found)[0]?.text).toMatch(text);
    expect(badOf(found)[0]?.text).toMatch(
      /, step \d+ \([\s\S]*\n {4}once {3}[\s\S]*\n {4}again {2}/,
    );
  });

  test('fields that the schema does not name are a remark, and no fault', timeout, async () => {
    const found = await examined('tampering.ts', 'talkative');
    const fields = found.checks.find(({ name }) => name === 'fields');

    expect(found.exit).toBe(0);
    expect(fields?.standing).toBe('remark');
    expect(fields?.text).toContain('step: jsonrpc, step: result/colour');
  });

  test('one that does nothing is told what to write first', timeout, async () => {
    const found = await examined('adapter.ts', 'silent');
    const smoke = found.checks.find(({ name }) => name === 'smoke');

    expect(found.exit).toBe(0);
    expect(smoke?.standing).toBe('remark');
    expect(smoke?.text).toMatch(/^0 of \d+ smoke cases pass; the first to mend: .*manager\.start/);
  });
});

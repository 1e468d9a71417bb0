import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startAdapter } from '../../conformance/adapter.ts';
import type { Case } from '../../conformance/case.ts';
import type { Plan } from '../../conformance/plan.ts';
import { runPlan } from '../../conformance/runner.ts';
import { UnavailableError } from '../../conformance/verdict.ts';

const path = fileURLToPath(new URL('./hostile/adapter.ts', import.meta.url));
const commandFor = (fault: string) => ({
  file: process.execPath,
  args: ['--import', import.meta.resolve('tsx'), path, fault],
});
const timeouts = { hello: 20_000, reset: 20_000, step: 20_000, bye: 300 };
/** For those that never answer; the others are given all the time they need. */
const impatient = { ...timeouts, step: 900 };

const played = (name: string): Case => ({
  id: `lifecycle.operations-on-owner/manual/${name}`,
  kind: 'node',
  tier: 'core',
  clauses: ['lifecycle.operations-on-owner'],
  nodes: [{ name: 'p', incarnation: 'p#1' }],
  steps: [
    { give: { type: 'manager.start' }, expect: { ask: [] } },
    { give: { type: 'deadline.passed', name: 'beat' } },
  ],
});
const plan: Plan = {
  tier: 'core',
  slices: [],
  suites: [],
  hash: '',
  cases: [played('first'), played('second')],
};
const isMute = (fault: string) => ['no-newline', 'hang', 'late'].includes(fault);
const run = (fault: string) =>
  runPlan(plan, {
    command: commandFor(fault),
    timeouts: isMute(fault) ? impatient : timeouts,
    seed: 1n,
    jobs: 1,
    failMax: Infinity,
  });

describe.concurrent('an adapter that breaks the protocol ends its cases in error, and never the runner', () => {
  test.each([
    ['garbage', /line 3 of standard output is not JSON.*Did you print to stdout/],
    ['not-an-object', /not a JSON object/],
    ['no-id', /has no id/],
    ['no-newline', /came without a newline/],
    ['wrong-id', /replies to id 10; expected id 3 \(step\)/],
    ['duplicate-id', /which no request is waiting for.*sent twice|replies to id 3; expected id 4/],
    ['huge-line', /exceeds 1048576 bytes/],
    ['exit-mid-case', /ended with code 4 while the runner still needed it/],
    ['hang', /no reply to step within 900 ms/],
    ['late', /no reply to step within 900 ms/],
    ['bad-shape', /the reply to step .* does not fit the schema/],
    ['both-result-and-error', /exactly one of result and error/],
    ['error-reply', /answered step with an error/],
  ])('%s', async (fault, text) => {
    const { results, planned } = await run(fault);

    expect(results).toHaveLength(planned);
    expect(results.map(({ verdict }) => verdict)).toEqual(['error', 'error']);
    expect(results[0]?.text).toMatch(text);
  });

  test('its last words on standard error are shown', async () => {
    const { results } = await run('exit-mid-case');

    expect(results[0]?.text).toMatch(/one line of a log/);
  });
});

describe('what is no fault of the adapter protocol', () => {
  test('an adapter that is silent passes a case that expects nothing', async () => {
    const { results } = await run('silent');

    expect(results.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  });

  test('something due for ever at one instant fails the case, and does not hang', async () => {
    const { results } = await run('always-due');

    expect(results.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
    expect(results[0]?.failure?.expected).toMatch(/time can pass/);
  });
});

describe.concurrent('an adapter that does not come up', () => {
  test.each([
    ['garbage-at-start', /Did you print to stdout/],
    ['exit-at-start', /ended with code 3/],
    ['wrong-protocol', /it speaks lockstep\/9/],
  ])('%s', async (fault, text) => {
    await expect(run(fault)).rejects.toThrow(UnavailableError);
    await expect(run(fault)).rejects.toThrow(text);
  });

  test('a command that does not exist', async () => {
    const command = { file: '/no/such/adapter', args: [] };
    const started = runPlan(plan, { command, timeouts, seed: 1n, jobs: 1, failMax: Infinity });

    await expect(started).rejects.toThrow(/cannot start \/no\/such\/adapter/);
  });
});

test('an adapter that ignores bye is ended by force', async () => {
  const adapter = startAdapter(commandFor('ignores-bye'), timeouts);
  await adapter.hello({ name: 'suite', version: '0' }, '0');

  await adapter.close();

  await expect(adapter.observe('p')).rejects.toThrow();
});

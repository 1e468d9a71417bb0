// `lockstep model bugs`: each bug with the length of its shortest counterexample; a bug that is not found as it is said
// to be is a failure.

import { describe, expect, test } from 'vitest';
import { runBugs } from '../../../model/cli/bugs.ts';
import type { SeededBug } from '../../../model/seeded-bugs/bug.ts';
import { findBug } from '../../../model/seeded-bugs.ts';
import { rightVariant } from '../../../model/system.ts';
import { catchOutput, run } from './run.ts';

const caught = catchOutput();

function bugOf(name: string): SeededBug {
  const bug = findBug(name);
  if (bug === null) throw new Error(`no bug ${name}`);
  return bug;
}
const bug = bugOf('power-on-with-version-read');

describe('bugs', () => {
  test('are a table with the length of each shortest counterexample', async () => {
    await runBugs({}, [bug]);
    expect(process.exitCode).toBe(undefined);
    const { name, property, steps, about } = bug;
    expect(caught.out).toMatch(
      new RegExp(`^${name} +${property} +${steps} +\\d+ +[\\d.]+ +${about}$`, 'm'),
    );
  });

  test('as JSON name the path that check follows to the same complaint', async () => {
    await runBugs({ json: true }, [bug]);
    const [found] = JSON.parse(caught.out);
    expect(found).toMatchObject({ name: bug.name, steps: bug.steps, expected: bug.steps });
    caught.out = '';
    const words = ['--bug', bug.name, '--path', found.path, '--property', bug.property];
    await run('check', ...words);
    expect(caught.out).toContain(`${bug.property}: FALSE: ${found.complaints.join('; ')}`);
  });

  test('are shown as swim lanes that end with what is false', async () => {
    await runBugs({ show: true }, [bug]);
    expect(caught.out).toContain(`lockstep model check --bug ${bug.name} --path `);
    expect(caught.out.trimEnd()).toMatch(/\n {4}FALSE: v1 alone e1 p#1 t1 became v2 [^\n]+$/);
  });

  test('one that is not found by its property is 1', async () => {
    const small = { ...bug.bounds, starts: 1, crashes: 0, breaks: 0, joins: 0 };
    await runBugs({}, [{ ...bug, bounds: small, variant: rightVariant }]);
    expect(process.exitCode).toBe(1);
    expect(caught.out).toContain(`not found in ${bug.steps}`);
    expect(caught.out).toContain(`${bug.name} is not found by ${bug.property} after ${bug.steps}`);
  });

  test('one that is found at another length is 1', async () => {
    await runBugs({}, [bug, { ...bug, steps: bug.steps + 1 }]);
    expect(process.exitCode).toBe(1);
    expect(caught.out).toContain(`${bug.steps}, not ${bug.steps + 1}`);
  });
});

// `lockstep model check` and its options: what is explored, how far, and what a run is shown with.

import { describe, expect, test } from 'vitest';
import { catchOutput, type Launched, launch, run } from './run.ts';

const caught = catchOutput();
const bug = 'power-on-with-version-read';

describe('check', () => {
  test('judges only the properties that are named', async () => {
    const names = ['failover.fence-before-live', 'takes-over'];
    const words = names.flatMap((name) => ['--property', name]);
    expect(await run('check', '--row', 'heartbeat', ...words, '--json')).toBe(0);
    const [row] = JSON.parse(caught.out).rows;
    expect(row.verdicts.map(({ property }: { property: string }) => property).sort()).toEqual(
      names,
    );
  });

  test('counts the clauses that a row takes, and names what is not taken', async () => {
    const words = ['check', '--row', 'core', '--bounds', 'joins=0', '--clauses'];
    await run(...words, '--json');
    const [row] = JSON.parse(caught.out).rows;
    // By an eventless transition of the failover chart too.
    expect(row.clauses['storage.new-owner-fences']).toBeGreaterThan(0);
    expect(row.clauses['pairing.exact-copy']).toBeUndefined();
    caught.out = '';
    await run(...words);
    expect(caught.out).toMatch(/storage\.new-owner-fences +\d+ +core/);
    expect(caught.out).toMatch(
      /transitions with a clause were taken by none.*\n(.*\n)*.*owner\.joining/,
    );
  });

  test('in larger bounds sees more', async () => {
    const states = async (bounds: string): Promise<number> => {
      caught.out = '';
      const words = ['--row', 'heartbeat', '--property', 'takes-over', '--bounds', bounds];
      await run('check', ...words, '--json');
      const [row] = JSON.parse(caught.out).rows;
      expect(row.isExhausted).toBe(true);
      return row.states;
    };
    const none = await states('joins=0,beats=false,starts=1');
    expect(await states('joins=0,beats=false,crashes=1')).toBeGreaterThan(none);
  });

  test.each([
    [['--depth', '4'], 'depth', '--depth'],
    [['--states-max', '9'], 'states', '--states-max'],
    [['--memory-max', '64k'], 'bytes', '--memory-max'],
  ])('%j leaves a partial verdict that says so', async (words, stoppedBy, option) => {
    expect(await run('check', '--row', 'core', ...words, '--json')).toBe(2);
    expect(JSON.parse(caught.out)).toMatchObject({
      judgement: 'partial',
      rows: [{ isExhausted: false, stoppedBy }],
    });
    caught.out = '';
    await run('check', '--row', 'core', ...words);
    expect(caught.out).toContain(`not exhausted: ${option}`);
  });

  test.each([
    ['--bounds', 'crashes=many', 'expected crashes=0..64'],
    ['--depth', '0', 'expected a positive whole number'],
    ['--memory-max', '8q', 'expected bytes such as 512m or 8g'],
    ['--memory-max', '0', 'expected bytes'],
    ['--path', '1,2', 'expected numbers with points between'],
  ])('refuses %s %s', async (option, value, message) => {
    await expect(run('check', option, value)).rejects.toThrow(message);
  });

  test('interrupted ends with a partial verdict and 130', async () => {
    const words = ['check', '--json', '--bounds', 'crashes=3,joins=4'];
    // On a slow machine the first may come before anybody listens, which ends it without a word.
    let launched: Launched | null = null;
    for (const interruptAfter of [1500, 4000, 12_000]) {
      launched = await launch(words, { input: null, interruptAfter });
      if (launched.code !== null) break;
    }
    expect(launched?.code).toBe(130);
    expect(JSON.parse(launched?.out ?? '')).toMatchObject({
      judgement: 'interrupted',
      rows: [{ name: 'core', isExhausted: false, stoppedBy: 'caller' }],
    });
  });
});

describe('check --path', () => {
  test('shows what each step changed, and what a property says of it', async () => {
    const property = 'arbitration.compare-and-swap-record';
    const words = ['--row', 'core', '--path', '0.2.2.2.2.0.3', '--property', property];
    expect(await run('check', ...words)).toBe(undefined);
    expect(caught.out).toContain('p pairing: idle -> starting');
    expect(caught.out).toContain(`${property}: nothing to judge`);
    expect(caught.out).toContain(`${property}: holds`);
  });

  test('of a counterexample ends with the false conjunct and its values', async () => {
    await run('check', '--bug', bug, '--json');
    const verdicts: { outcome: string; path: string; property: string; complaints: string[] }[] =
      JSON.parse(caught.out).rows[0].verdicts;
    const violated = verdicts.find(({ outcome }) => outcome === 'violated');
    if (violated === undefined) throw new Error('the bug is not found');
    caught.out = '';
    const words = ['--bug', bug, '--path', violated.path, '--property', violated.property];
    await run('check', ...words, '--json');
    const shown = JSON.parse(caught.out);
    expect(shown.path).toBe(violated.path);
    expect(shown.steps.at(-1).properties).toEqual({
      [violated.property]: `FALSE: ${violated.complaints.join('; ')}`,
    });
    expect(shown.steps.at(-1).differences.join()).toContain('record: v1');
    expect(shown.steps[0].properties[violated.property]).toBe('nothing to judge');
  });
});

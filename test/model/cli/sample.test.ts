// `lockstep model sample`: the shortest runs that visit what is named, and what is said when nothing does.

import { describe, expect, test } from 'vitest';
import { catchOutput, launch, run } from './run.ts';

const caught = catchOutput();

interface SampleRun {
  row: string;
  path: string;
  steps: { label: string; visits: string[] }[];
}

async function runsOf(...words: string[]): Promise<SampleRun[]> {
  caught.out = '';
  expect(await run('sample', ...words, '--json')).toBe(0);
  return JSON.parse(caught.out).runs;
}

const rivals = ['--row', 'rivals'];

describe('sample', () => {
  test('of a sometimes-property is as short as its witness', async () => {
    await run('check', '--row', 'rivals', '--property', 'refuses-a-rival', '--json');
    const { path } = JSON.parse(caught.out).rows[0].verdicts[0];
    const [sample] = await runsOf(...rivals, '--visit', 'refuses-a-rival');
    expect(sample?.steps.length).toBe(path.split('.').length);
    expect(sample?.steps.at(-1)?.visits).toEqual(['refuses-a-rival']);
  });

  test.each([
    ['a clause', 'failover.fence-before-live'],
    ['a chart state', 'failover:owning.asking'],
    ['text of a label', 'world: channel 1 stands'],
  ])('visits %s: %s', async (_, visit) => {
    const [sample] = await runsOf('--row', 'core', '--visit', visit);
    expect(sample?.steps.at(-1)?.visits).toEqual([visit]);
    expect(sample?.steps.slice(0, -1).flatMap(({ visits }) => visits)).toEqual([]);
  });

  test('a state in which the run begins is visited by no step', async () => {
    expect(await runsOf('--row', 'core', '--visit', 'pairing:idle')).toMatchObject([
      { path: '', steps: [] },
    ]);
  });

  test('visits several in any order, or in the order in which they are named', async () => {
    const visits = ['--visit', 'protects', '--visit', 'world: b crashes'];
    const [any] = await runsOf('--row', 'core', ...visits);
    const visited = (sample: SampleRun | undefined) => sample?.steps.flatMap((one) => one.visits);
    expect(visited(any)?.sort()).toEqual(['protects', 'world: b crashes']);
    const reversed = ['--visit', 'world: p crashes', '--visit', 'protects', '--in-order'];
    expect(await run('sample', '--row', 'core', ...reversed)).toBe(1);
    expect(caught.err).toContain('each goal is visited, but by no run all of them');
    const [ordered] = await runsOf('--row', 'core', ...visits, '--in-order');
    expect(visited(ordered)).toEqual(['protects', 'world: b crashes']);
  });

  test('gives several runs with different ends, the shortest first, by a seed', async () => {
    const words = ['--row', 'core', '--visit', 'protects', '--count', '5'];
    const samples = await runsOf(...words, '--seed', '3');
    const lengths = samples.map(({ steps }) => steps.length);
    expect(lengths).toEqual([...lengths].sort((one, other) => one - other));
    expect(new Set(samples.map(({ path }) => path)).size).toBe(5);
    expect(await runsOf(...words, '--seed', '3')).toEqual(samples);
    const [shortest] = await runsOf(...words);
    expect(lengths[0]).toBe(shortest?.steps.length);
    expect(await runsOf(...words, '--seed', '4')).not.toEqual(samples);
  });

  test('says when there are fewer than were asked for', async () => {
    const words = ['--row', 'core', '--bounds', 'joins=0,crashes=0,positionsMax=1'];
    const samples = await runsOf(...words, '--visit', 'guest output', '--count', '9');
    expect(samples.length).toBe(1);
    expect(caught.err).toContain(
      '9 runs were asked for, and there are 1 within the bounds of core',
    );
  });

  test('of all rows gives the shortest', async () => {
    const [any] = await runsOf('--visit', 'holds-guest', '--depth', '13');
    expect(any?.row).toBe('flow');
    expect(any?.steps.length).toBe(12);
  });

  test('through the launcher prints a path that check follows to the same end', async () => {
    const words = ['sample', ...rivals, '--visit', 'refuses-a-rival', '--path'];
    const { out, code } = await launch(words, { input: '' });
    expect(code).toBe(0);
    expect(out).toMatch(/^--row rivals --path [\d.]+\n$/);
    expect(
      await run('check', ...out.trim().split(' '), '--property', 'refuses-a-rival', '--json'),
    ).toBe(undefined);
    const last = JSON.parse(caught.out).steps.at(-1);
    expect(last.properties).toEqual({ 'refuses-a-rival': 'witnessed' });
  });

  test('is drawn as a swim lane that says where it visits what', async () => {
    await run('sample', ...rivals, '--visit', 'refuses-a-rival');
    expect(caught.out).toMatch(/^5 steps in rivals\.\nlockstep model check --row rivals --path /);
    expect(caught.out.trimEnd().endsWith('visits refuses-a-rival')).toBe(true);
  });

  test('says what cannot be visited within the bounds, and what may have been meant', async () => {
    const still = ['--row', 'core', '--bounds', 'joins=0,crashes=0'];
    expect(await run('sample', ...still, '--visit', 'takes-over')).toBe(1);
    expect(caught.err).toContain(
      'the property takes-over is not visited within the bounds of core',
    );
    caught.err = '';
    expect(await run('sample', ...still, '--visit', 'protect')).toBe(1);
    expect(caught.err).toMatch(/no label has it .+ Near: .*\bprotects\b/);
    caught.err = '';
    expect(await run('sample', '--row', 'core', '--visit', 'takes-over', '--depth', '9')).toBe(2);
    expect(caught.err).toContain('in what was seen of core');
  });

  test('refuses a state that a chart does not have, and names those near', async () => {
    expect(await run('sample', '--visit', 'failover:owning.asked')).toBe(64);
    expect(caught.err).toMatch(/no chart has the state .+\. Near: failover:owning\.asking/);
  });

  test('refuses more goals than it can tell apart', async () => {
    const visits = Array.from({ length: 13 }, (_, at) => ['--visit', `text ${at}`]).flat();
    expect(await run('sample', ...visits)).toBe(64);
    expect(caught.err).toContain('at most 12 goals, got 13');
  });
});

// `lockstep model check --pairs`: a part of the pairs, several processes, what it refuses, and an interrupt.

import { describe, expect, test } from 'vitest';
import { pairs } from '../../../model/pairs.ts';
import { catchOutput, type Launched, launch, run } from './run.ts';

const caught = catchOutput();
const nameOf = ({ name }: { name: string }): string => name;

describe('check --pairs', () => {
  test('explores every n-th pair, and says what is on and off', async () => {
    const words = ['--part', '1/163', '--property', 'takes-over'];
    expect(await run('check', '--pairs', ...words, '--json')).toBe(0);
    const { rows } = JSON.parse(caught.out);
    const [first] = rows;
    expect(rows.map(nameOf)).toEqual([pairs[0], pairs[163]].map((pair) => pair?.name));
    expect(first.isExhausted).toBe(true);
    expect(first.on).toEqual(['crash', 'stall', 'broken-channel', 'second-output']);
    expect(first.off).toContain('third-host');
    expect(caught.err).toContain(`1 of 2: ${first.name}, ${first.states} states`);
  });

  test('prints for each how far it was seen, and for all what is off', async () => {
    const words = ['--part', '1/325', '--states-max', '9'];
    expect(await run('check', '--pairs', ...words)).toBe(2);
    expect(caught.out).toMatch(
      /broken-channel\+second-output .*not exhausted: --states-max +breaks=1/,
    );
    expect(caught.out).toContain('restarts=1,joins=2');
    expect(caught.out).toContain('Partial');
  });

  test('a pair is a row by its name', async () => {
    const words = ['--row', 'lagging+join-timeout', '--property', 'gives-up', '--json'];
    expect(await run('check', ...words)).toBe(0);
    expect(JSON.parse(caught.out).rows.map(nameOf)).toEqual(['lagging+join-timeout']);
  });

  test.each([
    [['--pairs', '--row', 'core'], 'got --row'],
    [['--pairs', '--jobs', '2', '--part', '1/2'], 'got --jobs and --part'],
    [['--jobs', '2'], 'expected --pairs beside --jobs'],
  ])('refuses %j', async (words, message) => {
    expect(await run('check', ...words)).toBe(64);
    expect(caught.err).toContain(message);
  });

  test.each(['0/2', '3/2', '2'])('refuses part %s', async (part) => {
    await expect(run('check', '--pairs', '--part', part)).rejects.toThrow('a part such as 2/5');
  });
});

describe('check --pairs --jobs', () => {
  test('gives every pair once, in order, whatever the process', async () => {
    const words = ['check', '--pairs', '--jobs', '2', '--depth', '1', '--json'];
    const launched = await launch(words, { input: null });
    expect(launched.code).toBe(2);
    const { rows } = JSON.parse(launched.out);
    expect(rows.map(nameOf)).toEqual(pairs.map(nameOf));
  });

  test('interrupted ends with what was explored, and 130', async () => {
    let launched: Launched | null = null;
    // On a slow machine the first may come before anybody listens.
    for (const interruptAfter of [4000, 12_000]) {
      launched = await launch(['check', '--pairs', '--jobs', '2', '--json'], {
        input: null,
        interruptAfter,
      });
      if (launched.code !== null) break;
    }
    expect(launched?.code).toBe(130);
    const { judgement, rows } = JSON.parse(launched?.out ?? '');
    expect(judgement).toBe('interrupted');
    expect(rows.length).toBeLessThan(pairs.length);
  });
});

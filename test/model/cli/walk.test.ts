// `lockstep model walk`: by lines from a pipe through the launcher, and the session itself line by line.

import { describe, expect, test } from 'vitest';
import { jobsOf } from '../../../model/cli/jobs.ts';
import { createWalkSession } from '../../../model/cli/walk-session.ts';
import { catchOutput, launch, run } from './run.ts';

const caught = catchOutput();
/** The choices that lead to the counterexample of the bug. */
const bug = 'power-on-with-version-read';

function sessionOf(row: string, seed = 1) {
  const [job] = jobsOf({ row }) ?? [];
  if (job === undefined) throw new Error(`no row ${row}`);
  return createWalkSession(job, () => seed);
}

describe('walk', () => {
  test('from a pipe takes the choices, and prints a path that check shows again', async () => {
    const { out, code } = await launch(['walk', '--row', 'core'], {
      input: '0\n2\ng p: reads\n0\n',
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^> 0\ntook manager: p start\n {4}p pairing: idle -> starting$/m);
    expect(out).toMatch(/^ {2}2 {2}arbiter: attempts T2 of p#1$/m);
    const words = /^lockstep model (check .+)$/m.exec(out)?.[1]?.split(' ') ?? [];
    expect(words.at(-1)).toMatch(/^0\.2\.\d+$/);
    caught.out = '';
    expect(await run(...words)).toBe(undefined);
    expect(caught.out.match(/^ {2}\d /gm)).toEqual(['  1 ', '  2 ', '  3 ']);
  });

  test('from a pipe that asks for what is not possible ends with 64, after the rest', async () => {
    const { out, code } = await launch(['walk'], { input: '99\n0\n' });
    expect(code).toBe(64);
    expect(out).toContain('expected a choice 0..2 or ? for help, got 99');
    expect(out).toContain('Path: 0\n');
  });

  test('interrupted prints the path so far and ends with 130', async () => {
    const { out, code } = await launch(['walk'], { input: null, interruptAt: /manager: p start/ });
    expect(code).toBe(130);
    expect(out).toContain('Path: none');
  });

  test('begins where a path ends, and refuses one that is not possible', async () => {
    const words = ['walk', '--row', 'flow', '--bounds', 'crashes=2', '--path', '0.2'];
    const { out, code } = await launch(words, { input: 'q\n0\n' });
    expect(code).toBe(0);
    expect(out).toContain('after step 2');
    expect(out).toContain('lockstep model check --row flow --bounds crashes=2 --path 0.2\n');
    expect(await run('walk', '--path', '0.99')).toBe(64);
    expect(caught.err).toContain('at step 2 of the path: expected a choice');
  });

  test('says which property is false, with values', async () => {
    await run('check', '--bug', bug, '--json');
    const path: string = JSON.parse(caught.out).rows[0].verdicts.find(
      ({ outcome }: { outcome: string }) => outcome === 'violated',
    ).path;
    const lines = path.replaceAll('.', '\n');
    const { out } = await launch(['walk', '--bug', bug], { input: `${lines}\n` });
    expect(out).toMatch(/^ {4}arbitration\.\S+: FALSE: v1 alone e1 p#1 t1 became v2/m);
    expect(out).toContain(`lockstep model check --bug ${bug} --path ${path}`);
  });
});

describe('a walk session', () => {
  test('shows the charts, what is under way and the choices', () => {
    const session = sessionOf('core');
    session.answer('0');
    const lines = session.show().split('\n');
    expect(lines[0]).toBe('after step 1');
    expect(lines).toContain('arbiter requests: T2 of p#1 if v0');
    expect(lines.find((line) => line.startsWith('p#1'))).toMatch(/starting .*none$/);
    expect(lines.at(-1)).toBe('  2  arbiter: attempts T2 of p#1');
    expect(session.answer('').text).toBe(session.show());
  });

  test('goes back one step, or several', () => {
    const session = sessionOf('core');
    for (const line of ['0', '2', '2', '2']) session.answer(line);
    expect(session.path()).toEqual([0, 2, 2, 2]);
    expect(session.answer('b').text).toContain('after step 3');
    session.answer('u 2');
    expect(session.path()).toEqual([0]);
    session.answer('u 9');
    session.answer('b');
    expect(session.path()).toEqual([]);
    expect(session.answer('d').text).toBe('No step was taken yet.');
  });

  test('shows the whole state, the last differences, the path and the choices searched for', () => {
    const session = sessionOf('core');
    session.answer('0');
    expect(session.answer('s').text).toMatch(/^p failover +intent +T2$/m);
    expect(session.answer('d').text).toContain('p failover: uninvolved -> starting');
    expect(session.answer('p').text).toBe('Path: 0');
    expect(session.answer('g crash').text.split('\n')).toEqual([
      '  0  world: p crashes',
      '  1  world: b crashes',
    ]);
    expect(session.answer('g nothing').text).toBe('No choice here has nothing.');
    expect(session.answer('?').text).toContain('r <n> [seed]');
  });

  test('takes random steps by a seed that it prints, and the same by the same seed', () => {
    const [one, other] = [sessionOf('divergence', 7), sessionOf('divergence', 8)];
    expect(one.answer('r 9').text).toContain('seed 7: `r 9 7`');
    expect(one.path().length).toBeGreaterThan(2);
    other.answer('r 9 7');
    expect(other.path()).toEqual(one.path());
    other.answer('u 9');
    other.answer('r 9');
    expect(other.path()).not.toEqual(one.path());
  });

  test('ends with q', () => {
    expect(sessionOf('core').answer('q').isOver).toBe(true);
  });

  test.each(['3', '-1', '1.5', 'nothing', 'u x', 'u -1', 'r 1 2 3', 'r 99999'])(
    'refuses %j and stays where it is',
    (line) => {
      const session = sessionOf('core');
      expect(session.answer(line)).toMatchObject({ isRefused: true });
      expect(session.path()).toEqual([]);
    },
  );
});

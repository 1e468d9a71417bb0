// `lockstep model check --double`: which bounds add states, which are explained, and which are neither.

import { describe, expect, test } from 'vitest';
import { catchOutput, run } from './run.ts';

const caught = catchOutput();
const quick = ['check', '--double', '--property', 'takes-over'];
/** Small enough to be explored often: nobody joins. */
const alone = 'joins=0,crashes=0';

describe('check --double', () => {
  test('says of each bound whether it adds states or why it adds none', async () => {
    const words = ['--bounds', 'crashes=0,breaks=0,positionsMax=1'];
    expect(await run(...quick, '--row', 'core', ...words)).toBe(0);
    const states = /^core +(\d+) states +seconds$/m.exec(caught.out)?.[1];
    expect(caught.out).toMatch(/^hosts +2 -> 3 +at least \d+ +[\d.]+ +adds states$/m);
    expect(caught.out).toMatch(
      new RegExp(`^starts +1 -> 2 +${states} +[\\d.]+ +adds none: p alone is told`, 'm'),
    );
    expect(caught.out).not.toMatch(/^crashes/m);
    expect(caught.out).toContain('Every bound adds states when doubled, or its row says why not');
  });

  test('counts all states when it is told how many there may be', async () => {
    const words = ['--row', 'core', '--bounds', `${alone},breaks=0`, '--states-max', '5000'];
    await run(...quick, ...words, '--json');
    const [row] = JSON.parse(caught.out).rows;
    const { from, to, states, isExhausted } = row.doublings.find(
      ({ bound }: { bound: string }) => bound === 'positionsMax',
    );
    expect({ from, to, isExhausted }).toEqual({ from: 3, to: 6, isExhausted: true });
    expect(states).toBe(row.states + 3);
  });

  test('a bound that adds none and is not explained is a failure', async () => {
    const words = ['--row', 'heartbeat', '--bounds', alone];
    expect(await run(...quick, ...words, '--json')).toBe(1);
    const { judgement, rows } = JSON.parse(caught.out);
    expect(judgement).toBe('violated');
    expect(rows[0].doublings).toContainEqual(
      expect.objectContaining({ bound: 'datagramsMax', effect: 'unexplained', reason: null }),
    );
    caught.out = '';
    await run(...quick, ...words);
    expect(caught.out).toMatch(/^datagramsMax .+ adds none, and the row does not say why$/m);
  });

  test('a bound that adds states though its row says otherwise is a failure', async () => {
    const words = ['--row', 'core', '--bounds', `${alone},rivals=true`];
    expect(await run(...quick, ...words)).toBe(1);
    expect(caught.out).toMatch(/^starts .+ adds states, though the row says that p alone/m);
  });

  test('a row that is not exhausted decides nothing', async () => {
    expect(await run(...quick, '--row', 'core', '--states-max', '50')).toBe(2);
    expect(caught.out).toMatch(/^joins .+ not decided$/m);
  });
});

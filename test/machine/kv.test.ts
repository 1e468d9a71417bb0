import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../impl/machine/index.ts';
import { skipWithoutHostTools } from '../cpu/host-tools.ts';
import { bytesToText, createKvMachine, kvImage, textToBytes } from './kv-guest.ts';

interface Console {
  readonly machine: Machine;
  /** Sends text, runs until the guest is idle, and returns the lines it answered. */
  ask(text: string): string[];
  expireTimer(): void;
}

/** A guest with a clock that moves by 1000 units at each reading. */
function createConsole(image: Uint8Array = kvImage): Console {
  const machine = createKvMachine(image);
  let time = 0n;
  let answer = '';
  const run = (): string[] => {
    for (;;) {
      const { kind } = machine.run(100_000, {
        readTimeStamp: () => {
          time += 1000n;
          return time;
        },
        output: ({ bytes }) => {
          answer += bytesToText(bytes);
          return 'go-on';
        },
        goOff: () => 'go-on',
      });
      if (kind !== 'budget') break;
    }
    const lines = answer.split('\r\n').slice(0, -1);
    answer = '';
    return lines;
  };
  expect(run()).toEqual(['kv ready, type help']);
  return {
    machine,
    ask(text) {
      expect(machine.deliver({ kind: 'input', channel: 0, bytes: textToBytes(text) })).toBe(
        undefined,
      );
      return run();
    },
    expireTimer() {
      time = machine.timerDeadline ?? time;
      machine.deliver({ kind: 'timer', timer: 0, timeStamp: time });
      run();
    },
  };
}

const answers = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/ \[tsc=\d+ ticks=\d+\]$/, ''));

describe('the key-value guest', () => {
  it('answers every command', () => {
    const { ask } = createConsole();
    expect(ask('set a 1\nset b two words\n')).toEqual([
      'ok [tsc=2000 ticks=0]',
      'ok [tsc=3000 ticks=0]',
    ]);
    expect(answers(ask('get a\nget b\r\ncount\nlist\n'))).toEqual([
      'value 1',
      'value two words',
      'count 2',
      'key a=1',
      'key b=two words',
      'end',
    ]);
    expect(answers(ask('del a\nget a\ncount\n'))).toEqual(['ok', 'error: no such key', 'count 1']);
    expect(answers(ask('help\n'))).toEqual([
      'set KEY VALUE, get KEY, del KEY, list, count, time, off, help',
    ]);
  });

  it.each(['bogus', 'set', 'set a', 'get', 'get a b', 'list x', 'x'.repeat(256), 'y'.repeat(999)])(
    'refuses %j with an error and goes on',
    (line) => {
      const { ask } = createConsole();
      const [error, count] = answers(ask(`${line}\ncount\n`));
      expect(error).toMatch(/^error: /);
      expect(count).toBe('count 0');
    },
  );

  it('bounds keys, values and their number', () => {
    const { ask } = createConsole();
    const [key, value] = ['k'.repeat(31), 'v'.repeat(127)];
    expect(answers(ask(`set ${key} ${value}\nget ${key}\n`))).toEqual(['ok', `value ${value}`]);
    expect(answers(ask(`set ${key}k v\n`))[0]).toMatch(/too long/);
    expect(answers(ask(`set k ${value}v\n`))[0]).toMatch(/too long/);
    for (let index = 1; index < 256; index += 1) ask(`set k${index} v\n`);
    expect(answers(ask('set one-more v\n'))[0]).toMatch(/full/);
    expect(answers(ask('del k7\nset one-more v\nget one-more\n'))).toEqual(['ok', 'ok', 'value v']);
  });

  it('counts the interrupts of its timer, and reads the time-stamp counter', () => {
    const { ask, expireTimer } = createConsole();
    expireTimer();
    expireTimer();
    expect(ask('time\n')).toEqual(['time, bytes dropped 0 [tsc=20002000 ticks=2]']);
  });

  it('switches itself off', () => {
    const { ask, machine } = createConsole();
    expect(answers(ask('off\ncount\n'))).toEqual(['off']);
    expect(machine.off).toBe('guest');
  });

  it('agrees with a map, whatever is asked', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const command = fc.oneof(
      fc.tuple(fc.constant('set'), key, fc.stringMatching(/^[!-~]{1,20}$/)),
      fc.tuple(fc.constant('get'), key),
      fc.tuple(fc.constant('del'), key),
      fc.tuple(fc.constant('count')),
    );
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 20 }), (commands) => {
        const map = new Map<string, string>();
        const expected = commands.map((words) => answerOf(map, words));
        const { ask } = createConsole();
        const text = commands.map((words) => `${words.join(' ')}\n`).join('');
        expect(answers(ask(text))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

function answerOf(map: Map<string, string>, [name, key = '', value = '']: string[]): string {
  switch (name) {
    case 'set':
      map.set(key, value);
      return 'ok';
    case 'get':
      return map.has(key) ? `value ${map.get(key)}` : 'error: no such key';
    case 'del':
      return map.delete(key) ? 'ok' : 'error: no such key';
    default:
      return `count ${map.size}`;
  }
}

describe.skipIf(skipWithoutHostTools('rebuilding the key-value guest'))('the image rebuilt', () => {
  it('answers as the one that is kept', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-guest-'));
    try {
      const script = new URL('../../impl/guests/build.sh', import.meta.url).pathname;
      const built = join(folder, 'kv.elf');
      execFileSync('sh', [script, 'kv', built]);
      const text = 'set a 1\nset b 2\nget a\nlist\ndel a\nbogus\ncount\ntime\n';
      const image = new Uint8Array(readFileSync(built));
      expect(createConsole(image).ask(text)).toEqual(createConsole().ask(text));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

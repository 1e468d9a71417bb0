// The verb `model refine`: its exit codes, its report, and what it says of a trace that it cannot read.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lineBytesMax, linesMax, linesOf } from '../../../model/cli/refine/lines.ts';
import { readTrace } from '../../../model/cli/refine/read.ts';
import { registerModel } from '../../../model/cli.ts';
import { recordSimulation } from '../refine/recorded.ts';

const { header, lines } = recordSimulation({ seed: 11 });
const whole = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`);
const folder = mkdtempSync(join(tmpdir(), 'lockstep-trace-'));
let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(text: string, ...words: string[]): Promise<number | string | undefined> {
  const path = join(folder, 'trace.jsonl');
  writeFileSync(path, text);
  const program = new Command('lockstep').exitOverride();
  registerModel(program);
  await program.parseAsync(['node', 'lockstep', 'model', 'refine', path, ...words]);
  return process.exitCode;
}

/** The trace with one line of effects emptied that has an emission. */
function withLostEmission(): { text: string; line: number } {
  const at = whole.findIndex((text) => text.includes('"output.emit"'));
  const changed = whole.with(at, `${JSON.stringify({ ...lines[at - 1], effects: [] })}\n`);
  return { text: changed.join(''), line: at + 1 };
}

describe('the verdict', () => {
  test('accepted is 0, with a line for each node', async () => {
    expect(await run(whole.join(''))).toBe(0);
    expect(out).toContain('Accepted: the model allows every step');
    expect(out).toMatch(/^a#1 +a#1 +\d+ +0 +\d+$/m);
  });

  test('refused is 1, with what was observed, what is allowed, and the clauses', async () => {
    const { text, line } = withLostEmission();

    expect(await run(text)).toBe(1);
    expect(out).toContain(`lines ${line - 1} and ${line}: the model does not allow what`);
    expect(out).toMatch(/^ {2}observed no emission$/m);
    expect(out).toMatch(/^ {2}allowed {2}emit \w+ at 0, \d+ bytes [0-9a-f]{16}$/m);
    expect(out).toMatch(/^ {2}clauses {2}.*output\./m);
  });

  test('as JSON is one document', async () => {
    const { text, line } = withLostEmission();
    await run(text, '--json');

    expect(JSON.parse(out)).toMatchObject({
      malformed: null,
      verdict: { outcome: 'refused', refusal: { line, inputLine: line - 1 } },
    });
  });

  test('undecided is 2', async () => {
    expect(await run(whole.slice(0, 1).join(''))).toBe(2);
    expect(out).toContain('Undecided: no step could be followed.');
  });

  test('of a trace whose last input has no effects says so', async () => {
    const at = whole.findIndex((text) => text.includes('"output.emit"'));

    expect(await run(whole.slice(0, at).join(''))).toBe(0);
    expect(out).toContain(`not judged: the input on line ${at}.`);
  });
});

describe('a trace that cannot be read is 65, with the line, the remedy and the verdict so far', () => {
  const broken = (text: string): string => [...whole.slice(0, 40), text].join('');
  const node = 'a#1';

  test.each([
    ['no JSON', broken('{"node":\n'), 'line 41: expected one JSON object'],
    ['no object', broken('7\n'), 'line 41: the line must be object'],
    [
      'an unknown field',
      broken(`{"node":"${node}","input":{},"more":1}\n`),
      'line 41: the line must',
    ],
    ['an unknown input', broken(`{"node":"${node}","input":{"type":"a.b"}}\n`), 'line 41: input'],
    [
      'an unknown effect',
      broken(`{"node":"${node}","effects":[{"type":"a"}]}\n`),
      'line 41: effects/0',
    ],
    [
      'a number for a counter',
      broken(`{"node":"${node}","at":7,"input":{"type":"manager.start"}}\n`),
      'line 41: at must be string',
    ],
    ['an unknown node', broken('{"node":"z","effects":[]}\n'), 'line 41: no node z; known: a#1'],
    [
      'a life told twice',
      broken(`{"node":"${node}","incarnation":"a#1"}\n`),
      'line 41: node a#1 has begun',
    ],
    ['a cut line', broken(`{"node":"${node}","eff`), 'line 41: the trace ends within this line'],
    ['a null byte', broken('\0\n'), 'line 41: expected one JSON object'],
    ['deep nesting', broken(`${'['.repeat(100_000)}\n`), 'line 41: expected one JSON object'],
    [
      'a polluted prototype',
      broken('{"__proto__":{"node":"a#1"},"effects":[]}\n'),
      'line 41: the line must',
    ],
  ])('%s', async (_, text, told) => {
    expect(await run(text)).toBe(65);
    expect(out).toContain(told);
    expect(out).toContain('Up to line 40: Accepted');
  });

  test.each([
    ['nothing', '', 'line 1: expected the header of a trace'],
    ['another format', '{"format":"lockstep/1"}\n', 'line 1: expected the header of a trace'],
    [
      'a header of another version',
      whole[0]?.replace('trace/1', 'trace/2') ?? '',
      'line 1: expected',
    ],
  ])('%s', async (_, text, told) => {
    expect(await run(text)).toBe(65);
    expect(out).toContain(told);
    expect(out).toContain('Nothing was judged.');
  });

  test('inputs and effects out of turn', async () => {
    const at = lines.findIndex((line) => 'input' in line);
    const [first = '', second = ''] = whole.slice(at + 1, at + 3);
    const before = whole.slice(0, at + 1).join('');

    expect(await run(`${before}${first}${first}`)).toBe(65);
    expect(out).toContain(`expected the effects of line ${at + 2} first`);
    expect(await run(`${before}${second}`)).toBe(65);
    expect(out).toContain('expected an input first');
  });

  test('bytes that are no UTF-8', async () => {
    const { malformed } = await readTrace(bytesOf([Buffer.from([0x7b, 0xff, 0x0a])]), quiet);

    expect(malformed).toEqual({ line: 1, text: expect.stringContaining('expected UTF-8') });
  });

  test('no file', async () => {
    const program = new Command('lockstep').exitOverride();
    registerModel(program);
    await program.parseAsync(['node', 'lockstep', 'model', 'refine', join(folder, 'none')]);

    expect(process.exitCode).toBe(65);
    expect(err).toContain('cannot read');
  });
});

describe('bounds', () => {
  test('a line of too many bytes ends the reading before it is kept', async () => {
    const chunk = Buffer.alloc(lineBytesMax / 4, 'x');
    let given = 0;
    async function* endless() {
      for (;;) {
        given++;
        yield chunk;
      }
    }
    const { malformed } = await readTrace(endless(), quiet);

    expect(malformed?.text).toContain(`at most ${lineBytesMax} bytes`);
    expect(given).toBe(5);
  });

  test('too many lines', async () => {
    let last: unknown;
    for await (const line of linesOf(bytesOf([Buffer.alloc(linesMax + 5, '\n')]))) last = line;

    expect(last).toMatchObject({
      number: linesMax + 1,
      problem: expect.stringContaining(`${linesMax} lines`),
    });
  });

  test('chunks may end anywhere', async () => {
    const bytes = Buffer.from(whole.slice(0, 60).join(''));
    const chunks = [...bytes].map((byte) => Buffer.from([byte]));
    const { verdict, lines: read } = await readTrace(bytesOf(chunks), quiet);

    expect(read).toBe(60);
    expect(verdict?.outcome).toBe('accepted');
  });

  test('an interrupt ends it with what was judged', async () => {
    let told = 0;
    const watch = { isInterrupted: () => told >= 20, onLine: () => void told++ };
    const reading = await readTrace(bytesOf([Buffer.from(whole.join(''))]), watch);

    expect(reading).toMatchObject({ isInterrupted: true, lines: 20, malformed: null });
  });
});

const quiet = { isInterrupted: () => false, onLine: () => {} };

async function* bytesOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

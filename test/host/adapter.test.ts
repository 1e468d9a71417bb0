import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runAdapter } from '../../impl/host/adapter.ts';
import { lineBytesMax } from '../../impl/host/adapter-lines.ts';

const parameters = {
  beatInterval: '100000000',
  aliveInterval: '130000000',
  beatTimeout: '350000000',
  channelTimeout: '470000000',
  arbiterRetry: '170000000',
  joinTimeout: '1900000000',
  yieldTimeout: '2300000000',
  lagMax: '1000000000',
  entriesMax: '64',
  network: 'at-least-once',
  configuration: 'aGk=',
};
const reset = {
  case: 'a',
  seed: '1',
  vm: 'vm',
  nodes: [{ name: 'a', incarnation: 'a#1' }],
  parameters,
  at: '0',
};

interface Reply {
  readonly id: number | null;
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: { readonly code: string; readonly text: string };
}

/** Writes the chunks to an adapter and returns its replies, one a line. */
async function converse(...chunks: (string | Uint8Array)[]): Promise<Reply[]> {
  const output = new PassThrough();
  async function* input(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  expect(await runAdapter({ input: input(), output })).toBe(0);
  const text = String(output.read() ?? '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Reply => JSON.parse(line));
}

function line(id: unknown, method: unknown, params: unknown): string {
  return `${JSON.stringify({ id, method, params })}\n`;
}

test('hello names the protocol and the implementation', async () => {
  const suite = { name: 'test', version: '1' };
  const [reply] = await converse(line(1, 'hello', { protocol: 'lockstep/1', suite, spec: '0' }));
  expect(reply).toMatchObject({
    id: 1,
    result: { protocol: 'lockstep/1', capabilities: { observe: true } },
  });
});

test('a start from reset to the first live instant', async () => {
  const record = {
    vm: 'vm',
    version: '1',
    epoch: '1',
    phase: 'alone',
    owner: 'a#1',
    backup: null,
    token: '1',
    base: '0',
    reason: 'start',
  };
  const step = (id: number, input: unknown) => line(id, 'step', { at: '0', node: 'a', input });
  const replies = await converse(
    line(1, 'reset', reset),
    step(2, { type: 'manager.start' }),
    step(3, { type: 'arbiter.answered', nonce: '1', record }),
    step(4, { type: 'disk.answered', operation: '0', result: 'done' }),
    step(5, { type: 'manager.start' }),
    line(6, 'observe', { node: 'a' }),
    line(7, 'advance', { to: '5' }),
    line(8, 'bye', {}),
    line(9, 'observe', { node: 'a' }),
  );
  expect(replies.map(({ result }) => result)).toMatchObject([
    { effects: [], next: null },
    {
      effects: [
        {
          node: 'a',
          effect: {
            type: 'arbiter.request',
            nonce: '1',
            action: { swap: { version: '0', record } },
          },
        },
      ],
      next: '170000000',
    },
    {
      effects: [
        {
          node: 'a',
          effect: { type: 'disk.request', operation: '0', token: '1', action: { fence: {} } },
        },
      ],
    },
    { effects: [{ effect: { type: 'guest.run' } }, { effect: { type: 'report' } }] },
    { effects: [], refused: { code: 'already-started' } },
    { state: 'needSecondary', role: 'owner', gate: 'open', waiting: '0', suspicion: false },
    { effects: [], next: null },
    {},
  ]);
});

test.each([
  ['not JSON', 'hello\n', 'malformed', 'expected JSON'],
  ['no object', '[]\n', 'malformed', 'expected an object, got []'],
  ['no id', line('x', 'bye', {}), 'malformed', 'id: expected an integer, got "x"'],
  ['unknown method', line(1, 'dance', {}), 'unsupported', 'expected hello or reset'],
  ['inherited method', line(1, 'toString', {}), 'unsupported', 'got toString'],
  ['other protocol', line(1, 'hello', { protocol: 'x' }), 'malformed', 'expected lockstep/1'],
  ['unknown node', line(1, 'observe', { node: 'z' }), 'unknown-node', 'send reset first'],
  [
    'bad counter',
    line(1, 'advance', { to: '18446744073709551616' }),
    'malformed',
    'params.to: expected a decimal string from 0 to 2^64-1',
  ],
  [
    'bad incarnation',
    line(1, 'reset', { ...reset, nodes: [{ name: 'a', incarnation: 'a' }] }),
    'malformed',
    'params.nodes[0].incarnation: expected host#life, got "a"',
  ],
  [
    'bad base64',
    line(1, 'reset', { ...reset, parameters: { ...parameters, configuration: '*' } }),
    'malformed',
    'params.parameters.configuration: expected base64',
  ],
  ['not UTF-8', Buffer.from([0xff, 0x0a]), 'malformed', 'expected UTF-8'],
])('%s: an error that says what, expected and got', async (_, chunk, code, text) => {
  const [reply] = await converse(chunk);
  expect(reply?.error?.code).toBe(code);
  expect(reply?.error?.text).toContain(text);
});

test('a step at another instant than the present is an error', async () => {
  const input = { type: 'manager.start' };
  const [, reply] = await converse(
    line(1, 'reset', reset),
    line(2, 'step', { at: '1', node: 'a', input }),
  );
  expect(reply?.error?.text).toContain('expected the present instant, 0');
});

test('the clock is no input of step: advance moves it', async () => {
  const input = { type: 'clock.advanced', at: '1' };
  const [, reply] = await converse(
    line(1, 'reset', reset),
    line(2, 'step', { at: '0', node: 'a', input }),
  );
  expect(reply?.error?.text).toContain('params.input.type: expected manager.start or');
});

test('a line beyond the limit is reported once, and the next line is served', async () => {
  const long = Buffer.alloc(lineBytesMax + 1, 0x20);
  const replies = await converse(long, long, `\n${line(2, 'bye', {})}`);
  expect(replies).toMatchObject([{ id: null, error: { code: 'line-too-long' } }, { id: 2 }]);
});

test('a request cut into single bytes is the same request', async () => {
  const bytes = [...Buffer.from(line(1, 'bye', {}))].map((byte) => Uint8Array.of(byte));
  expect(await converse(...bytes)).toEqual([{ id: 1, result: {} }]);
});

test('unknown fields and messages of a later revision are ignored', async () => {
  const message = { kind: 'sing', vm: 'vm', epoch: '1', from: 'b#1', song: 1 };
  const input = { type: 'channel.arrived', connection: '1', message, more: true };
  const replies = await converse(
    line(1, 'reset', { ...reset, more: 1 }),
    line(2, 'step', { at: '0', node: 'a', input }),
  );
  expect(replies[1]?.result).toEqual({ effects: [], next: null });
});

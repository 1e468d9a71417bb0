// An adapter that breaks the adapter protocol in one way, named by its first argument.
// It keeps the handshake where its fault comes later. Spec: conformance.md, "Writing an adapter".

import { createInterface } from 'node:readline';

const fault = process.argv[2] ?? '';
let held = '';
/** `buffered`: nothing leaves before the input ends, as from a program that does not flush. */
const write = (text: string): void => {
  if (fault === 'buffered') held += text;
  else process.stdout.write(text);
};
const reply = (id: number, result: unknown): void => write(`${JSON.stringify({ id, result })}\n`);
const empty = { effects: [], next: null };
const hello = {
  protocol: fault === 'wrong-protocol' ? 'lockstep/9' : 'lockstep/1',
  implementation: { name: 'hostile', version: '0', language: fault },
  capabilities: { observe: false },
};

process.stderr.write('one line of a log\n');
if (fault === 'garbage-at-start') write('Loading configuration...\n');
if (fault === 'exit-at-start') process.exit(3);

/** Each answers a step in its own bad way; `reset` and `advance` are answered as they should be. */
const faults: { readonly [name: string]: (id: number) => void } = {
  garbage: () => write('hello from print\n'),
  'not-an-object': () => write('[1, 2]\n'),
  'no-id': () => write('{"result": {}}\n'),
  'no-newline': (id) => write(JSON.stringify({ id, result: empty })),
  'wrong-id': (id) => reply(id + 7, empty),
  'duplicate-id': (id) => {
    reply(id, empty);
    reply(id, empty);
  },
  'huge-line': (id) =>
    write(`${JSON.stringify({ id, result: empty, pad: 'x'.repeat(2 << 20) })}\n`),
  'exit-mid-case': () => process.exit(4),
  hang: () => undefined,
  late: (id) => void setTimeout(() => reply(id, empty), 1500),
  'bad-shape': (id) =>
    reply(id, { effects: [{ node: 'p', effect: { type: 'guest.fly' } }], next: null }),
  'both-result-and-error': (id) => write(`${JSON.stringify({ id, result: empty, error: {} })}\n`),
  'error-reply': (id) => write(`${JSON.stringify({ id, error: { code: 'x', text: 'no' } })}\n`),
  'always-due': (id) => reply(id, { effects: [], next: '0' }),
  silent: (id) => reply(id, empty),
};

const lines = createInterface({ input: process.stdin });
lines.on('close', () => void process.stdout.write(held));
lines.on('line', (line) => {
  const { id, method, params }: { id: number; method: string; params: object } = JSON.parse(line);
  const isStrict = fault === 'strict-hello' && JSON.stringify(params).includes('unknown');
  if (method === 'hello' && isStrict)
    write(`${JSON.stringify({ id, error: { code: 1, text: 'unknown-field?' } })}\n`);
  else if (method === 'hello') reply(id, hello);
  else if (method === 'step') faults[fault]?.(id);
  else if (method === 'bye' && fault !== 'ignores-bye') {
    reply(id, {});
    process.exit(0);
  } else if (method !== 'bye')
    reply(id, fault === 'always-due' ? { effects: [], next: '0' } : empty);
});

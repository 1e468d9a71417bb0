// An adapter that speaks the adapter protocol well and tells untruths: it stands before a good implementation and changes
// what goes by, in one way, named by its first argument. Spec: conformance.md, "Limits and timeouts".

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inRoot } from '../../../conformance/root.ts';

const fault = process.argv[2] ?? '';
const tsx = ['--import', import.meta.resolve('tsx')];
const good = spawn(process.execPath, [...tsx, inRoot('test', 'broken', 'unbroken.ts')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const methods = new Map<number, string>();
let steps = 0;
let resets = 0;

type Fields = { [name: string]: unknown };
const result = (changes: Fields) => (reply: Fields) => {
  const before = typeof reply.result === 'object' ? reply.result : {};
  return { ...reply, result: { ...before, ...changes } };
};

/** What each makes of a reply to a method. */
const lies: { readonly [name: string]: (method: string, reply: Fields) => Fields } = {
  'lies-in-observe': (method, reply) =>
    method === 'observe' ? result({ epoch: '77' })(reply) : reply,
  // By the clock: no two plays of one case are the same.
  nondeterministic: (_, reply) => {
    const text = JSON.stringify(reply).replaceAll(
      '"start"',
      `"start at ${process.hrtime.bigint()}"`,
    );
    return JSON.parse(text);
  },
  // By a count that a reset leaves alone.
  'counts-on': (method, reply) => {
    if (method === 'step') steps += 1;
    return method === 'step' && steps % 7 === 3 ? result({ effects: [] })(reply) : reply;
  },
  // What falls due on the way of a leap is lost.
  'leaps-silently': (method, reply) => {
    const made: Fields = { ...Object(reply.result) };
    const effects = Array.isArray(made.effects) ? made.effects : [];
    const last = effects.filter((one: object) => !('at' in one));
    return method === 'advance' ? result({ effects: last })(reply) : reply;
  },
  'loads-anything': (method, { error, ...reply }) =>
    method === 'load' && error !== undefined
      ? result({ effects: [], next: null })(reply)
      : { ...reply, ...(error === undefined ? {} : { error }) },
  talkative: (method, reply) =>
    method === 'step' ? { ...result({ colour: 'red' })(reply), jsonrpc: '2.0' } : reply,
};

createInterface({ input: good.stdout }).on('line', (line) => {
  const reply: { id: number } & Fields = JSON.parse(line);
  const changed = lies[fault]?.(methods.get(reply.id) ?? '', reply) ?? reply;
  process.stdout.write(`${JSON.stringify(changed)}\n`);
});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const request: { id: number; method: string } = JSON.parse(line);
    methods.set(request.id, request.method);
    if (request.method === 'reset') resets += 1;
    const isForgotten = fault === 'ignores-reset' && request.method === 'reset' && resets > 1;
    if (!isForgotten) good.stdin.write(`${line}\n`);
    else {
      const empty = { id: request.id, result: { effects: [], next: null } };
      process.stdout.write(`${JSON.stringify(empty)}\n`);
    }
  })
  .on('close', () => good.stdin.end());
good.on('close', () => process.exit(0));

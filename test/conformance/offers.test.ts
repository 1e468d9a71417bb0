// What an adapter offers beyond what it must, in this process: the reference keeps it, and each way not to is convicted by
// the check of what was offered, with both answers.

import { describe, expect, test } from 'vitest';
import { type Adapter, AdapterFault } from '../../conformance/adapter.ts';
import type { Case } from '../../conformance/case.ts';
import type { Bench } from '../../conformance/doctor/bench.ts';
import type { Check } from '../../conformance/doctor/check.ts';
import { examineOffers } from '../../conformance/doctor/offers.ts';
import { playCase, type Result } from '../../conformance/play.ts';
import { checkBatch, checkOutcome } from '../../conformance/schema.ts';
import { canonical } from '../../conformance/seed.ts';
import type { Batched, BatchResult, Hello } from '../../conformance/wire.ts';
import { loadWrittenCases } from '../../conformance/written-cases.ts';
import { RequestError } from '../../impl/host/adapter-fields.ts';
import { createSession } from '../../impl/host/adapter-session.ts';
import { standardRules } from '../../impl/protocol/index.ts';

type Handle = (method: string, params: object) => unknown;
/** One way to answer that is not as it should be. */
type Twist = (handle: Handle) => Handle;

const honest: Twist = (handle) => handle;
const capabilities = { observe: true, leap: true, save: true, batch: true };

const none = { observe: true, leap: false, save: false, batch: false };

function adapterOf(twist: Twist): Adapter {
  const session = createSession('0', standardRules);
  const handle = twist((method, params) =>
    session.handle(method, { path: 'params', values: { ...params } }),
  );
  /** The session's answers fit the schema, which the suite's own tests hold it to. */
  async function ask<T>(method: string, params: object): Promise<T> {
    try {
      return handle(method, params) as T;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new AdapterFault('refused-request', error.message);
    }
  }
  return {
    hello: () => ask<Hello>('hello', { protocol: 'lockstep/1' }),
    reset: (params) => ask('reset', params),
    step: (at, node, input) => ask('step', { at, node, input }),
    advance: (to) => ask('advance', { to }),
    mayLeap: () => true,
    observe: (node) => ask('observe', { node }),
    machine: (action) => ask('machine', action),
    save: (slot) => ask('save', { slot }),
    load: (slot) => ask('load', { slot }),
    async batch(requests) {
      const checked = checkBatch(requests, await ask('batch', { requests }));
      if ('value' in checked) return checked.value;
      throw new AdapterFault('schema', checked.problem);
    },
    close: async () => undefined,
    stderrTail: () => [],
  };
}

const seed = 3n;
const cases = loadWrittenCases()
  .filter(({ kind }) => kind === 'node')
  .slice(0, 30);

async function examine(twist: Twist, offered = capabilities): Promise<readonly Check[]> {
  const standing = adapterOf(twist);
  const play = (one: Case, wrap = (adapter: Adapter): Adapter => adapter): Promise<Result> =>
    playCase(wrap(standing), one, seed, true);
  const implementation = { name: 'twisted', version: '0', language: 'none' };
  const hello = { protocol: 'lockstep/1', implementation, capabilities: offered };
  const bench: Bench = {
    shaken: { adapter: standing, hello },
    play,
    playFresh: (one) => playCase(adapterOf(twist), one, seed, true),
    ask: (questions) => questions(adapterOf(twist)),
    close: async () => undefined,
    sightings: () => ({
      replies: 0,
      median: 0,
      slowest: undefined,
      unknown: [],
      ending: undefined,
    }),
  };
  const played: Result[] = [];
  for (const one of cases) played.push(await play(one));
  const storyOf = ({ story, verdict }: Result): string =>
    canonical({ verdict, lines: (story ?? []).map((line) => ({ ...line, at: String(line.at) })) });
  return examineOffers({ bench, played, storyOf, divergenceText: (one) => one.case.id });
}

const batchOf = (params: object): readonly Batched[] =>
  'requests' in params && Array.isArray(params.requests) ? params.requests : [];

const twists: readonly [string, string, RegExp, Twist][] = [
  [
    'loses what is due on the way of a leap',
    'leap',
    /from instant to instant/,
    (handle) => (method, params) => {
      const made = handle(method, params);
      const checked = checkOutcome(made);
      if (method !== 'advance' || 'problem' in checked) return made;
      const effects = checked.value.effects.filter(({ at }) => at === undefined);
      return { ...checked.value, effects };
    },
  ],
  [
    'says of all that it was done where the leap ends',
    'leap',
    /from instant to instant/,
    (handle) => (method, params) => {
      const made = handle(method, params);
      const checked = checkOutcome(made);
      if (method !== 'advance' || 'problem' in checked) return made;
      const effects = checked.value.effects.map(({ node, effect }) => ({ node, effect }));
      return { ...checked.value, effects };
    },
  ],
  [
    'does not return',
    'save',
    /after a load, [\s\S]*once[\s\S]*again/,
    (handle) => (method, params) =>
      method === 'load' && !canonical(params).includes('9')
        ? { effects: [], next: null }
        : handle(method, params),
  ],
  [
    'keeps one state alone',
    'save',
    /after a load/,
    (handle) => (method, params) =>
      handle(method, method === 'save' && 'slot' in params ? { slot: 1 } : params),
  ],
  [
    'loads what was never saved',
    'save',
    /nothing was saved is no error/,
    (handle) => (method, params) =>
      method === 'load' && canonical(params).includes('9')
        ? { effects: [], next: null }
        : handle(method, params),
  ],
  [
    'drops an effect of a batch',
    'batch',
    /in a batch, /,
    (handle) => (method, params) => {
      const made = handle(method, params);
      const checked = checkBatch(batchOf(params), made);
      if (method !== 'batch' || 'problem' in checked) return made;
      const bare = (one: BatchResult['results'][number]): object =>
        'effects' in one ? { ...one, effects: one.effects.slice(1) } : one;
      return { results: checked.value.results.map(bare) };
    },
  ],
  [
    'has a result too few',
    'batch',
    /expected \d+ results, got \d+/,
    (handle) => (method, params) => {
      if (method !== 'batch') return handle(method, params);
      const [, ...fewer] = batchOf(params);
      return fewer.length === 0 ? { results: [] } : handle(method, { requests: fewer });
    },
  ],
  [
    'goes on where a request of a batch fails',
    'batch',
    /a node that is not there is no error/,
    (handle) => (method, params) => {
      const [first, second] = batchOf(params);
      const isBad = method === 'batch' && canonical(second ?? null).includes('no-');
      if (!isBad) return handle(method, params);
      const facts = handle('observe', first?.params ?? {});
      return { results: [facts, facts, facts] };
    },
  ],
];

describe('what is offered beyond what must be', () => {
  test('is good of the reference', async () => {
    const checks = await examine(honest);

    expect(checks.map(({ name, standing }) => `${name} ${standing}`)).toEqual([
      'leap good',
      'save good',
      'batch good',
    ]);
  });

  test('is not looked at where it is not offered', async () => {
    expect(await examine(honest, none)).toEqual([]);
  });

  test.each(twists)('convicts one that %s', async (_, name, text, twist) => {
    const checks = await examine(twist, { ...none, [name]: true });

    const wrong = checks.filter(({ standing }) => standing === 'bad');
    expect(wrong.map((check) => check.name)).toEqual([name]);
    expect(wrong[0]?.text).toMatch(text);
    expect(wrong[0]?.remedy).toBeDefined();
  });
});

describe('the reference refuses', () => {
  const first = { method: 'observe', params: { node: 'p' } };
  test.each([
    ['a slot beyond the last', 'save', { slot: 16 }, /slot: expected an integer from 0 to 15/],
    ['a slot that is no number', 'load', { slot: 'one' }, /an integer from 0 to 15/],
    ['a slot that was never saved', 'load', { slot: 3 }, /got 3; known: none: send save first/],
    ['an empty batch', 'batch', { requests: [] }, /1 to 64 requests/],
    ['a long batch', 'batch', { requests: Array(65).fill(first) }, /1 to 64 requests/],
    [
      'a method that no batch holds, by its place',
      'batch',
      { requests: [{ method: 'bye', params: {} }] },
      /requests\[0\]\.method: expected step or advance or observe/,
    ],
  ])('%s', (_, method, params, message) => {
    const session = createSession('0', standardRules);

    expect(() => session.handle(method, { path: 'params', values: params })).toThrow(message);
  });
});

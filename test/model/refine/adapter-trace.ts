// The traces of conformance cases: an adapter in this process, with the rules that it is given, whose traffic is kept
// as one trace a case. Whatever plays the case sees the adapter as it is.

import type { Adapter } from '../../../conformance/adapter.ts';
import type {
  Facts,
  Hello,
  MachineResult,
  NodeEffect,
  Outcome,
  ResetParams,
} from '../../../conformance/wire.ts';
import { createSession } from '../../../impl/host/adapter-session.ts';
import { type Rules, standardRules } from '../../../impl/protocol/index.ts';
import { parseTrace, type RecordedTrace } from './recorded.ts';

export interface RecordedAdapter extends Adapter {
  /** The trace of the case that was played last. */
  trace(): RecordedTrace;
}

export function createRecordedAdapter(rules: Rules = standardRules): RecordedAdapter {
  const session = createSession('0', rules);
  let lines: unknown[] = [];
  let names: readonly string[] = [];

  /** The session answers what the schema of the adapter protocol says, which the suite's own tests hold it to. */
  function ask<T>(method: string, params: object): T {
    return session.handle(method, { path: 'params', values: { ...params } }) as T;
  }

  function tell(node: string, input: object, { effects, refused }: Outcome): void {
    const own = (effects as readonly NodeEffect[])
      .filter((one) => one.node === node)
      .map(({ effect }) => effect);
    const code = refused === undefined ? {} : { refused: refused.code };
    lines.push({ node, input }, { node, effects: own, ...code });
  }

  return {
    hello: async () => ask<Hello>('hello', { protocol: 'lockstep/1' }),
    async reset(params: ResetParams) {
      names = params.nodes.map(({ name }) => name);
      lines = [headerOf(params)];
      return ask<Outcome>('reset', params);
    },
    async step(at, node, input) {
      const outcome = ask<Outcome>('step', { at, node, input });
      tell(node, input, outcome);
      return outcome;
    },
    async advance(to) {
      const outcome = ask<Outcome>('advance', { to });
      for (const node of names) tell(node, { type: 'clock.advanced', at: to }, outcome);
      return outcome;
    },
    machine: async (action) => ask<MachineResult>('machine', action),
    observe: async (node) => ask<Facts>('observe', { node }),
    close: async () => {},
    stderrTail: () => [],
    trace: () => parseTrace(lines.map((line) => JSON.stringify(line))),
  };
}

const headerOf = ({ vm, nodes, parameters }: ResetParams): object => ({
  format: 'lockstep-trace/1',
  revision: '2026-1-draft',
  vm,
  nodes: nodes.map(({ name, incarnation }) => ({ node: name, incarnation })),
  parameters,
  from: 'start',
  omitted: [],
});

// The first thing to run against a new adapter: does it speak the protocol, frame its lines, forget
// at reset, and do the same twice? It judges no clause of the protocol between nodes.
// Spec: conformance.md, "Writing an adapter".

import type { Adapter, AdapterCommand, AdapterTimeouts } from './adapter.ts';
import { type Case, isApplicable } from './case.ts';
import { planRun } from './plan.ts';
import { playCase, type Result } from './play.ts';
import { openDesk } from './runner.ts';
import { canonical } from './seed.ts';

export interface Check {
  readonly name: string;
  readonly isGood: boolean;
  readonly text: string;
}

const seed = 42n;

export async function examine(
  command: AdapterCommand,
  timeouts: AdapterTimeouts,
): Promise<readonly Check[]> {
  const { adapter, hello } = await openDesk({ command, timeouts });
  const { name, version, language } = hello.implementation;
  const checks = [good('handshake', `${name} ${version} (${language}), lockstep/1`)];
  if (adapter === undefined) return checks;
  const smoke = planRun({ tier: 'smoke', only: [], skip: [] }).cases;
  const cases = smoke.filter((one) => isApplicable(one, hello.capabilities));
  checks.push(...(await examineWith(adapter, cases, hello.capabilities.observe)));
  await adapter.close();
  return checks;
}

async function examineWith(
  adapter: Adapter,
  cases: readonly Case[],
  canObserve: boolean,
): Promise<Check[]> {
  const [first, ...others] = cases;
  if (first === undefined) return [];
  const once = await playCase(adapter, first, seed, canObserve);
  if (once.verdict === 'error') return [bad('framing', once.text ?? 'the adapter broke')];
  const checks = [good('framing', 'replies are whole lines that fit the schema')];
  const twice = await playCase(adapter, first, seed, canObserve);
  checks.push(compare('determinism', 'the same case twice does the same', once, twice));
  for (const other of others) {
    const between = await playCase(adapter, other, seed, canObserve);
    if (between.verdict === 'error') return [...checks, bad('framing', between.text ?? '')];
  }
  const after = await playCase(adapter, first, seed, canObserve);
  checks.push(compare('reset', 'a case does the same after others', once, after));
  const observe = canObserve ? 'offered: facts are compared' : 'not offered: fewer faults show';
  return [...checks, good('observe', observe)];
}

function compare(name: string, text: string, one: Result, other: Result): Check {
  if (other.verdict === 'error') return bad(name, other.text ?? 'the adapter broke');
  const isSame = storyOf(one) === storyOf(other);
  return isSame ? good(name, text) : bad(name, `expected: ${text}; it did not`);
}

function storyOf({ verdict, steps, story, failure }: Result): string {
  const lines = (story ?? []).map(({ at, ...line }) => ({ at: String(at), ...line }));
  return canonical({ verdict, steps, lines, reason: failure?.reason ?? null });
}

function good(name: string, text: string): Check {
  return { name, isGood: true, text };
}

function bad(name: string, text: string): Check {
  return { name, isGood: false, text };
}

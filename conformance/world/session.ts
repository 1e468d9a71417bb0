// One case's traffic with an adapter: steps and advances in, effects out, each shown to the
// monitors. It decides nothing about what the world does.
// Spec: conformance.md, "The adapter protocol".

import { type Adapter, AdapterFault } from '../adapter.ts';
import type { Case } from '../case.ts';
import { createWatcher, type Watcher } from '../monitors/index.ts';
import type { Finding } from '../monitors/monitor.ts';
import { createView, type View } from '../monitors/view.ts';
import { RunnerBugError } from '../verdict.ts';
import type { Effect, Facts, Input, Instant, NodeEffect, Outcome, Parameters } from '../wire.ts';
import { vmName } from './symbols.ts';

export interface Given {
  readonly effects: readonly NodeEffect[];
  readonly refused: string | undefined;
  readonly facts?: Facts | undefined;
}

/** A line of the story of a case, for reports: what went in or came out, when and where. */
export interface TraceLine {
  readonly at: bigint;
  /** Of the case, from 1; 0: the reset. */
  readonly step: number;
  readonly node: string;
  readonly input?: Input;
  readonly effect?: Effect;
}

export interface Session {
  now(): bigint;
  next(): bigint | undefined;
  /** With the facts behind it too, if they are wanted and the adapter takes both requests at once. */
  step(node: string, input: Input, wantsFacts?: boolean): Promise<Given>;
  /** Advances to `to` at most, stopping at what is due first. */
  advance(to: bigint): Promise<Given>;
  /** The same, and at once to `to` where the adapter does on the way what is due there. */
  pass(to: bigint): Promise<Given>;
  /** Shows the monitors that a node has settled. */
  settled(node: string): void;
  /** From here on what happens is of this step of the case. */
  begin(step: number): void;
  view(node: string): View;
  findings(): readonly Finding[];
  story(): readonly TraceLine[];
  /** From here on the node is dead: what it asks for is not carried out, nor judged. */
  bury(node: string): void;
}

/** Advances that give no progress in one wait: a node that is always due is broken. */
export const stallsMax = 1000;

export async function openSession(
  adapter: Adapter,
  played: Case,
  seed: bigint,
  parameters: Parameters,
): Promise<Session> {
  const at = 0n;
  const nodes = played.nodes;
  const views = new Map(
    nodes.map(({ name, incarnation }) => {
      return [name, createView(name, incarnation, vmName, parameters, at)];
    }),
  );
  const outcome = await adapter.reset({
    case: played.id,
    seed: String(seed),
    vm: vmName,
    nodes,
    parameters,
    at: String(at),
  });
  return sessionOf(adapter, createWatcher(views), [...views.keys()], at, outcome);
}

function sessionOf(
  adapter: Adapter,
  watcher: Watcher,
  nodes: readonly string[],
  at: bigint,
  first: Outcome,
): Session {
  let now = at;
  let next = instant(first.next);
  let stalls = 0;
  let current = 0;
  const found: Finding[] = [];
  const story: TraceLine[] = [];
  const buried = new Set<string>();

  function moveTo(at: bigint): void {
    now = at;
    for (const node of nodes) {
      if (!buried.has(node)) found.push(...watcher.watch({ kind: 'advanced', at, node }));
    }
  }

  /** Each effect at its instant, up to the one that the node has come to. */
  function take(outcome: Outcome, to: bigint): Given {
    next = instant(outcome.next);
    for (const { node, effect, at } of outcome.effects) {
      const then = at === undefined ? to : BigInt(at);
      if (then < now || then > to) throw new AdapterFault('protocol', untimely(then, now, to));
      if (then > now) moveTo(then);
      if (buried.has(node)) continue;
      found.push(...watcher.watch({ kind: 'effect', at: now, node, effect }));
      story.push({ at: now, step: current, node, effect });
    }
    if (to > now) moveTo(to);
    const effects = outcome.effects.filter(({ node }) => !buried.has(node));
    return { effects, refused: outcome.refused?.code };
  }
  take(first, at);

  const dueBy = (to: bigint): bigint => (next !== undefined && next < to ? next : to);

  async function advanceTo(target: bigint): Promise<Given> {
    stalls = target > now ? 0 : stalls + 1;
    if (stalls > stallsMax) throw new StallError(now);
    const to = target > now ? target : now;
    return take(await adapter.advance(String(to)), to);
  }

  return {
    now: () => now,
    next: () => next,
    async step(node, input, wantsFacts = false) {
      const isBoth = wantsFacts && adapter.mayBatch?.() === true;
      const { outcome, facts } = isBoth
        ? await stepAndObserve(adapter, String(now), node, input)
        : { outcome: await adapter.step(String(now), node, input), facts: undefined };
      const { refused } = outcome;
      const given = { kind: 'given', at: now, node, input } as const;
      story.push({ at: now, step: current, node, input });
      const event = refused === undefined ? given : { ...given, refused: refused.code };
      found.push(...watcher.watch(event));
      return { ...take(outcome, now), facts };
    },
    advance: (to) => advanceTo(dueBy(to)),
    pass: (to) => advanceTo(adapter.mayLeap?.() === true ? to : dueBy(to)),
    settled(node) {
      found.push(...watcher.watch({ kind: 'settled', at: now, node }));
    },
    begin(step) {
      current = step;
      adapter.begin?.();
    },
    view: watcher.view,
    findings: () => found,
    story: () => story,
    bury: (node) => buried.add(node),
  };
}

/** Half the messages of asking for both. */
async function stepAndObserve(
  adapter: Adapter,
  at: Instant,
  node: string,
  input: Input,
): Promise<{ readonly outcome: Outcome; readonly facts: Facts }> {
  const batched = await adapter.batch?.([
    { method: 'step', params: { at, node, input } },
    { method: 'observe', params: { node } },
  ]);
  const [outcome, facts] = batched?.results ?? [];
  if (outcome === undefined || !('effects' in outcome) || facts === undefined || 'effects' in facts)
    throw new RunnerBugError('a batch was taken for checked and has other results');
  return { outcome, facts };
}

/** The node says that something is due, again and again at one instant. */
export class StallError extends Error {
  override readonly name = 'StallError';
  constructor(at: bigint) {
    super(`something is due at ${at} after ${stallsMax} advances to that instant`);
  }
}

function untimely(then: bigint, from: bigint, to: bigint): string {
  return `an effect is said to be of instant ${then}; expected an instant from ${from} to ${to}, in order`;
}

function instant(text: Instant | null): bigint | undefined {
  return text === null ? undefined : BigInt(text);
}

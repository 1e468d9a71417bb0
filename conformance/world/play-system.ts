// Plays a system case: the implementation on every node, the world carries all between them.
// The case's steps are what its author does; everything else happens by itself.
// Spec: conformance.md, "System cases".

import type { Adapter } from '../adapter.ts';
import { type Case, isWorldAct, type Step, type WorldAct } from '../case.ts';
import { compareFacts } from '../judges/settled.ts';
import type { Input } from '../wire.ts';
import { nodeParameters } from './periods.ts';
import { type Failure, otherReasons, type Played } from './play-node.ts';
import { openSession, type Session, StallError } from './session.ts';
import { createSystemWorld, type SystemWorld } from './system-world.ts';

interface Stage {
  readonly played: Case;
  readonly session: Session;
  readonly world: SystemWorld;
  readonly dead: Set<string>;
  readonly observe: ((node: string) => ReturnType<Adapter['observe']>) | undefined;
}

/** Virtual time that the world is given to come to rest after each act. */
const restMs = 40;

export async function playSystemCase(
  adapter: Adapter,
  played: Case,
  seed: bigint,
  canObserve: boolean,
): Promise<Played> {
  const parameters = { ...nodeParameters, ...played.parameters };
  const session = await openSession(adapter, played, seed, parameters);
  const stage: Stage = {
    played,
    session,
    world: createSystemWorld(played.nodes, seed),
    dead: new Set(),
    observe: canObserve ? (node) => adapter.observe(node) : undefined,
  };
  let count = 0;
  for (const step of played.steps) {
    count += 1;
    session.begin(count);
    const failure = await playStep(stage, step, count);
    if (failure !== undefined) return { failure, steps: count, story: session.story() };
  }
  return { failure: undefined, steps: count, story: session.story() };
}

async function playStep(stage: Stage, step: Step, count: number): Promise<Failure | undefined> {
  const { session, world, played } = stage;
  const clause = step.clauses?.[0] ?? played.clauses[0] ?? '';
  const before = session.findings().length + world.findings().length;
  const problem = await perform(stage, step);
  const differences = problem === undefined ? await judge(stage, step) : [problem];
  const found = [...session.findings(), ...world.findings()];
  const reasons = [
    ...(found.length > before ? found : []),
    ...differences.map(({ code, ...rest }) => ({ reason: `${clause}#${code}`, ...rest })),
  ];
  const [first, ...rest] = reasons;
  if (first === undefined) return undefined;
  const other = otherReasons(first.reason, rest);
  return { ...first, step: count, other, story: session.story() };
}

interface Difference {
  readonly code: string;
  readonly expected: string;
  readonly actual: string;
}

async function perform(stage: Stage, step: Step): Promise<Difference | undefined> {
  const { session } = stage;
  const node = step.node ?? stage.played.nodes[0]?.name ?? '';
  try {
    const input = isWorldAct(step.give) ? undefined : inputOf(stage, step, node);
    if (typeof input === 'string') return { code: 'not-running', expected: input, actual: 'no' };
    if (input !== undefined) {
      const given = await session.step(node, input);
      if (given.refused === undefined) stage.world.commit(node);
      const code = step.expect?.refused ?? undefined;
      if (given.refused !== code) {
        const actual = given.refused ?? 'taken';
        return { code: 'refused', expected: code ?? 'taken', actual };
      }
      stage.world.carryOut(given.effects, session.now());
    }
    await runUntil(stage, session.now() + worldAct(stage, step, node));
  } catch (error) {
    if (!(error instanceof StallError)) throw error;
    return { code: 'stalled', expected: 'time can pass', actual: error.message };
  }
  return undefined;
}

/** What the step gives the node; a text says why its guest cannot do that. */
function inputOf(stage: Stage, { give }: Step, node: string): Input | string {
  switch (give.type) {
    case 'manager.start':
    case 'manager.protect':
    case 'manager.replace-backup':
    case 'manager.power-off':
    case 'manager.suspend':
    case 'manager.resume':
    case 'manager.turn-off':
    case 'manager.restart-secondary':
    case 'manager.test-failover':
      return give;
    case 'guest.input':
      return stage.world.act(node, 'input', 'console') ?? `the guest of ${node} is running`;
    case 'guest.output':
      return stage.world.act(node, 'output', give.channel) ?? `the guest of ${node} is running`;
    default:
      return `a system case gives no ${give.type}`;
  }
}

/** Does what the step does to the world; gives how long the world then runs, in nanoseconds. */
function worldAct(stage: Stage, { give }: Step, node: string): bigint {
  const rest = BigInt(restMs) * 1_000_000n;
  if (!isWorldAct(give)) return rest;
  const act: WorldAct = give;
  switch (act.type) {
    case 'world.wait':
      return BigInt(act.milliseconds) * 1_000_000n;
    case 'world.crash':
      stage.dead.add(node);
      stage.session.bury(node);
      return rest;
    case 'world.cut':
      stage.world.setLink(false, act.closes, stage.session.now());
      return rest;
    case 'world.heal':
      stage.world.setLink(true, false, stage.session.now());
      return rest;
    case 'world.arbiter':
      stage.world.setArbiter(act.reachable);
      return rest;
  }
}

async function runUntil({ session, world, dead }: Stage, to: bigint): Promise<void> {
  while (true) {
    const delivery = world.take(session.now());
    if (delivery !== undefined) {
      if (dead.has(delivery.node)) continue;
      const given = await session.step(delivery.node, delivery.input);
      world.carryOut(given.effects, session.now());
      session.settled(delivery.node);
      continue;
    }
    if (session.now() >= to) return;
    const next = world.next() ?? to;
    const advanced = await session.advance(next < to ? next : to);
    world.carryOut(advanced.effects, session.now());
  }
}

async function judge(stage: Stage, step: Step): Promise<Difference[]> {
  const node = step.node ?? stage.played.nodes[0]?.name ?? '';
  if (stage.observe === undefined || step.expect?.facts === undefined) return [];
  return compareFacts(step.expect.facts, await stage.observe(node));
}

// Plays a system case: the implementation on every node, the world carries all between them.
// The case's steps are what its author does; everything else happens by itself.
// Spec: conformance.md, "System cases".

import type { Adapter } from '../adapter.ts';
import { type Case, isWorldAct, type Step } from '../case.ts';
import { compareFacts } from '../judges/settled.ts';
import type { Finding } from '../monitors/monitor.ts';
import type { Input } from '../wire.ts';
import { nodeParameters } from './periods.ts';
import { type Failure, otherReasons, type Played } from './play-node.ts';
import { recover } from './recovery.ts';
import { openSession, StallError } from './session.ts';
import { type CaseHead, give, runUntil, type Stage } from './system-stage.ts';
import { createSystemWorld } from './system-world.ts';
import type { FaultCounts } from './tally.ts';

/** Gives the next step, which may depend on what came of those before; undefined: that was all. */
export type StepSource = (stage: Stage) => Step | undefined;

export interface PlayedSystem extends Played {
  /** What was played, a failing step included. */
  readonly given: readonly Step[];
  readonly faults: FaultCounts;
}

/** Virtual time that the world is given to come to rest after each act. */
const restMs = 40;

export async function playSystemCase(
  adapter: Adapter,
  played: Case,
  seed: bigint,
  canObserve: boolean,
): Promise<PlayedSystem> {
  const steps = played.steps[Symbol.iterator]();
  return await playSystem(adapter, played, seed, {
    canObserve,
    next: () => steps.next().value,
  });
}

/** Plays steps as they come, until one fails. */
export async function playSystem(
  adapter: Adapter,
  played: CaseHead,
  seed: bigint,
  { canObserve, next }: { readonly canObserve: boolean; readonly next: StepSource },
): Promise<PlayedSystem> {
  const parameters = { ...nodeParameters, ...played.parameters };
  const session = await openSession(adapter, played, seed, parameters);
  const stage: Stage = {
    played,
    session,
    world: createSystemWorld(played.nodes, seed, parameters),
    observe: canObserve ? (node) => adapter.observe(node) : undefined,
  };
  const given: Step[] = [];
  let failure: Failure | undefined;
  for (let step = next(stage); step !== undefined; step = next(stage)) {
    given.push(step);
    session.begin(given.length);
    failure = await playStep(stage, step, given.length);
    if (failure !== undefined) break;
  }
  const { faults } = stage.world.look();
  return { failure, steps: given.length, story: session.story(), given, faults };
}

async function playStep(stage: Stage, step: Step, count: number): Promise<Failure | undefined> {
  const { session, world, played } = stage;
  const clause = step.clauses?.[0] ?? played.clauses[0] ?? '';
  const before = session.findings().length + world.findings().length;
  const done = await perform(stage, step);
  const differences = Array.isArray(done) ? await judge(stage, step) : [done];
  const found = [...session.findings(), ...world.findings()];
  const reasons = [
    ...(found.length > before ? found : []),
    ...(Array.isArray(done) ? done : []),
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

/** Why it could not be done; else what a recovery misses, which is nothing after any other step. */
async function perform(stage: Stage, step: Step): Promise<Difference | Finding[]> {
  const { session, world } = stage;
  const node = step.node ?? stage.played.nodes[0]?.name ?? '';
  const isTried = step.attempt === true;
  try {
    const input = isWorldAct(step.give) ? undefined : inputOf(stage, step, node);
    if (typeof input === 'string') {
      if (!isTried) return { code: 'not-running', expected: input, actual: 'no' };
    } else if (input !== undefined && !(isTried && world.isAway(node))) {
      const refused = await give(stage, node, input);
      const code = step.expect?.refused ?? undefined;
      if (refused !== code && !isTried) {
        return { code: 'refused', expected: code ?? 'taken', actual: refused ?? 'taken' };
      }
    }
    await runUntil(stage, session.now() + worldAct(stage, step, node));
    if (step.give.type !== 'world.recover') return [];
    return await recover(stage, { ...nodeParameters, ...stage.played.parameters });
  } catch (error) {
    if (!(error instanceof StallError)) throw error;
    return { code: 'stalled', expected: 'time can pass', actual: error.message };
  }
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
function worldAct(stage: Stage, { give: act, rest = restMs }: Step, node: string): bigint {
  if (!isWorldAct(act) || act.type === 'world.recover') return BigInt(rest) * 1_000_000n;
  if (act.type === 'world.wait') return BigInt(act.milliseconds) * 1_000_000n;
  stage.world.disturb(act, node, stage.session.now());
  if (act.type === 'world.crash') stage.session.bury(node);
  return BigInt(rest) * 1_000_000n;
}

async function judge(stage: Stage, step: Step): Promise<Difference[]> {
  const node = step.node ?? stage.played.nodes[0]?.name ?? '';
  if (stage.observe === undefined || step.expect?.facts === undefined) return [];
  return compareFacts(step.expect.facts, await stage.observe(node));
}

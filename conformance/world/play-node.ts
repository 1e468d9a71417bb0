// Plays a node case: gives each stimulus, lets the node settle, and hears both judges.
// It ends at the first step that fails: what follows a wrong step says nothing.
// Spec: conformance.md, "Node cases".

import type { Adapter } from '../adapter.ts';
import { type Case, type Expectation, isWorldAct, type Step } from '../case.ts';
import { observationOf } from '../judges/observation.ts';
import { compareFacts, compareObservation, type Difference } from '../judges/settled.ts';
import { isMachineGiven } from '../machine/case.ts';
import type { Finding } from '../monitors/monitor.ts';
import { epochInUse, peerOf } from '../monitors/view.ts';
import type { Effect, Facts, Input, NodeEffect, Parameters } from '../wire.ts';
import { createNodeWorld, type NodeWorld } from './node-world.ts';
import { createSilence, deadlineSpan, nodeParameters, type Path, type Silence } from './periods.ts';
import { openSession, type Session, StallError, type TraceLine } from './session.ts';

export interface Failure {
  /** `clause#code`. */
  readonly reason: string;
  /** From 1; 0 is the reset. */
  readonly step: number;
  readonly expected: string;
  readonly actual: string;
  /** What else the judges found in that step. */
  readonly other: readonly string[];
  readonly story: readonly TraceLine[];
}

export interface Played {
  readonly failure: Failure | undefined;
  readonly steps: number;
  readonly story: readonly TraceLine[];
}

interface Stage {
  readonly played: Case;
  readonly node: string;
  readonly parameters: Parameters;
  readonly session: Session;
  readonly world: NodeWorld;
  readonly silence: Silence;
  readonly observe: ((node: string) => ReturnType<Adapter['observe']>) | undefined;
}

export async function playNodeCase(
  adapter: Adapter,
  played: Case,
  seed: bigint,
  canObserve: boolean,
): Promise<Played> {
  const parameters = { ...nodeParameters, ...played.parameters };
  const session = await openSession(adapter, played, seed, parameters);
  const stage: Stage = {
    played,
    node: played.nodes[0]?.name ?? '',
    parameters,
    session,
    world: createNodeWorld(played, seed, parameters),
    silence: createSilence(),
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
  const clause = step.clauses?.[0] ?? stage.played.clauses[0] ?? 'conformance.case';
  const before = stage.session.findings().length;
  const done = await perform(stage, step);
  const differences: Difference[] = [];
  if (typeof done === 'string') {
    differences.push({ code: 'not-asked', expected: done, actual: 'it was not' });
  } else {
    stage.session.settled(stage.node);
    differences.push(...(await judge(stage, step.expect, done)));
  }
  const reasons = [
    ...stage.session.findings().slice(before),
    ...differences.map(({ code, ...rest }) => ({ reason: `${clause}#${code}`, ...rest })),
  ];
  const [first, ...rest] = reasons;
  if (first === undefined) return undefined;
  const other = otherReasons(first.reason, rest);
  return { ...first, step: count, other, story: stage.session.story() };
}

/** What else was found, one line a reason: a deadline missed once is missed at each tick. */
export function otherReasons(first: string, rest: readonly Finding[]): string[] {
  const lines = new Map<string, string>();
  for (const { reason, expected, actual } of rest) {
    if (reason !== first && !lines.has(reason))
      lines.set(reason, `${reason}: ${expected}; ${actual}`);
  }
  return [...lines.values()];
}

interface Done {
  readonly effects: readonly Effect[];
  /** Connections that stood when the stimulus had been given. */
  readonly open: ReadonlySet<number>;
  readonly refused: string | undefined;
  /** Of the settled node, where they came with its reply. */
  readonly facts?: Facts | undefined;
}

/** Gives the stimulus and lets the node settle; a text says why it could not be given. */
async function perform(stage: Stage, step: Step): Promise<Done | string> {
  const { give, expect } = step;
  if (give.type === 'deadline.passed') {
    const span = deadlineSpan(give.name, stage.parameters);
    stage.silence.begin(give.name, stage.session.view(stage.node));
    const open = stage.world.openConnections();
    try {
      const effects = await pass(stage, stage.session.now() + span);
      return { effects, open, refused: undefined };
    } catch (error) {
      if (error instanceof StallError) return `time can pass: ${error.message}`;
      throw error;
    }
  }
  if (isWorldAct(give) || isMachineGiven(give)) return `a node case has no ${give.type}`;
  const concrete = stage.world.concretise(give);
  if ('impossible' in concrete) return concrete.impossible;
  const open = stage.world.openConnections();
  const wantsFacts = stage.observe !== undefined && expect?.facts !== undefined;
  const given = await stage.session.step(stage.node, concrete.input, wantsFacts);
  noteHeard(stage, concrete.input);
  if (given.refused === undefined) concrete.taken();
  const effects = note(stage, effectsOf(given.effects), expect);
  const { refused, facts } = given;
  const late = await settle(stage, expect);
  // What time has done since is not in the facts that came before.
  if (late === undefined) return { effects, open, refused, facts };
  return { effects: [...effects, ...late], open, refused };
}

/** An acknowledgement may be gathered for K: that long the node is given to settle, where it must be.
 *  @returns undefined where it was settled at once */
async function settle(
  stage: Stage,
  expect: Expectation | undefined,
): Promise<Effect[] | undefined> {
  const { session, node, parameters } = stage;
  const isHere = (): boolean => {
    const sent = session.view(node).acknowledgedSent;
    return expect?.acknowledged === undefined || sent >= BigInt(expect.acknowledged);
  };
  if (isHere()) return undefined;
  return await pass(stage, session.now() + BigInt(parameters.aliveInterval), isHere);
}

/** Lets time pass until `to`, keeping the peer alive on each path that is not silent. */
async function pass(stage: Stage, to: bigint, isEnough?: () => boolean): Promise<Effect[]> {
  const { session } = stage;
  const go = isEnough === undefined ? session.pass : session.advance;
  // Heard at the outset, the peer need not be heard again within the window of the deadline.
  const effects = await keepAlive(stage, to);
  while (session.now() < to && isEnough?.() !== true) {
    const due = paths.map((path) => keepAliveAt(stage, path)).filter((at) => at !== undefined);
    const until = due.reduce((least, at) => (at < least ? at : least), to);
    while (session.now() < until) {
      const { effects: come } = await go(until);
      effects.push(...note(stage, effectsOf(come), undefined));
    }
    if (session.now() < to) effects.push(...(await keepAlive(stage, session.now())));
  }
  return effects;
}

const paths: readonly Path[] = ['channel', 'datagram'];

function keepAliveAt(stage: Stage, path: Path): bigint | undefined {
  const at = stage.silence.keepAliveAt(path, stage.session.view(stage.node));
  return at !== undefined && keepAliveOf(stage, path) !== undefined ? at : undefined;
}

/** Of whoever the node is paired with. */
function keepAliveOf({ session, world, node }: Stage, path: Path): Input | undefined {
  const view = session.view(node);
  const { connection } = view;
  const peer = peerOf(view);
  if (connection === undefined || peer === undefined) return undefined;
  return world.keepAlive(path, { connection, peer, epoch: Number(epochInUse(view)) });
}

/** Lets the peer be heard on each path where it must be by `to`. */
async function keepAlive(stage: Stage, to: bigint): Promise<Effect[]> {
  const effects: Effect[] = [];
  for (const path of paths) {
    const at = keepAliveAt(stage, path);
    const input = at !== undefined && at <= to ? keepAliveOf(stage, path) : undefined;
    if (input === undefined) continue;
    const given = await stage.session.step(stage.node, input);
    effects.push(...note(stage, effectsOf(given.effects), undefined));
  }
  return effects;
}

function effectsOf(effects: readonly NodeEffect[]): Effect[] {
  return effects.map(({ effect }) => effect);
}

function note(
  stage: Stage,
  effects: readonly Effect[],
  expect: Expectation | undefined,
): readonly Effect[] {
  let opened = 0;
  for (const effect of effects) {
    stage.world.observe(effect);
    if (effect.type !== 'channel.open') continue;
    const symbol = expect?.open?.[opened]?.connection;
    if (symbol !== undefined) stage.world.bindConnection(symbol, effect.connection);
    opened += 1;
  }
  return effects;
}

/** Only what is authentic ends a silence. */
function noteHeard(stage: Stage, input: Input): void {
  const { heardChannelAt, heardDatagramAt } = stage.session.view(stage.node);
  const now = stage.session.now();
  if (input.type === 'channel.arrived' && heardChannelAt === now) stage.silence.end('channel');
  if (input.type === 'datagram.arrived' && heardDatagramAt === now) stage.silence.end('datagram');
}

/** Closing a channel that does not stand is nothing. */
function closing<T extends Expectation>(seen: T, open: ReadonlySet<number>): T {
  if (seen.close === undefined) return seen;
  return { ...seen, close: seen.close.filter((connection) => open.has(connection)) };
}

async function judge(
  stage: Stage,
  expect: Expectation | undefined,
  done: Done,
): Promise<Difference[]> {
  if (expect === undefined) return [];
  const view = stage.session.view(stage.node);
  const observation = observationOf(done.effects, done.refused, stage.world, view);
  const differences = compareObservation(
    closing(expect, done.open),
    closing(observation, done.open),
  );
  if (stage.observe === undefined || expect.facts === undefined) return differences;
  const facts = done.facts ?? (await stage.observe(stage.node));
  return [...differences, ...compareFacts(expect.facts, facts)];
}

// The stage of a system case: the session with the nodes and the world between them, and how time passes on it.
// It judges nothing. Spec: conformance.md, "System cases".

import type { Adapter } from '../adapter.ts';
import type { Case } from '../case.ts';
import type { Input } from '../wire.ts';
import type { Session } from './session.ts';
import type { SystemWorld } from './system-world.ts';

export interface Stage {
  readonly played: CaseHead;
  readonly session: Session;
  readonly world: SystemWorld;
  readonly observe: ((node: string) => ReturnType<Adapter['observe']>) | undefined;
}

/** A case but for its steps. */
export type CaseHead = Omit<Case, 'steps'>;

/** Gives a node an input that the world does not carry; the code of the refusal, where it is refused. */
export async function give(
  { session, world }: Stage,
  node: string,
  input: Input,
): Promise<string | undefined> {
  const given = await session.step(node, input);
  if (given.refused === undefined) world.commit(node);
  world.carryOut(given.effects, session.now());
  return given.refused;
}

/** Whatever the world brings until an instant. */
export async function runUntil({ session, world }: Stage, to: bigint): Promise<void> {
  while (true) {
    const delivery = world.take(session.now());
    if (delivery !== undefined) {
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

export async function pass(stage: Stage, nanoseconds: bigint): Promise<void> {
  await runUntil(stage, stage.session.now() + nanoseconds);
}

// The faults of one run, drawn from its seed: crashes, stalls, cuts, broken channels, and an arbiter
// that cannot be reached. Each says how it is undone.

import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface Fault {
  /** Milliseconds from the start, or from the fault that it undoes. */
  readonly at: number;
  readonly text: string;
  readonly act: (world: World) => void;
  readonly undo: Fault | null;
}

export interface FaultPlan {
  readonly hosts: readonly string[];
  readonly count: number;
  /** Channels that break besides; 0 draws nothing. */
  readonly breaks: number;
  /** Faults begin within so many milliseconds, the first 300 left out. */
  readonly span: number;
}

export function drawFaults(random: Random, plan: FaultPlan): readonly Fault[] {
  const { hosts, count, breaks, span } = plan;
  const faults: Fault[] = [];
  while (faults.length < count)
    faults.push(drawFault(random, hosts, random.between(300, span - 1)));
  while (faults.length < count + breaks)
    faults.push(drawBreak(random, hosts, random.between(300, span - 1)));
  return faults.sort((left, right) => left.at - right.at);
}

function drawBreak(random: Random, hosts: readonly string[], at: number): Fault {
  const host = random.pick(hosts);
  return breakOf(at, host, random.pick(hosts.filter((one) => one !== host)));
}

const breakOf = (at: number, host: string, peer: string): Fault =>
  last(at, `break ${host} ${peer}`, (world) => world.wire.break(host, peer));

function drawFault(random: Random, hosts: readonly string[], at: number): Fault {
  const host = random.pick(hosts);
  const peer = random.pick(hosts.filter((one) => one !== host));
  const back = random.between(200, 1500);
  switch (random.below(7)) {
    case 0:
    case 1: {
      const silent = random.chance(0.5);
      const undo = last(back, `restart ${host}`, (world) => world.restart(host));
      return { at, text: `crash ${host}`, act: (world) => world.crash(host, { silent }), undo };
    }
    case 2: {
      const ordinal = random.between(1, 60);
      const undo = last(back + 500, `restart ${host}`, (world) => world.restart(host));
      const text = `crash ${host} at its effect ${ordinal}`;
      return { at, text, act: (world) => world.crashAtEffect(host, ordinal), undo };
    }
    case 3:
      return last(at, `stall ${host} for ${back} ms`, (world) => world.stall(host, back));
    case 4: {
      const isBoth = random.chance(0.6);
      const set = (world: World, isCut: boolean): void => {
        world.wire.cut(host, peer, isCut);
        if (isBoth) world.wire.cut(peer, host, isCut);
      };
      const undo = last(back, `mend ${host} ${peer}`, (world) => set(world, false));
      const text = `cut ${host} ${isBoth ? 'and' : 'to'} ${peer}`;
      return { at, text, act: (world) => set(world, true), undo };
    }
    case 5:
      return breakOf(at, host, peer);
    default: {
      const undo = last(back, 'arbiter up', (world) => world.setArbiterUp(true));
      return { at, text: 'arbiter down', act: (world) => world.setArbiterUp(false), undo };
    }
  }
}

/** Nothing undoes it. */
function last(at: number, text: string, act: (world: World) => void): Fault {
  return { at, text, act, undo: null };
}

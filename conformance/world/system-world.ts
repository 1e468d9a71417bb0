// The world of a system case: channel, datagrams, arbiter, disk, guests and the outside, between
// nodes that are all the implementation's. Everything takes a little virtual time, in order.
// Spec: conformance.md, "System cases" and "Faults".

import type { WorldAct } from '../case.ts';
import type { Finding } from '../monitors/monitor.ts';
import { hostOf as incarnationHost } from '../monitors/view.ts';
import type {
  Channel,
  Effect,
  Input,
  NodeEffect,
  NodeName,
  Parameters,
  Record,
  ReplayEntry,
} from '../wire.ts';
import { createAgenda, type Delivery } from './agenda.ts';
import { createGuest, createProgram, type Guest, restoreGuest } from './guest.ts';
import { type Image, imageOf } from './image.ts';
import { createNetwork, type Path } from './network.ts';
import { createOutside, type Outside } from './outside.ts';
import { type ArbiterMode, createServices } from './services.ts';
import { completionData, fromBytes, seededBytes, toBytes } from './symbols.ts';
import { createTally, type FaultCounts } from './tally.ts';

export interface SystemWorld {
  /** Carries out what nodes ask for. */
  carryOut(effects: readonly NodeEffect[], now: bigint): void;
  /** The earliest thing to come, and taking it. */
  next(): bigint | undefined;
  take(now: bigint): Delivery | undefined;
  /** What a running guest does next; undefined where it does not run. */
  act(node: string, what: 'input' | 'output', channel: Channel): Input | undefined;
  /** The guest has done what was tried: the node did not refuse it. */
  commit(node: string): void;
  /** Nobody can tell the node anything: its host is dead, not up yet, or stalled. */
  isAway(node: string): boolean;
  /** What a fault of the case does to the world. */
  disturb(act: Fault, node: string, now: bigint): void;
  /** Nothing is disturbed any more, but who is dead stays dead. */
  mend(now: bigint): void;
  /** The manager declares the machine lost (T16). */
  declareLost(): void;
  look(): WorldLook;
  findings(): readonly Finding[];
}

export type Fault = Exclude<WorldAct, { readonly type: 'world.wait' | 'world.recover' }>;

/** What an author who plays the manager sees. */
export interface WorldLook {
  readonly record: Record | null;
  readonly hosts: readonly HostLook[];
  /** Some path is cut. */
  readonly isCut: boolean;
  readonly faults: FaultCounts;
}

export interface HostLook {
  readonly name: string;
  readonly incarnation: string;
  /** It does nothing: its life is over, or has not begun. */
  readonly isDead: boolean;
  readonly hasDied: boolean;
  readonly isStalled: boolean;
  readonly isRunning: boolean;
  /** Bytes of the console that have left it. */
  readonly emitted: number;
}

const microseconds = (count: bigint): bigint => count * 1000n;
const latency = {
  channel: microseconds(1000n),
  datagram: microseconds(900n),
  arbiter: microseconds(2100n),
  disk: microseconds(3300n),
  replay: microseconds(500n),
  guest: microseconds(200n),
} as const;

interface Host {
  readonly name: string;
  readonly incarnation: string;
  guest: Guest;
  trial: Guest | undefined;
  isRunning: boolean;
  /** It does nothing: its life is over, or has not begun. */
  isDead: boolean;
  hasDied: boolean;
  /** Of a host that is stalled: what it does meanwhile, to be carried out when it wakes. */
  outbox: Effect[] | undefined;
  /** How often its guest was halted: what the disk answers to an earlier request is dropped. */
  halts: number;
  /** Which run of the machine, from power-on, its guest belongs to; undefined before it runs. */
  run: number | undefined;
  emitted: number;
  queue: ReplayEntry[];
  /** Operations whose completion waits for the guest to run. */
  completions: string[];
}

interface SavedImage {
  readonly image: Image;
  readonly completions: readonly string[];
  readonly run: number | undefined;
}

export function createSystemWorld(
  nodes: readonly NodeName[],
  seed: bigint,
  { network: profile }: Pick<Parameters, 'network'>,
): SystemWorld {
  const program = createProgram();
  const agenda = createAgenda();
  const tally = createTally();
  const network = createNetwork(nodes, agenda, latency, tally);
  const names = nodes.map(({ name }) => name);
  const services = createServices(names, agenda, latency, tally);
  const found: Finding[] = [];
  /** What a running guest was at each position: a replica must be as one that ran there. */
  const history = new Map<bigint, Set<string>>();
  /** By the token under which they were saved. */
  const images = new Map<string, SavedImage>();
  /** What the outside saw of each run of the machine, and which run a copy is of. */
  const outsides: Outside[] = [];
  const runs = new Map<string, number | undefined>();
  /** A node on the host of one that stands before it. */
  const isLaterLife = (index: number): boolean => {
    const [self, before] = [nodes[index], nodes.slice(0, index)];
    return self !== undefined && before.some((one) => isOnHostOf(one, self));
  };
  const hosts = nodes.map(({ name, incarnation }, index): Host => {
    return {
      name,
      incarnation,
      guest: createGuest(seed, program),
      trial: undefined,
      isRunning: false,
      isDead: isLaterLife(index),
      hasDied: false,
      outbox: undefined,
      halts: 0,
      run: undefined,
      emitted: 0,
      queue: [],
      completions: [],
    };
  });
  const hostOf = (name: string): Host | undefined => hosts.find((host) => host.name === name);

  function later(at: bigint, host: Host, input: Input, isWanted = () => true): void {
    agenda.later(at, host.name, () => (isWanted() ? input : undefined));
  }

  function askDisk(host: Host, effect: Effect & { type: 'disk.request' }, now: bigint): void {
    const { halts } = host;
    const isWanted = (): boolean => host.halts === halts;
    services.askDisk({ node: host.name, effect, isWanted }, now);
  }

  function replayNext(host: Host, now: bigint): void {
    const [entry] = host.queue;
    if (entry === undefined) return;
    const { seq, position } = entry;
    const isWanted = (): boolean => host.queue[0] === entry;
    const made = host.guest.apply(entry);
    if (made === undefined) {
      later(now + latency.replay, host, { type: 'guest.diverged', seq, position }, isWanted);
      return;
    }
    checkReplica(host);
    const { output } = made;
    const base = { type: 'guest.applied', seq } as const;
    const input: Input =
      output === undefined
        ? base
        : { ...base, output: { channel: output.channel, data: toBytes(output.data) } };
    agenda.later(now + latency.replay, host.name, () => {
      if (!isWanted()) return undefined;
      host.queue.shift();
      replayNext(host, now + latency.replay);
      return input;
    });
  }

  function remember(guest: Guest): void {
    const at = guest.position();
    const known = history.get(at) ?? new Set();
    history.set(at, known.add(guest.digest()));
  }

  function checkReplica(host: Host): void {
    const at = host.guest.position();
    const expected = history.get(at);
    const digest = host.guest.digest();
    if (expected === undefined || expected.has(digest)) return;
    const states = [...expected].map((state) => state.slice(0, 12)).join(' or ');
    found.push({
      reason: 'pairing.exact-copy#replica-differs',
      expected: `state ${states} at position ${at}`,
      actual: `state ${digest.slice(0, 12)} on ${host.name}`,
    });
  }

  /** The running guest takes what waits, one completion after the other. */
  function completeNext(host: Host, now: bigint): void {
    const [operation] = host.completions;
    if (operation === undefined || !host.isRunning) return;
    const at = host.guest.next();
    const data = completionData(BigInt(operation));
    const isWanted = (): boolean => {
      if (!host.isRunning || host.completions[0] !== operation) return false;
      if (host.guest.next() !== at) {
        completeNext(host, now + latency.guest);
        return false;
      }
      host.completions.shift();
      host.guest.takeInput('completion', data, at);
      remember(host.guest);
      completeNext(host, now + latency.guest);
      return true;
    };
    const position = String(at);
    const input: Input = { type: 'guest.input', position, kind: 'completion', data: toBytes(data) };
    later(now + latency.guest, host, input, isWanted);
  }

  function saveImage(host: Host, effect: Effect & { type: 'guest.save' }, now: bigint): void {
    const isLost = services.diskMode(host.name) === 'error';
    if (isLost) tally.count('disk-error');
    else {
      const { run, completions } = host;
      const image = imageOf(host.guest, effect);
      images.set(effect.token, { image, run, completions: [...completions] });
    }
    later(now + latency.disk, host, { type: 'guest.saved', result: isLost ? 'error' : 'done' });
  }

  function loadImage(host: Host, token: string, now: bigint): void {
    const saved = images.get(token);
    if (saved === undefined) return;
    const { image, completions, run } = saved;
    host.guest = restoreGuest(fromBytes(image.state), program) ?? host.guest;
    host.completions = [...completions];
    host.run = run;
    later(now + latency.disk, host, { type: 'guest.loaded', ...image });
  }

  function runGuest(host: Host, now: bigint): void {
    if (host.run === undefined) {
      host.run = outsides.length;
      outsides.push(createOutside(profile === 'may-be-lost'));
    }
    host.isRunning = true;
    completeNext(host, now);
  }

  function haltGuest(host: Host): void {
    host.isRunning = false;
    host.halts += 1;
    host.completions = [];
    host.queue = [];
    // Its state is dropped: the next power-on begins with a new guest.
    host.guest = createGuest(seed, program);
    host.run = undefined;
  }

  function commandGuest(host: Host, effect: Effect, now: bigint): void {
    if (effect.type === 'guest.run') runGuest(host, now);
    else if (effect.type === 'guest.hold') host.isRunning = false;
    else if (effect.type === 'guest.halt') haltGuest(host);
    else if (effect.type === 'guest.save') saveImage(host, effect, now);
    else if (effect.type === 'guest.load') loadImage(host, effect.token, now);
    else if (effect.type === 'guest.copy') {
      const position = String(host.guest.position());
      const state = toBytes(host.guest.copy());
      runs.set(state, host.run);
      later(now, host, { type: 'guest.copied', position, state });
    } else if (effect.type === 'guest.restore') {
      host.guest = restoreGuest(fromBytes(effect.state), program) ?? host.guest;
      host.run = runs.get(effect.state);
      host.queue = [];
    } else if (effect.type === 'guest.apply') {
      host.queue.push(effect.entry);
      if (host.queue.length === 1) replayNext(host, now);
    } else if (effect.type === 'guest.complete') {
      host.completions.push(effect.operation);
      if (host.completions.length === 1) completeNext(host, now);
    }
  }

  function emit(host: Host, effect: Effect & { type: 'output.emit' }): void {
    const outside = outsides[host.run ?? outsides.length - 1];
    found.push(...(outside?.emit(effect) ?? []));
    if (effect.channel === 'console') host.emitted += fromBytes(effect.data).length;
  }

  function carryOutOne(host: Host, effect: Effect, now: bigint): void {
    const { name } = host;
    if (effect.type === 'channel.open') network.open(host, effect.peer, effect.connection, now);
    else if (effect.type === 'channel.close') network.close(name, effect.connection, now);
    else if (effect.type === 'channel.send')
      network.say(name, effect.connection, effect.message, now);
    else if (effect.type === 'datagram.send')
      network.throwDatagram(name, effect.to, effect.message, now);
    else if (effect.type === 'arbiter.request') services.askArbiter(name, effect, now);
    else if (effect.type === 'disk.request') askDisk(host, effect, now);
    else if (effect.type === 'output.emit') emit(host, effect);
    else commandGuest(host, effect, now);
  }

  /** Between two hosts where the case names the other one, else between all. */
  function pathsOf(from: string, { to, isOneWay }: Fault & { type: 'world.cut' }): Path[] {
    const all = names.flatMap((one) => names.map((other) => ({ from: one, to: other })));
    if (to === undefined) return all.filter((path) => path.from !== path.to);
    return isOneWay === true
      ? [{ from, to }]
      : [
          { from, to },
          { from: to, to: from },
        ];
  }

  function wake(host: Host, now: bigint): void {
    const { outbox = [] } = host;
    host.outbox = undefined;
    agenda.wake(host.name, now);
    for (const effect of outbox) carryOutOne(host, effect, now);
  }

  /** A later life begins once every earlier one is over. */
  function restart(host: Host): void {
    const earlier = hosts.slice(0, hosts.indexOf(host)).filter((one) => isOnHostOf(one, host));
    if (!earlier.every(({ hasDied }) => hasDied)) return;
    host.isDead = false;
    tally.count('host-restarted');
  }

  function kill(host: Host, closes: boolean, now: bigint): void {
    host.isDead = true;
    host.hasDied = true;
    host.isRunning = false;
    host.outbox = undefined;
    tally.count('host-killed');
    if (closes) network.closeAll(host.name, now);
  }

  return {
    carryOut(effects, now) {
      for (const { node, effect } of effects) {
        const host = hostOf(node);
        if (host === undefined || host.isDead) continue;
        if (host.outbox === undefined) carryOutOne(host, effect, now);
        else host.outbox.push(effect);
      }
    },
    next: () => agenda.next(),
    take(now) {
      for (let due = agenda.take(now); due !== undefined; due = agenda.take(now)) {
        if (hostOf(due.node)?.isDead !== true) return due;
      }
      return undefined;
    },
    act(node, what, wanted) {
      const host = hostOf(node);
      if (host === undefined || !host.isRunning || host.outbox !== undefined) return undefined;
      host.trial = restoreGuest(host.guest.copy(), program);
      const at = host.guest.next();
      const position = String(at);
      if (what === 'output') {
        const channel = host.guest.planned(at) ?? wanted;
        const data = toBytes(host.trial?.makeOutput(channel, at).data ?? new Uint8Array(0));
        return { type: 'guest.output', position, channel, data };
      }
      const data = seededBytes(seed, `input ${node} ${at}`, 6);
      host.trial?.takeInput('input', data, at);
      return { type: 'guest.input', position, kind: 'input', data: toBytes(data) };
    },
    commit(node) {
      const host = hostOf(node);
      if (host?.trial === undefined) return;
      host.guest = host.trial;
      host.trial = undefined;
      remember(host.guest);
    },
    isAway(node) {
      const host = hostOf(node);
      return host === undefined || host.isDead || host.outbox !== undefined;
    },
    disturb(act, node, now) {
      const host = hostOf(node);
      switch (act.type) {
        case 'world.crash':
          if (host !== undefined && !host.isDead) kill(host, act.closes === true, now);
          return;
        case 'world.stall':
          if (host === undefined || host.outbox !== undefined) return;
          host.outbox = [];
          agenda.stall(node);
          tally.count('host-stalled');
          return;
        case 'world.wake':
          if (host !== undefined) wake(host, now);
          return;
        case 'world.cut':
          tally.count(act.isOneWay === true ? 'path-cut-one-way' : 'path-cut');
          network.cut(pathsOf(node, act), act.closes, now);
          return;
        case 'world.heal':
          network.heal(now);
          return;
        case 'world.break':
          network.sever(node, act.to, act.isStale, now);
          return;
        case 'world.datagrams':
          network.setFate(act.fate, act.every);
          return;
        case 'world.arbiter':
          services.setArbiter(arbiterMode(act), act.of);
          return;
        case 'world.disk':
          services.setDisk(act.mode, act.of);
          return;
        case 'world.restart':
          if (host?.isDead === true && !host.hasDied) restart(host);
      }
    },
    mend(now) {
      network.setFate('carried', 1);
      services.setArbiter('answers', undefined);
      services.setDisk('answers', undefined);
      for (const host of hosts) if (!host.isDead && host.outbox !== undefined) wake(host, now);
      network.heal(now);
    },
    declareLost: services.declareLost,
    look: () => ({
      record: services.record(),
      hosts: hosts.map((host) => {
        const { name, incarnation, isDead, hasDied, isRunning, emitted, outbox } = host;
        const isStalled = outbox !== undefined;
        return { name, incarnation, isDead, hasDied, isStalled, isRunning, emitted };
      }),
      isCut: network.isCut(),
      faults: tally.counts(),
    }),
    findings: () => found,
  };
}

function arbiterMode({ reachable, answers }: Fault & { type: 'world.arbiter' }): ArbiterMode {
  return reachable ? (answers ?? 'answers') : 'unreachable';
}

function isOnHostOf(one: NodeName, other: NodeName): boolean {
  return incarnationHost(one.incarnation) === incarnationHost(other.incarnation);
}

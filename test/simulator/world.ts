// Hosts, clock, network, arbiter, disk and outside world in one process and one thread of time.
// Every decision of chance comes from the weather, so the same weather gives the same run.
// It plays the shell of the agents; it judges nothing: the watchers do.

import { createHash } from 'node:crypto';
import {
  type ArbiterRecord,
  type Config,
  type Counter,
  createNode,
  type Effect,
  type Facts,
  type Incarnation,
  type Input,
  type NodeState,
  nextDue,
  observe,
  type ReplayEntry,
  type Rules,
  standardPeriods,
  standardRules,
  step,
  toCounter,
  toIncarnation,
} from '../../impl/protocol/index.ts';
import { createArbiter } from './arbiter.ts';
import { createDisk } from './disk.ts';
import type { GuestDriver, GuestEvent } from './guest-driver.ts';
import { createNetwork, type Network, type NetworkEvent } from './network.ts';
import { createSchedule } from './schedule.ts';
import { effectText, inputText, recordText } from './trace-text.ts';
import type { Emission, Watcher, WorldView } from './watcher.ts';
import { millisecond, type Weather } from './weather.ts';

export interface WorldOptions {
  readonly weather: Weather;
  readonly createGuest: () => GuestDriver;
  readonly watchers?: readonly Watcher[];
  readonly hosts?: readonly string[];
  readonly rules?: Partial<Rules>;
  readonly network?: Config['network'];
  readonly entriesMax?: bigint;
  readonly diskChecksAtAcceptance?: boolean;
  /** Steps that a guest runs at most in one slice. */
  readonly sliceSteps?: number;
  /** What the outside sends to the machine: the n-th packet. */
  readonly packet?: (ordinal: number) => Uint8Array;
}

export interface World extends WorldView {
  readonly network: Config['network'];
  readonly wire: Network;
  readonly violations: readonly string[];
  readonly emissions: readonly Emission[];
  readonly records: readonly ArbiterRecord[];
  readonly reports: readonly string[];
  /** Digest of everything that happened: equal for equal runs. */
  traceHash(): string;
  /** The last lines of the trace. */
  trace(): readonly string[];
  steps(): number;
  /** How many inputs the guests were given and outputs they made, by the entries they needed. */
  entries(): number;
  incarnation(host: string): Incarnation;
  isUp(host: string): boolean;
  observe(host: string): Facts;
  position(host: string): bigint;
  give(host: string, input: Input): string | undefined;
  start(host: string): void;
  /** Returns the code of a refusal. */
  protect(host: string, peer: string): string | undefined;
  crash(host: string, options?: { silent?: boolean }): void;
  /** Crashes the host instead of carrying out the n-th effect from now that fits. */
  crashAtEffect(host: string, ordinal: number, fits?: (effect: Effect) => boolean): void;
  restart(host: string): void;
  stall(host: string, milliseconds: number): void;
  setArbiterUp(isUp: boolean): void;
  /** Guests stop between two steps, though they may take what has arrived. */
  freezeGuests(isFrozen: boolean): void;
  settle(): void;
  run(milliseconds: number): void;
  /** Runs until `when` holds, or fails after so many milliseconds. */
  runUntil(when: () => boolean, milliseconds: number): void;
}

interface Host {
  readonly name: string;
  life: number;
  incarnation: Incarnation;
  node: NodeState | null;
  guest: GuestDriver | null;
  /** Counts the guests this host has had: what was asked of an earlier one is void. */
  guests: number;
  dueAt: bigint | null;
  stalledUntil: bigint;
  inbox: Input[];
  isSlicing: boolean;
  completions: Uint8Array[];
  packets: Uint8Array[];
  crashIn: { count: number; fits: (effect: Effect) => boolean } | null;
}

type HostFacts = Facts & { readonly incarnation: Incarnation };

const traceLinesMax = 400;

export function createWorld(options: WorldOptions): World {
  const { weather, createGuest, watchers = [], rules = {}, network = 'at-least-once' } = options;
  const packet = options.packet ?? ((ordinal) => new TextEncoder().encode(`packet ${ordinal}`));
  const schedule = createSchedule();
  const hosts = new Map<string, Host>();
  const violations: string[] = [];
  const emissions: Emission[] = [];
  const records: ArbiterRecord[] = [];
  const reports: string[] = [];
  const observed = new WeakMap<NodeState, HostFacts>();
  const hash = createHash('sha256');
  let lines: string[] = [];
  let steps = 0;
  let entries = 0;
  let packets = 0;
  let isArbiterUp = true;
  let isFrozen = false;
  let isSettled = false;

  const arbiter = createArbiter((record) => {
    records.push(record);
    log(`arbiter ${recordText(record)}`);
    watch((watcher) => watcher.recordWritten?.(record));
  });
  const disk = createDisk({
    checksAtAcceptance: options.diskChecksAtAcceptance ?? false,
    changed: (data) => watch((watcher) => watcher.blockChanged?.(data)),
  });
  const wire = createNetwork({
    schedule,
    weather,
    isUp: (incarnation) => upHost(incarnation) !== undefined,
    deliver: (to, event) => {
      const host = upHost(to);
      if (host !== undefined) deliver(host, networkInput(event));
    },
  });

  function log(text: string): void {
    const line = `${schedule.now / 1000n} ${text}`;
    hash.update(`${line}\n`);
    lines.push(line);
    if (lines.length > 2 * traceLinesMax) lines = lines.slice(-traceLinesMax);
  }

  function watch(ask: (watcher: Watcher) => string | null | undefined): void {
    for (const watcher of watchers) {
      const problem = ask(watcher);
      if (problem !== null && problem !== undefined) {
        violations.push(`${watcher.name}: ${problem} at ${schedule.now / 1000n} us`);
        log(`VIOLATION ${watcher.name}: ${problem}`);
      }
    }
  }

  function hostNamed(name: string): Host {
    const host = hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  function upHost(incarnation: Incarnation): Host | undefined {
    for (const host of hosts.values()) {
      if (host.incarnation === incarnation && host.node !== null) return host;
    }
    return undefined;
  }

  /** Gives the input now, or when the host wakes. */
  function deliver(host: Host, input: Input): void {
    if (host.node === null) return;
    if (host.stalledUntil > schedule.now) host.inbox.push(input);
    else give(host, input);
  }

  /** Delivers to this life of the host only. */
  function later(host: Host, delay: bigint, act: () => void): void {
    const { life } = host;
    schedule.after(delay, () => {
      if (host.life === life && host.node !== null) act();
    });
  }

  function give(host: Host, input: Input): string | undefined {
    if (host.node !== null && host.node.now < schedule.now) {
      apply(host, { type: 'clock.advanced', at: count(schedule.now) });
    }
    return apply(host, input);
  }

  function apply(host: Host, input: Input): string | undefined {
    if (host.node === null) return undefined;
    const [next, effects, refusal] = step(host.node, input);
    host.node = next;
    steps += 1;
    const result = refusal ?? effects.map(effectText).join(' ');
    log(`${host.incarnation} ${inputText(input)} -> ${result}`);
    const followers: Input[] = [];
    for (const effect of effects) {
      if (isCrashing(host, effect)) return undefined;
      carryOut(host, effect, followers);
    }
    noteEntry(host, effects);
    watch((watcher) => watcher.stepped?.(world));
    for (const follower of followers) apply(host, follower);
    planClock(host);
    return refusal;
  }

  function isCrashing(host: Host, effect: Effect): boolean {
    const { crashIn } = host;
    if (crashIn === null || !crashIn.fits(effect)) return false;
    crashIn.count -= 1;
    if (crashIn.count > 0) return false;
    world.crash(host.name);
    return true;
  }

  /** What the owner's guest was when it passed the entry that was sent. */
  function noteEntry(host: Host, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'channel.send' || effect.message.kind !== 'entry') continue;
      entries += 1;
      const { epoch, seq, position } = effect.message;
      // A guest that has run on since this entry is no longer what the entry left.
      if (host.guest?.position() !== BigInt(position)) continue;
      const digest = host.guest.digest();
      watch((watcher) => watcher.entryRecorded?.(epoch, seq, digest));
    }
  }

  function planClock(host: Host): void {
    const due = host.node === null ? null : nextDue(host.node);
    if (due === null || due === host.dueAt) return;
    host.dueAt = due;
    const delay = due > schedule.now ? due - schedule.now : 0n;
    later(host, delay, () => {
      if (host.dueAt !== due || host.stalledUntil > schedule.now) return;
      host.dueAt = null;
      apply(host, { type: 'clock.advanced', at: count(schedule.now) });
    });
  }

  function carryOut(host: Host, effect: Effect, followers: Input[]): void {
    const { incarnation } = host;
    switch (effect.type) {
      case 'channel.open':
        wire.open(incarnation, effect.peer, effect.connection);
        break;
      case 'channel.close':
        wire.close(incarnation, effect.connection);
        break;
      case 'channel.send':
        wire.send(incarnation, effect.connection, effect.message);
        break;
      case 'datagram.send':
        wire.datagram(incarnation, effect.to, effect.message);
        break;
      case 'arbiter.request':
        ask(host, effect);
        break;
      case 'disk.request':
        writeDisk(host, effect);
        break;
      case 'output.emit': {
        const { channel, offset, data } = effect;
        const emission = { from: incarnation, channel, offset, data };
        emissions.push(emission);
        watch((watcher) => watcher.emitted?.(emission, world));
        break;
      }
      case 'address.announce':
        break;
      case 'report':
        reports.push(`${incarnation} ${effect.state}`);
        break;
      case 'guest.complete': {
        const text = `${effect.operation} ${effect.result}`;
        host.completions.push(new TextEncoder().encode(text));
        break;
      }
      default:
        driveGuest(host, effect, followers);
    }
  }

  function driveGuest(
    host: Host,
    effect: Extract<Effect, { type: `guest.${string}` }>,
    followers: Input[],
  ): void {
    switch (effect.type) {
      case 'guest.run':
        host.guest ??= createGuest();
        if (!host.isSlicing) planSlice(host);
        break;
      case 'guest.copy': {
        const guest = host.guest;
        if (guest === null) throw new Error(`${host.incarnation}: copied before it ran`);
        for (let told = guest.pending(); told !== null; told = guest.pending()) {
          followers.push(eventInput(told));
        }
        const position = count<Counter<'position'>>(guest.position());
        followers.push({ type: 'guest.copied', position, state: guest.copy() });
        break;
      }
      case 'guest.restore':
        dropGuest(host);
        host.guest = createGuest();
        host.guest.restore(effect.position, effect.state);
        break;
      case 'guest.apply':
        planReplay(host, effect.entry);
        break;
      case 'guest.halt':
        dropGuest(host);
        break;
      default:
    }
  }

  function dropGuest(host: Host): void {
    host.guest = null;
    host.guests += 1;
    host.completions = [];
    host.packets = [];
  }

  function planReplay(host: Host, entry: ReplayEntry): void {
    const { guests } = host;
    const epoch = host.node?.role.kind === 'backup' ? host.node.role.link.epoch : null;
    later(host, weather.replay(), () => {
      if (host.guests !== guests || host.guest === null) return;
      if (host.stalledUntil > schedule.now) {
        planReplay(host, entry);
        return;
      }
      const outcome = host.guest.apply(entry);
      if (outcome.type === 'diverged') {
        watch((watcher) => watcher.diverged?.(epoch ?? 0n, entry.seq));
        const position = count<Counter<'position'>>(outcome.position);
        give(host, { type: 'guest.diverged', seq: entry.seq, position });
        return;
      }
      const { guest } = host;
      if (epoch !== null) {
        watch((watcher) => watcher.entryApplied?.(epoch, entry.seq, () => guest.digest()));
      }
      give(host, { type: 'guest.applied', seq: entry.seq, output: outcome.output });
    });
  }

  function planSlice(host: Host): void {
    host.isSlicing = true;
    const { life } = host;
    later(host, weather.slice(), () => {
      if (host.life !== life) return;
      host.isSlicing = false;
      if (host.stalledUntil <= schedule.now) runSlice(host);
      if (host.node?.guest === 'running' && !host.isSlicing) planSlice(host);
    });
  }

  /** What has arrived first, then some steps: the guest stops where it needs an entry. */
  function runSlice(host: Host): void {
    const isRunning = (): boolean => host.node?.guest === 'running' && host.guest !== null;
    while (isRunning() && host.completions.length > 0) {
      const data = host.completions.shift() ?? new Uint8Array();
      report(host, host.guest?.inject({ kind: 'completion', data }) ?? null);
    }
    if (isFrozen) return;
    while (isRunning() && host.packets.length > 0) {
      const data = host.packets.shift() ?? new Uint8Array();
      report(host, host.guest?.inject({ kind: 'input', data }) ?? null);
    }
    if (!isRunning() || host.guest === null) return;
    report(
      host,
      host.guest.run(options.sliceSteps ?? 6, () => schedule.now + BigInt(host.life)),
    );
    while (isRunning()) {
      const event = host.guest?.pending() ?? null;
      if (event === null) return;
      report(host, event);
    }
  }

  function report(host: Host, event: GuestEvent | null): void {
    if (event !== null) give(host, eventInput(event));
  }

  function ask(host: Host, effect: Extract<Effect, { type: 'arbiter.request' }>): void {
    const { nonce, action } = effect;
    const fate = weather.arbiter();
    if (fate.applied !== null && isArbiterUp) {
      schedule.after(fate.applied, () => {
        if (!isArbiterUp) return;
        const record = arbiter.apply(action);
        if (fate.answered === null) return;
        later(host, fate.answered, () =>
          deliver(host, { type: 'arbiter.answered', nonce, record }),
        );
      });
    }
    const { failed } = fate;
    if (failed !== null) {
      later(host, failed, () => deliver(host, { type: 'arbiter.failed', nonce }));
    }
  }

  function writeDisk(host: Host, effect: Extract<Effect, { type: 'disk.request' }>): void {
    const { operation, token, action } = effect;
    const fate = weather.disk();
    const { life } = host;
    schedule.after(fate.accepted, () => {
      if (fate.lostInCrash && (host.life !== life || host.node === null)) return;
      const apply = disk.accept(token, action);
      schedule.after(fate.applied, () => {
        const result = apply();
        if (host.life !== life || host.node === null) return;
        later(host, fate.answered, () =>
          deliver(host, { type: 'disk.answered', operation, result }),
        );
      });
    });
  }

  /** Observed once for each state of a node: a state never changes. */
  function factsOf(node: NodeState, incarnation: Incarnation): HostFacts {
    const known = observed.get(node);
    if (known !== undefined) return known;
    const facts = { ...observe(node), incarnation };
    observed.set(node, facts);
    return facts;
  }

  function sendPacket(): void {
    schedule.after(weather.packet(), () => {
      packets += 1;
      const data = packet(packets);
      for (const host of hosts.values()) {
        if (host.node?.guest === 'running' && !isFrozen) host.packets.push(data);
      }
      sendPacket();
    });
  }

  function bringUp(host: Host): void {
    host.incarnation = nameOf(host.name, host.life);
    host.node = createNode(
      {
        vm: 'machine',
        self: host.incarnation,
        configuration: new Uint8Array([1]),
        periods: standardPeriods,
        entriesMax: options.entriesMax ?? 16n,
        network,
        at: count(schedule.now),
      },
      { ...standardRules, ...rules },
    );
  }

  const world: World = {
    wire,
    violations,
    emissions,
    records,
    reports,
    network,
    get now() {
      return schedule.now;
    },
    get record() {
      return arbiter.record;
    },
    get isSettled() {
      return isSettled;
    },
    traceHash: () => hash.copy().digest('hex'),
    trace: () => lines,
    steps: () => steps,
    entries: () => entries,
    facts() {
      const up: HostFacts[] = [];
      for (const { node, incarnation } of hosts.values()) {
        if (node !== null) up.push(factsOf(node, incarnation));
      }
      return up;
    },
    incarnation: (name) => hostNamed(name).incarnation,
    isUp: (name) => hostNamed(name).node !== null,
    observe(name) {
      const { node } = hostNamed(name);
      if (node === null) throw new Error(`${name} is down`);
      return observe(node);
    },
    position: (name) => hostNamed(name).guest?.position() ?? -1n,
    give: (name, input) => give(hostNamed(name), input),
    start: (name) => {
      give(hostNamed(name), { type: 'manager.start' });
    },
    protect(name, peer) {
      return give(hostNamed(name), {
        type: 'manager.protect',
        peer: hostNamed(peer).incarnation,
      });
    },
    crash(name, { silent = false } = {}) {
      const host = hostNamed(name);
      if (host.node === null) return;
      log(`${host.incarnation} crashes`);
      host.node = null;
      host.crashIn = null;
      host.stalledUntil = 0n;
      host.inbox = [];
      host.dueAt = null;
      host.isSlicing = false;
      dropGuest(host);
      wire.died(host.incarnation, !silent);
    },
    crashAtEffect(name, ordinal, fits = () => true) {
      hostNamed(name).crashIn = { count: ordinal, fits };
    },
    restart(name) {
      const host = hostNamed(name);
      if (host.node !== null) return;
      host.life += 1;
      bringUp(host);
      log(`${host.incarnation} starts`);
    },
    stall(name, milliseconds) {
      const host = hostNamed(name);
      if (host.node === null) return;
      log(`${host.incarnation} stalls`);
      const until = schedule.now + BigInt(milliseconds) * millisecond;
      host.stalledUntil = until;
      later(host, until - schedule.now, () => {
        if (host.stalledUntil !== until) return;
        host.dueAt = null;
        apply(host, { type: 'clock.advanced', at: count(schedule.now) });
        for (const input of host.inbox.splice(0)) apply(host, input);
      });
    },
    setArbiterUp(isUp) {
      isArbiterUp = isUp;
      log(`arbiter ${isUp ? 'up' : 'down'}`);
    },
    freezeGuests(isNowFrozen) {
      isFrozen = isNowFrozen;
    },
    settle() {
      isSettled = true;
      watch((watcher) => watcher.finished?.(world));
    },
    run(milliseconds) {
      const until = schedule.now + BigInt(milliseconds) * millisecond;
      while (schedule.next(until));
    },
    runUntil(when, milliseconds) {
      const until = schedule.now + BigInt(milliseconds) * millisecond;
      while (!when()) {
        if (!schedule.next(until)) {
          throw new Error(`not reached in ${milliseconds} ms\n${lines.slice(-40).join('\n')}`);
        }
      }
    },
  };

  for (const name of options.hosts ?? ['a', 'b', 'c']) {
    const host: Host = {
      name,
      life: 1,
      incarnation: nameOf(name, 1),
      node: null,
      guest: null,
      guests: 0,
      dueAt: null,
      stalledUntil: 0n,
      inbox: [],
      isSlicing: false,
      completions: [],
      packets: [],
      crashIn: null,
    };
    hosts.set(name, host);
    bringUp(host);
  }
  sendPacket();
  return world;
}

function count<C extends Counter<string>>(value: bigint): C {
  return toCounter<C>(value);
}

function nameOf(host: string, life: number): Incarnation {
  const incarnation = toIncarnation(`${host}#${life}`);
  if (incarnation === undefined) throw new Error(`${host}: no host name`);
  return incarnation;
}

function eventInput(event: GuestEvent): Input {
  const position = count<Counter<'position'>>(event.position);
  const { data } = event;
  if (event.type === 'input') return { type: 'guest.input', position, kind: event.kind, data };
  return { type: 'guest.output', position, channel: event.channel, data };
}

function networkInput(event: NetworkEvent): Input {
  if (event.type === 'datagram') return { type: 'datagram.arrived', message: event.message };
  const connection = count<Counter<'connection'>>(event.number);
  if (event.type === 'closed') return { type: 'channel.closed', connection };
  if (event.type === 'opened') return { type: 'channel.opened', connection, peer: event.peer };
  return { type: 'channel.arrived', connection, message: event.message };
}

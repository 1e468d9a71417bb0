// The world of a system case: channel, datagrams, arbiter, disk, guests and the outside, between
// nodes that are all the implementation's. Everything takes a little virtual time, in order.
// Spec: conformance.md, "System cases".

import type { Finding } from '../monitors/monitor.ts';
import type { Channel, Effect, Input, NodeEffect, NodeName, ReplayEntry } from '../wire.ts';
import { createArbiter } from './arbiter.ts';
import { createDisk } from './disk.ts';
import { createGuest, type Guest, type Program, restoreGuest } from './guest.ts';
import { type Image, imageOf } from './image.ts';
import { createOutside } from './outside.ts';
import { completionData, fromBytes, seededBytes, toBytes } from './symbols.ts';

/** Something that will happen to a node at an instant. */
export interface Delivery {
  readonly at: bigint;
  readonly node: string;
  readonly input: Input;
  /** Undefined where it is not to be delivered after all. */
  isWanted(): boolean;
}

export interface SystemWorld {
  /** Carries out what nodes ask for. */
  carryOut(effects: readonly NodeEffect[], now: bigint): void;
  /** The earliest thing to come, and taking it. */
  next(): bigint | undefined;
  take(now: bigint): Delivery | undefined;
  act(node: string, what: 'input' | 'output', channel: Channel): Input | undefined;
  /** The guest has done what was tried: the node did not refuse it. */
  commit(node: string): void;
  setLink(isUp: boolean, closes: boolean, now: bigint): void;
  setArbiter(isReachable: boolean): void;
  findings(): readonly Finding[];
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
  /** How often its guest was halted: what the disk answers to an earlier request is dropped. */
  halts: number;
  queue: ReplayEntry[];
  /** Operations whose completion waits for the guest to run. */
  completions: string[];
}

export function createSystemWorld(nodes: readonly NodeName[], seed: bigint): SystemWorld {
  const program: Program = new Map();
  const arbiter = createArbiter();
  const disk = createDisk();
  const outside = createOutside();
  const deliveries: Delivery[] = [];
  const links = new Map<string, readonly [string, string]>();
  const found: Finding[] = [];
  /** What the running guest was at each position: a replica must be the same there. */
  const history = new Map<bigint, string>();
  /** By the token under which they were saved. */
  const images = new Map<string, Image & { readonly completions: readonly string[] }>();
  /** Asked for while the link was cut: opened when it is healed, if still wanted. */
  let pending: { readonly host: Host; readonly peer: string; readonly connection: string }[] = [];
  let isLinked = true;
  let isReachable = true;
  const hosts = nodes.map(({ name, incarnation }): Host => {
    const guest = createGuest(seed, program);
    return {
      name,
      incarnation,
      guest,
      trial: undefined,
      isRunning: false,
      halts: 0,
      queue: [],
      completions: [],
    };
  });
  const hostOf = (name: string): Host | undefined => hosts.find((host) => host.name === name);
  const byIncarnation = (incarnation: string): Host | undefined =>
    hosts.find((host) => host.incarnation === incarnation);

  function later(at: bigint, node: string, input: Input, isWanted = () => true): void {
    const index = deliveries.findIndex((other) => other.at > at);
    const delivery = { at, node, input, isWanted };
    if (index < 0) deliveries.push(delivery);
    else deliveries.splice(index, 0, delivery);
  }

  function otherEnd(connection: string, node: string): string | undefined {
    return links.get(connection)?.find((end) => end !== node);
  }

  function openChannel(host: Host, peer: string, connection: string, now: bigint): void {
    const other = byIncarnation(peer);
    if (other === undefined) return;
    if (!isLinked) {
      pending.push({ host, peer, connection });
      return;
    }
    links.set(connection, [host.name, other.name]);
    const at = now + latency.channel;
    later(at, host.name, { type: 'channel.opened', connection, peer });
    later(at, other.name, { type: 'channel.opened', connection, peer: host.incarnation });
  }

  function closeChannel(connection: string, node: string | undefined, now: bigint): void {
    pending = pending.filter((one) => one.connection !== connection);
    const ends = links.get(connection) ?? [];
    links.delete(connection);
    for (const end of ends) {
      if (end !== node) later(now + latency.channel, end, { type: 'channel.closed', connection });
    }
  }

  function askArbiter(host: Host, effect: Effect & { type: 'arbiter.request' }, now: bigint): void {
    const { nonce, action } = effect;
    if (!isReachable) {
      later(now + latency.arbiter, host.name, { type: 'arbiter.failed', nonce });
      return;
    }
    const record = arbiter.carryOut(action);
    later(now + latency.arbiter, host.name, { type: 'arbiter.answered', nonce, record });
  }

  function askDisk(host: Host, effect: Effect & { type: 'disk.request' }, now: bigint): void {
    disk.accept(effect);
    const done = disk.finish('carry-out');
    if (done === undefined) return;
    const { operation } = done.request;
    const { result } = done;
    const { halts } = host;
    const isWanted = (): boolean => host.halts === halts;
    const answer: Input = { type: 'disk.answered', operation, result };
    later(now + latency.disk, host.name, answer, isWanted);
  }

  function replayNext(host: Host, now: bigint): void {
    const [entry] = host.queue;
    if (entry === undefined) return;
    const { seq, position } = entry;
    const made = host.guest.apply(entry);
    if (made === undefined) {
      later(now + latency.replay, host.name, { type: 'guest.diverged', seq, position });
      return;
    }
    checkReplica(host);
    const base = { type: 'guest.applied', seq } as const;
    const output = made.output;
    const input: Input =
      output === undefined
        ? base
        : { ...base, output: { channel: output.channel, data: toBytes(output.data) } };
    later(now + latency.replay, host.name, input);
  }

  function checkReplica(host: Host): void {
    const expected = history.get(host.guest.position());
    if (expected === undefined || expected === host.guest.digest()) return;
    found.push({
      reason: 'pairing.exact-copy#replica-differs',
      expected: `state ${expected.slice(0, 12)} at position ${host.guest.position()}`,
      actual: `state ${host.guest.digest().slice(0, 12)} on ${host.name}`,
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
      history.set(at, host.guest.digest());
      completeNext(host, now + latency.guest);
      return true;
    };
    const position = String(at);
    const input: Input = { type: 'guest.input', position, kind: 'completion', data: toBytes(data) };
    later(now + latency.guest, host.name, input, isWanted);
  }

  function loadImage(host: Host, token: string, now: bigint): void {
    const image = images.get(token);
    if (image === undefined) return;
    host.guest = restoreGuest(fromBytes(image.state), program) ?? host.guest;
    const { completions, ...loaded } = image;
    host.completions = [...completions];
    later(now + latency.disk, host.name, { type: 'guest.loaded', ...loaded });
  }

  function say(host: Host, effect: Effect & { type: 'channel.send' }, now: bigint): void {
    const { connection, message } = effect;
    const other = otherEnd(connection, host.name);
    if (other === undefined || !isLinked) return;
    const isWanted = (): boolean => links.has(connection);
    later(now + latency.channel, other, { type: 'channel.arrived', connection, message }, isWanted);
  }

  function throwDatagram({ to, message }: Effect & { type: 'datagram.send' }, now: bigint): void {
    const other = byIncarnation(to);
    if (other === undefined || !isLinked) return;
    later(now + latency.datagram, other.name, { type: 'datagram.arrived', message });
  }

  function commandGuest(host: Host, effect: Effect, now: bigint): void {
    if (effect.type === 'guest.run') {
      host.isRunning = true;
      completeNext(host, now);
    } else if (effect.type === 'guest.hold') host.isRunning = false;
    else if (effect.type === 'guest.halt') {
      host.isRunning = false;
      host.halts += 1;
      host.completions = [];
      // Its state is dropped: the next power-on begins with a new guest.
      host.guest = createGuest(seed, program);
    } else if (effect.type === 'guest.save') {
      const completions = [...host.completions];
      images.set(effect.token, { ...imageOf(host.guest, effect), completions });
      later(now + latency.disk, host.name, { type: 'guest.saved', result: 'done' });
    } else if (effect.type === 'guest.load') loadImage(host, effect.token, now);
    else if (effect.type === 'guest.copy') {
      const position = String(host.guest.position());
      const state = toBytes(host.guest.copy());
      later(now, host.name, { type: 'guest.copied', position, state });
    } else if (effect.type === 'guest.restore') {
      host.guest = restoreGuest(fromBytes(effect.state), program) ?? host.guest;
      host.queue = [];
    } else if (effect.type === 'guest.apply') {
      host.queue.push(effect.entry);
      if (host.queue.length === 1) replayNext(host, now);
    } else if (effect.type === 'guest.complete') {
      host.completions.push(effect.operation);
      if (host.completions.length === 1) completeNext(host, now);
    }
  }

  function carryOutOne(host: Host, effect: Effect, now: bigint): void {
    if (effect.type === 'channel.open') openChannel(host, effect.peer, effect.connection, now);
    else if (effect.type === 'channel.close') closeChannel(effect.connection, host.name, now);
    else if (effect.type === 'channel.send') say(host, effect, now);
    else if (effect.type === 'datagram.send') throwDatagram(effect, now);
    else if (effect.type === 'arbiter.request') askArbiter(host, effect, now);
    else if (effect.type === 'disk.request') askDisk(host, effect, now);
    else if (effect.type === 'output.emit') found.push(...outside.emit(effect));
    else commandGuest(host, effect, now);
  }

  return {
    carryOut(effects, now) {
      for (const { node, effect } of effects) {
        const host = hostOf(node);
        if (host !== undefined) carryOutOne(host, effect, now);
      }
    },
    next: () => deliveries[0]?.at,
    take(now) {
      while (deliveries[0] !== undefined && deliveries[0].at <= now) {
        const delivery = deliveries.shift();
        if (delivery === undefined || !delivery.isWanted()) continue;
        const isReplayed = delivery.input.type === 'guest.applied';
        const host = isReplayed ? hostOf(delivery.node) : undefined;
        if (host !== undefined) {
          host.queue.shift();
          replayNext(host, now);
        }
        return delivery;
      }
      return undefined;
    },
    act(node, what, channel) {
      const host = hostOf(node);
      if (host === undefined || !host.isRunning) return undefined;
      host.trial = restoreGuest(host.guest.copy(), program);
      const at = host.guest.next();
      const position = String(at);
      if (what === 'output') {
        const data = toBytes(host.trial?.makeOutput(channel, at).data ?? new Uint8Array(0));
        return { type: 'guest.output', position, channel, data };
      }
      const data = seededBytes(seed, `input ${at}`, 6);
      host.trial?.takeInput('input', data, at);
      return { type: 'guest.input', position, kind: 'input', data: toBytes(data) };
    },
    commit(node) {
      const host = hostOf(node);
      if (host?.trial === undefined) return;
      host.guest = host.trial;
      host.trial = undefined;
      history.set(host.guest.position(), host.guest.digest());
    },
    setLink(isUp, closes, now) {
      isLinked = isUp;
      if (isUp) {
        const opening = pending;
        pending = [];
        for (const { host, peer, connection } of opening) openChannel(host, peer, connection, now);
      }
      if (isUp || !closes) return;
      for (const connection of [...links.keys()]) closeChannel(connection, undefined, now);
    },
    setArbiter(reachable) {
      isReachable = reachable;
    },
    findings: () => found,
  };
}

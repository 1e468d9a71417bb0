// Several hosts in one process, on a virtual clock: nodes with their guests, an ordered channel, datagrams,
// the arbiter's record, a disk that fences, and a console that the outside reads.
// Not a deployment, and no place for chance: every message takes the same time, and the only fault is a kill.
// Spec: protocol.md, "Node".

import { type Instant, type Nonce, toCounter } from '../base/counters.ts';
import type { Machine } from '../machine/index.ts';
import {
  type ArbiterAction,
  type ArbiterRecord,
  createNode,
  type Effect,
  type Facts,
  type Incarnation,
  type Input,
  type NodeState,
  observe,
  standardEntriesMax,
  standardPeriods,
  step,
} from '../protocol/index.ts';
import { createDutyCycle, type DutyCycle } from './duty-cycle.ts';
import { createEngineGuest, type EngineGuest, type GuestEffect } from './engine-guest.ts';
import { createImageStore } from './image-store.ts';
import type { TraceConfig, TraceRecorder } from './trace.ts';

/** What is worth telling of a run, in the order in which it happened. */
export type Happening = { readonly at: bigint; readonly host: Incarnation } & (
  | { readonly kind: 'report'; readonly state: string; readonly reason: string }
  | { readonly kind: 'emit'; readonly offset: bigint; readonly data: Uint8Array }
  | { readonly kind: 'announce' | 'kill' }
  | { readonly kind: 'record'; readonly record: ArbiterRecord }
);

export interface LocalPairOptions {
  readonly boot: () => Machine;
  readonly onHappening: (happening: Happening) => void;
  /** Told of every step of every node. */
  readonly trace?: TraceRecorder;
}

export interface LocalPair {
  /** Nanoseconds since the start. */
  readonly now: bigint;
  readonly record: ArbiterRecord | null;
  addHost(incarnation: Incarnation): void;
  tell(host: Incarnation, input: Input): void;
  /** Bytes for the virtual machine, wherever it lives; false where nobody takes them now. */
  type(bytes: Uint8Array): boolean;
  kill(host: Incarnation): void;
  facts(host: Incarnation): Facts;
  guest(host: Incarnation): EngineGuest;
  advance(nanoseconds: bigint): void;
}

interface Host {
  readonly incarnation: Incarnation;
  readonly guest: EngineGuest;
  readonly duty: DutyCycle;
  node: NodeState;
  isUp: boolean;
}

interface Delivery {
  readonly at: bigint;
  readonly to: Incarnation;
  readonly input: Input;
}

/** What all nodes of a pair are told alike. */
export const localPairConfig: TraceConfig = {
  vm: 'kv',
  configuration: new Uint8Array(0),
  periods: standardPeriods,
  entriesMax: standardEntriesMax,
  network: 'at-least-once',
  reconnect: false,
};

export function createLocalPair({ boot, onHappening, trace }: LocalPairOptions): LocalPair {
  const hosts = new Map<Incarnation, Host>();
  const channels = new Map<bigint, readonly [Incarnation, Incarnation]>();
  let deliveries: Delivery[] = [];
  let record: ArbiterRecord | null = null;
  let fence = 0n;
  const images = createImageStore();
  let now = 0n;
  let home: Incarnation | undefined;

  function hostOf(incarnation: Incarnation): Host {
    const host = hosts.get(incarnation);
    if (host === undefined) throw new Error(`local pair: no host ${incarnation}`);
    return host;
  }

  function give(host: Host, input: Input): void {
    if (!host.isUp) return;
    const [node, effects, refusal] = step(host.node, input);
    host.node = node;
    trace?.step(host.incarnation, now, { input, effects, refusal });
    for (const effect of effects) carry(host, effect);
  }

  function later(to: Incarnation, input: Input): void {
    deliveries.push({ at: now + latency, to, input });
  }

  function carry(host: Host, effect: Effect): void {
    const self = host.incarnation;
    switch (effect.type) {
      case 'channel.open': {
        const { connection, peer } = effect;
        channels.set(connection, [self, peer]);
        later(self, { type: 'channel.opened', connection, peer });
        later(peer, { type: 'channel.opened', connection, peer: self });
        break;
      }
      case 'channel.close':
        for (const end of channels.get(effect.connection) ?? []) {
          if (end !== self) later(end, { type: 'channel.closed', connection: effect.connection });
        }
        break;
      case 'channel.send': {
        const { connection, message } = effect;
        for (const end of channels.get(connection) ?? []) {
          if (end !== self) later(end, { type: 'channel.arrived', connection, message });
        }
        break;
      }
      case 'datagram.send':
        later(effect.to, { type: 'datagram.arrived', message: effect.message });
        break;
      case 'arbiter.request':
        arbitrate(host, effect.nonce, effect.action);
        break;
      case 'disk.request': {
        const { operation, token } = effect;
        const isFenced = token < fence;
        if (!isFenced && effect.action.type === 'fence') fence = token;
        later(self, { type: 'disk.answered', operation, result: isFenced ? 'fenced' : 'done' });
        break;
      }
      case 'output.emit': {
        const { offset, data } = effect;
        onHappening({ at: now, host: self, kind: 'emit', offset, data });
        break;
      }
      case 'address.announce':
        home = self;
        onHappening({ at: now, host: self, kind: 'announce' });
        break;
      case 'report': {
        const { state, reason } = effect;
        onHappening({ at: now, host: self, kind: 'report', state, reason });
        break;
      }
      default:
        carryGuest(host, effect);
    }
  }

  /** A host whose guest cannot do what it must is a failed host. */
  function carryGuest(host: Host, effect: GuestEffect): void {
    const failure = host.guest.carry(effect);
    if (failure !== undefined) throw new Error(`${host.incarnation}: ${failure.message}`);
    if (effect.type === 'guest.halt') forgetDisk(host.incarnation);
    if (effect.type === 'guest.run') home ??= host.incarnation;
  }

  /** spec: device.answers-end-with-guest */
  function forgetDisk(self: Incarnation): void {
    deliveries = deliveries.filter(
      ({ to, input }) => to !== self || input.type !== 'disk.answered',
    );
  }

  function arbitrate(host: Host, nonce: Nonce, action: ArbiterAction): void {
    if (action.type === 'swap' && action.version === (record?.version ?? 0n)) {
      record = action.record;
      onHappening({ at: now, host: host.incarnation, kind: 'record', record });
    }
    later(host.incarnation, { type: 'arbiter.answered', nonce, record });
  }

  function deliverDue(): void {
    for (;;) {
      const due = deliveries.find(({ at }) => at <= now);
      if (due === undefined) return;
      deliveries = deliveries.filter((delivery) => delivery !== due);
      give(hostOf(due.to), due.input);
    }
  }

  /** Lets the guest run for a tick, where its share of the processor has one for it, and hands the node what came of it. */
  function runGuest(host: Host): void {
    const stepsMax = host.duty.takesSlice(host.guest.share) ? stepsPerTick : 0;
    for (let count = 0; count < inputsPerTickMax; count += 1) {
      const input = host.guest.next(stepsMax);
      if (input === undefined) return;
      give(host, input);
    }
  }

  function tick(): void {
    now += tickNanoseconds;
    for (const host of hosts.values()) {
      give(host, { type: 'clock.advanced', at: toCounter<Instant>(now) });
    }
    deliverDue();
    for (const host of hosts.values()) if (host.isUp) runGuest(host);
  }

  return {
    get now() {
      return now;
    },
    get record() {
      return record;
    },
    addHost(incarnation) {
      const at = toCounter<Instant>(now);
      const node = createNode({ ...localPairConfig, self: incarnation, at });
      trace?.begin(incarnation);
      const guest = createEngineGuest({ boot, hostClock: () => now, images });
      hosts.set(incarnation, { incarnation, guest, duty: createDutyCycle(), node, isUp: true });
    },
    tell(host, input) {
      give(hostOf(host), input);
    },
    type(bytes) {
      const host = home === undefined ? undefined : hostOf(home);
      return host?.isUp === true && host.guest.receive(bytes);
    },
    kill(incarnation) {
      hostOf(incarnation).isUp = false;
      deliveries = deliveries.filter(({ to }) => to !== incarnation);
      onHappening({ at: now, host: incarnation, kind: 'kill' });
    },
    facts(host) {
      return observe(hostOf(host).node);
    },
    guest(host) {
      return hostOf(host).guest;
    },
    advance(nanoseconds) {
      for (const end = now + nanoseconds; now < end; ) tick();
    },
  };
}

const tickNanoseconds = 1_000_000n;
/** One way, for everything that travels. */
const latency = 1_000_000n;
const stepsPerTick = 5_000;
/** What one guest may hand over in a tick; the rest waits for the next. */
const inputsPerTickMax = 64;

// A live guest on its host: it runs in slices of steps, and every event that it meets is given to
// the node at once. Here too is what arrives for it from outside. Replay is elsewhere.

import type { Counter, Input } from '../../impl/protocol/index.ts';
import type { GuestEvent } from './guest-driver.ts';
import { count, type Host, type Hosts } from './host.ts';
import type { Schedule } from './schedule.ts';
import type { Weather } from './weather.ts';

export interface GuestSlicesOptions {
  readonly schedule: Schedule;
  readonly weather: Weather;
  readonly hosts: Hosts;
  /** Steps that a guest runs at most in one slice. */
  readonly sliceSteps: number;
  /** What the outside sends: the n-th packet. */
  readonly packet: (ordinal: number) => Uint8Array;
  readonly give: (host: Host, input: Input) => void;
}

export interface GuestSlices {
  /** Lets the guest of the host run from now on, while its node says so. */
  start(host: Host): void;
  /** Lets packets come from the outside, for every host whose guest runs then. */
  startPackets(): void;
  freeze(isFrozen: boolean): void;
}

export function createGuestSlices(options: GuestSlicesOptions): GuestSlices {
  const { schedule, weather, hosts, sliceSteps, packet, give } = options;
  let packets = 0;
  let isFrozen = false;

  const isRunning = (host: Host): boolean => host.node?.guest === 'running' && host.guest !== null;

  function report(host: Host, event: GuestEvent | null): void {
    if (event !== null) give(host, eventInput(event));
  }

  function planSlice(host: Host): void {
    host.isSlicing = true;
    hosts.later(host, weather.slice(), () => {
      host.isSlicing = false;
      if (host.stalledUntil <= schedule.now) runSlice(host);
      if (host.node?.guest === 'running' && !host.isSlicing) planSlice(host);
    });
  }

  /** What has arrived first, then some steps: the guest stops where it needs an entry. */
  function runSlice(host: Host): void {
    takeIn(host, 'completion');
    if (isFrozen) return;
    if (!host.duty.takesSlice(host.share)) return;
    takeIn(host, 'input');
    if (!isRunning(host) || host.guest === null) return;
    report(
      host,
      host.guest.run(sliceSteps, () => schedule.now + BigInt(host.life)),
    );
    while (isRunning(host)) {
      const event = host.guest?.pending() ?? null;
      if (event === null) return;
      report(host, event);
    }
  }

  /** The queue is read anew each time: the guest may be dropped, and its arrivals with it. */
  function takeIn(host: Host, kind: 'completion' | 'input'): void {
    while (isRunning(host)) {
      const data = (kind === 'completion' ? host.completions : host.packets).shift();
      if (data === undefined) return;
      report(host, host.guest?.inject({ kind, data }) ?? null);
    }
  }

  function startPackets(): void {
    schedule.after(weather.packet(), () => {
      packets += 1;
      const data = packet(packets);
      for (const host of hosts.all()) {
        if (host.node?.guest === 'running' && !isFrozen) host.packets.push(data);
      }
      startPackets();
    });
  }

  return {
    start(host) {
      if (!host.isSlicing) planSlice(host);
    },
    startPackets,
    freeze(isNowFrozen) {
      isFrozen = isNowFrozen;
    },
  };
}

export function eventInput(event: GuestEvent): Input {
  const position = count<Counter<'position'>>(event.position);
  const { data } = event;
  if (event.type === 'input') return { type: 'guest.input', position, kind: event.kind, data };
  return { type: 'guest.output', position, channel: event.channel, data };
}

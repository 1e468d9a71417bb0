// What lies between the hosts: ordered channels that break, datagrams that get lost, and cuts in
// either direction. A cut channel keeps what was sent, as a transport that retransmits does.

import type { Incarnation, Message } from '../../impl/protocol/index.ts';
import { hostOf } from '../../impl/protocol/index.ts';
import type { Schedule } from './schedule.ts';
import type { Weather } from './weather.ts';

export type NetworkEvent =
  | { readonly type: 'opened'; readonly number: bigint; readonly peer: Incarnation }
  | { readonly type: 'arrived'; readonly number: bigint; readonly message: Message }
  | { readonly type: 'closed'; readonly number: bigint }
  | { readonly type: 'datagram'; readonly message: Message };

export interface Network {
  open(from: Incarnation, to: Incarnation, number: bigint): void;
  send(from: Incarnation, number: bigint, message: Message): void;
  close(from: Incarnation, number: bigint): void;
  datagram(from: Incarnation, to: Incarnation, message: Message): void;
  /** Cuts or mends one direction between two hosts. */
  cut(from: string, to: string, isCut: boolean): void;
  /** Breaks every channel between two hosts: what is on the wire is lost. */
  break(one: string, other: string): void;
  /** A host died: the peers of its channels hear of it, or never do. */
  died(incarnation: Incarnation, isHeard: boolean): void;
}

interface End {
  readonly incarnation: Incarnation;
  isOpen: boolean;
  /** What is on its way to this end; null is the close of the other end. */
  readonly inbound: (Message | null)[];
  lastAt: bigint;
}

interface Channel {
  readonly number: bigint;
  readonly ends: readonly [End, End];
}

export interface NetworkOptions {
  readonly schedule: Schedule;
  readonly weather: Weather;
  /** Is this incarnation up? */
  readonly isUp: (incarnation: Incarnation) => boolean;
  readonly deliver: (to: Incarnation, event: NetworkEvent) => void;
}

export function createNetwork({ schedule, weather, isUp, deliver }: NetworkOptions): Network {
  const channels: Channel[] = [];
  const cuts = new Set<string>();

  const isCut = (from: string, to: string): boolean => cuts.has(`${from} ${to}`);
  const host = (end: End): string => hostOf(end.incarnation);

  function find(incarnation: Incarnation, number: bigint): [End, End] | undefined {
    for (const channel of channels) {
      const [one, other] = channel.ends;
      if (channel.number !== number) continue;
      if (one.incarnation === incarnation && one.isOpen) return [one, other];
      if (other.incarnation === incarnation && other.isOpen) return [other, one];
    }
    return undefined;
  }

  function put(channel: bigint, to: End, from: End, item: Message | null): void {
    to.inbound.push(item);
    const at = schedule.now + weather.channelDelay();
    to.lastAt = at > to.lastAt ? at : to.lastAt;
    schedule.after(to.lastAt - schedule.now, () => pump(channel, to, from));
  }

  /** Takes one item off the wire, unless the direction is cut. */
  function pump(number: bigint, to: End, from: End): void {
    if (isCut(host(from), host(to)) || to.inbound.length === 0 || !to.isOpen) return;
    const message = to.inbound.shift();
    if (message === undefined) return;
    if (message !== null) {
      deliver(to.incarnation, { type: 'arrived', number, message });
      return;
    }
    to.isOpen = false;
    deliver(to.incarnation, { type: 'closed', number });
  }

  function shut(number: bigint, end: End): void {
    if (!end.isOpen) return;
    end.isOpen = false;
    end.inbound.length = 0;
    schedule.after(weather.channelDelay(), () =>
      deliver(end.incarnation, { type: 'closed', number }),
    );
  }

  return {
    open(from, to, number) {
      schedule.after(weather.channelDelay(), () => {
        const isReachable = !isCut(hostOf(from), hostOf(to)) && !isCut(hostOf(to), hostOf(from));
        const isTaken = find(from, number) !== undefined || find(to, number) !== undefined;
        if (!isUp(from) || !isUp(to) || !isReachable || isTaken) {
          deliver(from, { type: 'closed', number });
          return;
        }
        channels.push({ number, ends: [createEnd(from), createEnd(to)] });
        deliver(to, { type: 'opened', number, peer: from });
        deliver(from, { type: 'opened', number, peer: to });
      });
    },
    send(from, number, message) {
      const ends = find(from, number);
      if (ends !== undefined) put(number, ends[1], ends[0], message);
    },
    close(from, number) {
      const ends = find(from, number);
      if (ends === undefined) return;
      ends[0].isOpen = false;
      put(number, ends[1], ends[0], null);
    },
    datagram(from, to, message) {
      for (const delay of weather.datagram()) {
        schedule.after(delay, () => {
          if (isCut(hostOf(from), hostOf(to))) return;
          deliver(to, { type: 'datagram', message });
        });
      }
    },
    cut(from, to, isNowCut) {
      if (isNowCut) {
        cuts.add(`${from} ${to}`);
        return;
      }
      cuts.delete(`${from} ${to}`);
      for (const { number, ends } of channels) {
        for (const [end, other] of [ends, [ends[1], ends[0]] as const]) {
          if (host(other) !== from || host(end) !== to) continue;
          for (const _ of end.inbound) schedule.after(1n, () => pump(number, end, other));
        }
      }
    },
    break(one, other) {
      for (const { number, ends } of channels) {
        const hosts = ends.map(host);
        if (hosts.includes(one) && hosts.includes(other)) for (const end of ends) shut(number, end);
      }
    },
    died(incarnation, isHeard) {
      for (const { number, ends } of channels) {
        const [end, other] = ends[0].incarnation === incarnation ? ends : [ends[1], ends[0]];
        if (end.incarnation !== incarnation) continue;
        end.isOpen = false;
        end.inbound.length = 0;
        if (isHeard && other.isOpen) put(number, other, end, null);
      }
    },
  };
}

function createEnd(incarnation: Incarnation): End {
  return { incarnation, isOpen: true, inbound: [], lastAt: 0n };
}

// The network of a system case: ordered channels and datagrams between hosts, with the paths that are cut, the channels
// that break and the datagrams that are lost, doubled or late. What is said means nothing to it.
// Spec: conformance.md, "Faults".

import type { Counter, Input, Message } from '../wire.ts';
import type { Agenda } from './agenda.ts';
import type { Tally } from './tally.ts';

/** A host's node, by both of its names. */
export interface End {
  readonly name: string;
  readonly incarnation: string;
}

export type DatagramFate = 'carried' | 'lost' | 'doubled' | 'late';

/** A path from one end to another; both ways are two. */
export interface Path {
  readonly from: string;
  readonly to: string;
}

export interface Network {
  open(from: End, peer: string, connection: Counter, now: bigint): void;
  close(from: string, connection: Counter, now: bigint): void;
  say(from: string, connection: Counter, message: Message, now: bigint): void;
  throwDatagram(from: string, to: string, message: Message, now: bigint): void;
  /** These paths carry nothing from now on; channels that use one close at both ends where `closes`. */
  cut(paths: readonly Path[], closes: boolean, now: bigint): void;
  /** Every path carries again; what channels held back goes on. */
  heal(now: bigint): void;
  /** Channels between the two end: torn at both ends, or heard of late by the other end. */
  sever(from: string, to: string, isStale: boolean, now: bigint): void;
  /** Channels of a host that is gone end at the other ends. */
  closeAll(from: string, now: bigint): void;
  /** Every n-th datagram from now on. */
  setFate(fate: DatagramFate, every: number): void;
  isCut(): boolean;
}

export interface Latencies {
  readonly channel: bigint;
  readonly datagram: bigint;
}

/** How much later a late datagram comes, and how much later an end hears that its channel is gone. */
const lateBy = 450_000_000n;

interface Link {
  readonly connection: Counter;
  readonly ends: readonly [End, End];
  /** What was said on a path that is cut, in order. */
  held: { readonly to: string; readonly message: Message }[];
  isUp: boolean;
}

interface Opening {
  readonly from: End;
  readonly peer: string;
  readonly connection: Counter;
}

export function createNetwork(
  ends: readonly End[],
  agenda: Agenda,
  latency: Latencies,
  tally: Tally,
): Network {
  let links: Link[] = [];
  /** Asked for while a path was cut: opened when it is healed, if still wanted. */
  let openings: Opening[] = [];
  const cuts = new Set<string>();
  let fate: DatagramFate = 'carried';
  let every = 1;
  let thrown = 0;

  const pathKey = ({ from, to }: Path): string => `${from} ${to}`;
  const isOpen = (from: string, to: string): boolean => !cuts.has(pathKey({ from, to }));
  const linkOf = (connection: Counter, name: string): Link | undefined =>
    links.find((link) => link.connection === connection && has(link, name));

  function tell(at: bigint, node: string, input: Input): void {
    agenda.later(at, node, () => input);
  }

  function openLink({ from, peer, connection }: Opening, now: bigint): void {
    const other = ends.find(({ incarnation }) => incarnation === peer);
    if (other === undefined) return;
    if (!isOpen(from.name, other.name) || !isOpen(other.name, from.name)) {
      openings.push({ from, peer, connection });
      return;
    }
    const at = now + latency.channel;
    // A connection number stands once at a node.
    if (linkOf(connection, from.name) ?? linkOf(connection, other.name)) {
      tell(at, from.name, { type: 'channel.closed', connection });
      return;
    }
    links.push({ connection, ends: [from, other], held: [], isUp: true });
    tell(at, from.name, { type: 'channel.opened', connection, peer });
    tell(at, other.name, { type: 'channel.opened', connection, peer: from.incarnation });
  }

  function drop(link: Link): void {
    link.isUp = false;
    links = links.filter((one) => one !== link);
  }

  function carry(link: Link, to: string, message: Message, at: bigint): void {
    const { connection } = link;
    const input: Input = { type: 'channel.arrived', connection, message };
    agenda.later(at, to, () => (link.isUp ? input : undefined));
  }

  /** Both ends learn it at once; what was on its way is lost. */
  function tear(link: Link, now: bigint): void {
    drop(link);
    const { connection } = link;
    for (const { name } of link.ends) {
      tell(now + latency.channel, name, { type: 'channel.closed', connection });
    }
  }

  /** One end learns it at once, the other later, and until then gets what was on its way. */
  function tearLate(link: Link, from: string, now: bigint): void {
    const { connection } = link;
    tell(now + latency.channel, from, { type: 'channel.closed', connection });
    link.held = [];
    links = links.filter((one) => one !== link);
    const other = otherEnd(link, from);
    agenda.later(now + lateBy, other, () => {
      link.isUp = false;
      return { type: 'channel.closed', connection };
    });
  }

  return {
    open: (from, peer, connection, now) => openLink({ from, peer, connection }, now),
    close(from, connection, now) {
      openings = openings.filter((one) => one.connection !== connection || one.from.name !== from);
      const link = linkOf(connection, from);
      if (link === undefined) return;
      drop(link);
      tell(now + latency.channel, otherEnd(link, from), { type: 'channel.closed', connection });
    },
    say(from, connection, message, now) {
      const link = linkOf(connection, from);
      if (link === undefined) return;
      const to = otherEnd(link, from);
      if (isOpen(from, to)) carry(link, to, message, now + latency.channel);
      else {
        link.held.push({ to, message });
        tally.count('message-held-back');
      }
    },
    throwDatagram(from, peer, message, now) {
      const to = ends.find(({ incarnation }) => incarnation === peer)?.name;
      if (to === undefined) return;
      thrown += 1;
      if (!isOpen(from, to)) return;
      const own = thrown % every === 0 ? fate : 'carried';
      if (own !== 'carried') tally.count(`datagram-${own}`);
      if (own === 'lost') return;
      const at = now + latency.datagram;
      const input: Input = { type: 'datagram.arrived', message };
      tell(own === 'late' ? at + lateBy : at, to, input);
      if (own === 'doubled') tell(at + lateBy, to, input);
    },
    cut(paths, closes, now) {
      for (const path of paths) cuts.add(pathKey(path));
      if (!closes) return;
      const isTouched = (link: Link): boolean =>
        paths.some(({ from, to }) => has(link, from) && has(link, to));
      for (const link of links.filter(isTouched)) tear(link, now);
    },
    heal(now) {
      cuts.clear();
      const opening = openings;
      openings = [];
      for (const one of opening) openLink(one, now);
      for (const link of links) {
        const { held } = link;
        link.held = [];
        for (const { to, message } of held) carry(link, to, message, now + latency.channel);
      }
    },
    sever(from, to, isStale, now) {
      const between = links.filter((link) => has(link, from) && has(link, to));
      for (const link of between) {
        tally.count(isStale ? 'channel-half-open' : 'channel-torn');
        if (isStale) tearLate(link, from, now);
        else tear(link, now);
      }
    },
    closeAll(from, now) {
      for (const link of links.filter((one) => has(one, from))) {
        drop(link);
        const { connection } = link;
        const other = otherEnd(link, from);
        tell(now + latency.channel, other, { type: 'channel.closed', connection });
      }
    },
    setFate(next, count) {
      fate = next;
      every = Math.max(1, count);
    },
    isCut: () => cuts.size > 0,
  };
}

function has({ ends }: Link, name: string): boolean {
  return ends.some((end) => end.name === name);
}

function otherEnd({ ends: [one, other] }: Link, name: string): string {
  return one.name === name ? other.name : one.name;
}

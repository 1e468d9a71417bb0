// Ordered connections between hosts: whole messages, in order, until an end learns that it is closed.
// Each ordered pair of hosts, the one that opens first, has slots that its connections take in turn: an older one may
// still stand at the other end, which is told of its close before or after the newer one stands.
// Spec: protocol, "Inputs".

/** 0, 1, and 2 where there is a third host. */
export type HostIndex = number;
export const hostsMax = 3;

/** The end that opened it, and the other. */
export type Side = 0 | 1;

export interface Connection {
  number: number;
  /** False until `channel.opened` was given to both ends. */
  standing: boolean;
  /** Whether each end has not been told that it is closed. */
  open: readonly [boolean, boolean];
  /** Messages under way to each end, by number; the first comes next. */
  toward: readonly [readonly number[], readonly number[]];
  /** Until it stands: the connection whose slot it took and whose close the other end has not been told; 0: none. */
  displaced: number;
}
export type Channels = readonly (Connection | null)[];
export type ChannelOperation =
  | { type: 'open'; slot: number; number: number }
  | { type: 'stand'; slot: number }
  | { type: 'close'; by: HostIndex; number: number }
  | { type: 'send'; by: HostIndex; number: number; message: number }
  | { type: 'take'; slot: number; side: Side }
  | { type: 'end'; slot: number; side: Side }
  | { type: 'die'; host: HostIndex };

/** What the slots mean for this number of hosts. */
export interface Slots {
  /** The opener and the other, of each slot. */
  readonly ends: readonly (readonly [HostIndex, HostIndex])[];
  slotOf(opener: HostIndex, other: HostIndex, number: number): number;
}

/** `slotsOfPair`: connections of an ordered pair at once, at least 1; one more takes the slot of the oldest. */
export function createSlots(hosts: number, slotsOfPair: number): Slots {
  const all = Array.from({ length: hosts }, (_, host) => host);
  const ends = all.flatMap((opener) =>
    all
      .filter((other) => other !== opener)
      .flatMap((other) => Array.from({ length: slotsOfPair }, () => [opener, other] as const)),
  );
  return {
    ends,
    slotOf: (opener, other, number) =>
      ends.findIndex(([a, b]) => a === opener && b === other) + (number % slotsOfPair),
  };
}

/** Of channels as they stand. */
export const slotsIn = (hosts: number, { length }: Channels): Slots =>
  createSlots(hosts, length / (hosts * (hosts - 1)));

export const noChannels = ({ ends }: Slots): Channels => ends.map(() => null);

export const createChannelStep =
  (slots: Slots) =>
  (channels: Channels, operation: ChannelOperation): Channels => {
    switch (operation.type) {
      case 'open':
        return put(channels, operation.slot, {
          number: operation.number,
          standing: false,
          open: [true, false],
          toward: [[], []],
          displaced: displacedBy(channels[operation.slot] ?? null),
        });
      case 'stand':
        return change(channels, operation.slot, (one) => ({
          ...one,
          standing: true,
          open: [true, true],
          displaced: 0,
        }));
      case 'close':
        return atEnds(slots, channels, operation.by, (one, side) => {
          if (one.number === operation.number) return endedAt(one, side);
          const isDisplaced = side === 1 && one.displaced === operation.number;
          return isDisplaced ? { ...one, displaced: 0 } : one;
        });
      case 'send':
        return atEnds(slots, channels, operation.by, (one, side) =>
          one.number === operation.number && one.standing && one.open[side]
            ? pushed(one, otherSide(side), operation.message)
            : one,
        );
      case 'take': {
        const { side } = operation;
        return change(channels, operation.slot, (one) => ({
          ...one,
          toward: replaced(one.toward, side, one.toward[side].slice(1)),
        }));
      }
      case 'end':
        return change(channels, operation.slot, (one) => endedAt(one, operation.side));
      case 'die':
        return atEnds(slots, channels, operation.host, endedAt);
    }
  };

export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0);

function displacedBy(older: Connection | null): number {
  if (older === null) return 0;
  return older.open[1] ? older.number : older.displaced;
}

function endedAt(one: Connection, side: Side): Connection | null {
  const open = replaced(one.open, side, false);
  const displaced = side === 1 ? 0 : one.displaced;
  if (open[0] || open[1]) {
    return { ...one, open, toward: replaced(one.toward, side, []), displaced };
  }
  return displaced === 0 ? null : { ...halfOpen, number: displaced };
}

/** What its opener closed, and the other end does not know of yet. */
const halfOpen: Omit<Connection, 'number'> = {
  standing: true,
  open: [false, true],
  toward: [[], []],
  displaced: 0,
};

/** What is sent to an end that is closed already goes nowhere. */
function pushed(one: Connection, side: Side, message: number): Connection {
  if (!one.open[side]) return one;
  return { ...one, toward: replaced(one.toward, side, [...one.toward[side], message]) };
}

/** Every connection of which the host is an end. */
function atEnds(
  { ends }: Slots,
  channels: Channels,
  host: HostIndex,
  of: (one: Connection, side: Side) => Connection | null,
): Channels {
  return channels.map((one, slot) => {
    const side = ends[slot]?.indexOf(host) ?? -1;
    return one === null || side < 0 ? one : of(one, side === 0 ? 0 : 1);
  });
}

function change(
  channels: Channels,
  slot: number,
  of: (one: Connection) => Connection | null,
): Channels {
  const one = channels[slot];
  return one == null ? channels : put(channels, slot, of(one));
}

const put = (channels: Channels, slot: number, put: Connection | null): Channels =>
  channels.map((one, at) => (at === slot ? put : one));

const replaced = <T>(pair: readonly [T, T], at: Side, value: T): readonly [T, T] =>
  at === 0 ? [value, pair[1]] : [pair[0], value];

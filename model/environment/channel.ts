// Ordered connections between the two hosts: whole messages, in order, until an end learns that it is closed.
// One slot for each host that opens; a new connection of the same owner takes the slot. Spec: protocol, "Inputs".

export type HostIndex = 0 | 1;
export const otherHost = (host: HostIndex): HostIndex => (host === 0 ? 1 : 0);

export interface Connection {
  number: number;
  /** False until `channel.opened` was given to both ends. */
  standing: boolean;
  /** Whether the end of each host has not been told that it is closed. */
  open: readonly [boolean, boolean];
  /** Messages under way to each host, by number; the first comes next. */
  toward: readonly [readonly number[], readonly number[]];
}
export type Channels = readonly [Connection | null, Connection | null];
export type ChannelOperation =
  | { type: 'open'; by: HostIndex; number: number }
  | { type: 'stand'; slot: HostIndex }
  | { type: 'close'; by: HostIndex; number: number }
  | { type: 'send'; by: HostIndex; number: number; message: number }
  | { type: 'take'; slot: HostIndex; by: HostIndex }
  | { type: 'end'; slot: HostIndex; at: HostIndex }
  | { type: 'die'; host: HostIndex };

export const noChannels: Channels = [null, null];

export function channelStep(channels: Channels, operation: ChannelOperation): Channels {
  switch (operation.type) {
    case 'open': {
      const open = ends(operation.by, true, false);
      return put(channels, operation.by, {
        number: operation.number,
        standing: false,
        open,
        toward: [[], []],
      });
    }
    case 'stand':
      return change(channels, operation.slot, (one) => ({
        ...one,
        standing: true,
        open: [true, true],
      }));
    case 'close':
      return mapSlots(channels, (one) =>
        one.number === operation.number ? endedAt(one, operation.by) : one,
      );
    case 'send':
      return mapSlots(channels, (one) =>
        one.number === operation.number && one.standing && one.open[operation.by]
          ? pushed(one, otherHost(operation.by), operation.message)
          : one,
      );
    case 'take':
      return change(channels, operation.slot, (one) => ({
        ...one,
        toward: replaced(one.toward, operation.by, one.toward[operation.by].slice(1)),
      }));
    case 'end':
      return change(channels, operation.slot, (one) => endedAt(one, operation.at));
    case 'die':
      return mapSlots(channels, (one) => endedAt(one, operation.host));
  }
}

function endedAt(one: Connection, host: HostIndex): Connection | null {
  const open = replaced(one.open, host, false);
  if (!open[0] && !open[1]) return null;
  return { ...one, open, toward: replaced(one.toward, host, []) };
}

/** What is sent to an end that is closed already goes nowhere. */
function pushed(one: Connection, host: HostIndex, message: number): Connection {
  if (!one.open[host]) return one;
  return { ...one, toward: replaced(one.toward, host, [...one.toward[host], message]) };
}

function change(
  channels: Channels,
  slot: HostIndex,
  of: (one: Connection) => Connection | null,
): Channels {
  const one = channels[slot];
  return one === null ? channels : put(channels, slot, of(one));
}

const put = (channels: Channels, slot: HostIndex, one: Connection | null): Channels =>
  slot === 0 ? [one, channels[1]] : [channels[0], one];

const mapSlots = (channels: Channels, of: (one: Connection) => Connection | null): Channels => [
  channels[0] && of(channels[0]),
  channels[1] && of(channels[1]),
];

const replaced = <T>(pair: readonly [T, T], at: HostIndex, value: T): readonly [T, T] =>
  at === 0 ? [value, pair[1]] : [pair[0], value];

const ends = <T>(host: HostIndex, own: T, other: T): readonly [T, T] =>
  host === 0 ? [own, other] : [other, own];

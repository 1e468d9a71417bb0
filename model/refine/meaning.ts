// What an input of a trace means in the model's words: the one table between the two vocabularies, a line or two for
// each input. Where the trace leaves something open, there are several meanings. Spec: conformance, "Recorded traces".

import type { HostView } from '../host.ts';
import type { NodeEffect, NodeInput, Reason } from '../vocabulary.ts';
import { type Candidate, symbolOf, withCondition, withConnection } from './candidate.ts';
import { bodiesOf, envelopeOf, heldOf, operationsOf } from './message.ts';
import { offsetsOf, type Scene, toNumber } from './scene.ts';
import type { TraceInput, TraceInputOf, TraceInputType, TraceMessage } from './trace.ts';

export interface Meaning {
  /** Given one after the other; all but the last only tell the model what the last presupposes. */
  readonly inputs: readonly NodeInput[];
  /** What the input says of the world, whatever the node makes of it. */
  readonly candidate: Candidate;
  /** What follows if the node used the input and did not refuse it. */
  used?(candidate: Candidate, effects: readonly NodeEffect[]): Candidate;
}

export function meaningsOf(input: TraceInput, scene: Scene): readonly Meaning[] {
  // The table's line is that of the input's own type.
  const means = meanings[input.type] as (input: TraceInput, scene: Scene) => readonly Meaning[];
  return means(input, scene);
}

const meanings: {
  readonly [T in TraceInputType]: (input: TraceInputOf<T>, scene: Scene) => readonly Meaning[];
} = {
  'manager.start': (input, { candidate }) => [
    // A machine that is powered on has carried nothing yet.
    { ...plain(candidate, input), used: (now) => ({ ...now, offsets: noOffsets }) },
  ],
  'manager.protect': ({ peer }, { candidate }) => [
    plain(candidate, { type: 'manager.protect', peer }),
  ],
  'manager.power-off': asTold,
  'manager.suspend': asTold,
  'manager.resume': asTold,
  'manager.turn-off': asTold,
  'manager.restart-secondary': asTold,
  'manager.test-failover': asTold,
  'manager.replace-backup': asTold,
  'guest.input': ({ position, kind, data }, { candidate, items, reader }) => {
    const known = kind === 'completion' ? (reader.operation(data) ?? 0) : items.bytes(data);
    return [
      plain(candidate, { type: 'guest.input', position: toNumber(position), kind, data: known }),
    ];
  },
  'guest.output': ({ position, channel, data }, { candidate, items, reader }) => {
    const place = placeOf(candidate, channel);
    const item = items.made({ channel, place }, data);
    const input = {
      type: 'guest.output',
      position: toNumber(position),
      channel,
      data: item,
    } as const;
    const { size } = reader.digest(data);
    return [{ ...plain(candidate, input), used: (now) => carried(now, channel, size) }];
  },
  'guest.copied': ({ position, state }, { candidate, items }) => {
    const input = { type: 'guest.copied', position: toNumber(position) } as const;
    return [
      {
        ...plain(candidate, { ...input, state: [items.bytes(state)] }),
        used: (now) => ({ ...now, issued: 0 }),
      },
    ];
  },
  'guest.saved': asTold,
  'guest.loaded': ({ position, state, open, offsets }, { candidate, items }) => {
    const image = { position: toNumber(position), state: [items.bytes(state)] };
    const operations = { open: operationsOf(open, items), operations: toNumber(offsets.disk) };
    return [
      {
        ...plain(candidate, { type: 'guest.loaded', ...image, ...operations }),
        used: (now) => ({ ...now, offsets: offsetsOf(offsets) }),
      },
    ];
  },
  'guest.applied': appliedMeanings,
  'guest.diverged': ({ seq }, { candidate }) => [
    plain(candidate, { type: 'guest.diverged', seq: toNumber(seq) }),
  ],
  'channel.opened': ({ connection, peer }, { candidate, view }) => {
    const known = symbolOf(candidate, connection) !== null;
    const before = known ? candidate : withUnknown(candidate, view, connection);
    const after = withCondition(before, connection, 'open');
    const symbol = symbolOf(after, connection) ?? 0;
    return [plain(after, { type: 'channel.opened', connection: symbol, peer })];
  },
  'channel.arrived': ({ connection, message }, scene) => {
    const { candidate, view } = scene;
    const known = symbolOf(candidate, connection);
    const after = known === null ? withUnknown(candidate, view, connection) : candidate;
    const symbol = symbolOf(after, connection) ?? 0;
    // A message says that its channel has opened, told or not.
    const opened: NodeInput[] =
      known === null ? [{ type: 'channel.opened', connection: symbol, peer: message.from }] : [];
    return bodiesOf(message, { ...scene, candidate: after }).map((body) => ({
      inputs: [
        ...opened,
        {
          type: 'channel.arrived',
          connection: symbol,
          message: { ...envelopeOf(message, scene), ...body },
        },
      ],
      candidate: after,
      used: (now, effects) => afterArrival(now, effects, message, scene),
    }));
  },
  'channel.closed': ({ connection }, { candidate, view }) => {
    const known = symbolOf(candidate, connection) !== null;
    const before = known ? candidate : withUnknown(candidate, view, connection);
    const after = withCondition(before, connection, 'closed');
    return [plain(after, { type: 'channel.closed', connection: symbolOf(after, connection) ?? 0 })];
  },
  'datagram.arrived': ({ message }, scene) =>
    bodiesOf(message, scene).map((body) =>
      plain(scene.candidate, {
        type: 'datagram.arrived',
        message: { ...envelopeOf(message, scene), ...body },
      }),
    ),
  'arbiter.answered': ({ nonce, record }, { candidate, view, past, vm }) => {
    const isOther = record !== null && record.vm !== vm;
    const given = record && {
      version: toNumber(record.version),
      epoch: toNumber(record.epoch),
      phase: record.phase,
      owner: record.owner,
      backup: record.backup,
      token: toNumber(record.token),
      reason: reasonOf(view),
    };
    return (isOther ? (['other'] as const) : past.noncesOf(nonce)).map((which) =>
      plain(candidate, { type: 'arbiter.answered', nonce: which, record: given }),
    );
  },
  'arbiter.failed': ({ nonce }, { candidate, past }) =>
    past.noncesOf(nonce).map((which) => plain(candidate, { type: 'arbiter.failed', nonce: which })),
  'disk.answered': ({ operation, result }, { candidate }) => {
    const number = operation === '0' ? 'fence' : toNumber(operation);
    return [plain(candidate, { type: 'disk.answered', operation: number, result })];
  },
  // The clock itself is nothing to the model: hidden.ts has the deadlines that may pass with it.
  'clock.advanced': () => [],
};

const noOffsets = { network: 0, console: 0, disk: 0 } as const;

/** An input that says the same in both vocabularies. */
function asTold(input: PlainInput, { candidate }: Scene): readonly Meaning[] {
  return [plain(candidate, input)];
}
type PlainInput = Extract<NodeInput, TraceInput> & { type: `manager.${string}` | 'guest.saved' };

/**
 * The wording of a record's reason is free. What the model reads there is by which of its own requests a node has
 * become owner, and that it asked one at a time.
 */
function reasonOf({ failover }: HostView): Reason {
  if (failover.state.startsWith('backing')) return 'takeover';
  return failover.context.wanted === 'T11' ? 'resume' : 'start';
}

export const plain = (candidate: Candidate, input: NodeInput): Meaning => ({
  inputs: [input],
  candidate,
});

/** Where the next output of this channel stands. */
const placeOf = ({ offsets }: Candidate, channel: keyof Candidate['offsets']): number =>
  channel === 'disk' ? offsets.disk + 1 : offsets[channel];

function carried(now: Candidate, channel: keyof Candidate['offsets'], size: number): Candidate {
  const by = channel === 'disk' ? 1 : size;
  return { ...now, offsets: { ...now.offsets, [channel]: now.offsets[channel] + by } };
}

/** The guest consumed an entry. An output that does not fit its entry is a divergence, and so is one too many. */
function appliedMeanings(
  { seq, output }: TraceInputOf<'guest.applied'>,
  { candidate, items, reader }: Scene,
): readonly Meaning[] {
  const number = toNumber(seq);
  const held = candidate.handed.find((one) => one.seq === number);
  if (output === undefined) {
    const isFit = held === undefined || held.kind !== 'output';
    return [isFit ? applied(candidate, number, null) : divergedAt(candidate, number)];
  }
  const { channel, data } = output;
  const item = items.made({ channel, place: placeOf(candidate, channel) }, data);
  const isFit = held === undefined || held.output?.item === item;
  if (!isFit) return [divergedAt(candidate, number)];
  const { size } = reader.digest(data);
  const position = held?.position ?? 0;
  return [applied(candidate, number, { channel, position, item, size })];
}

const divergedAt = (candidate: Candidate, seq: number): Meaning =>
  plain(candidate, { type: 'guest.diverged', seq });

export function applied(
  candidate: Candidate,
  seq: number,
  output: {
    channel: keyof Candidate['offsets'];
    position: number;
    item: number;
    size: number;
  } | null,
): Meaning {
  const made = output && { channel: output.channel, position: output.position, data: output.item };
  return {
    ...plain(candidate, { type: 'guest.applied', seq, output: made }),
    used(now) {
      const rest = { ...now, handed: now.handed.filter((one) => one.seq > seq) };
      return output === null ? rest : carried(rest, output.channel, output.size);
    },
  };
}

/** A connection of which nothing was known, opened by the peer. */
function withUnknown(candidate: Candidate, view: HostView, actual: string): Candidate {
  const used = candidate.connections.map(({ symbol }) => symbol);
  const symbol = Math.max(view.pairing.context.connectionMax, ...used) + 1;
  return withConnection(candidate, { actual, symbol, condition: 'open' });
}

/** An entry that is held, and a copy that is restored, are the guest's from then on. */
function afterArrival(
  now: Candidate,
  effects: readonly NodeEffect[],
  message: TraceMessage,
  scene: Scene,
): Candidate {
  const isTaken = (type: NodeEffect['type']): boolean => effects.some((one) => one.type === type);
  if (message.kind === 'entry' && isTaken('guest.apply')) {
    return { ...now, applies: [...now.applies, heldOf(message, scene)] };
  }
  if (message.kind !== 'copy' || !isTaken('guest.restore')) return now;
  return {
    ...now,
    offsets: offsetsOf(message.offsets),
    applies: [],
    handed: [],
    acknowledged: 0,
  };
}

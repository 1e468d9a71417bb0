// A message of a trace as a message of the model. Spec: protocol, "Messages".

import { isEnd } from '../logging/outputs.ts';
import type { EntryKind, Message, MessageBody, Operation } from '../vocabulary.ts';
import { type HeldEntry, symbolOf } from './candidate.ts';
import type { Items } from './items.ts';
import { type Scene, toNumber } from './scene.ts';
import type { Bytes, TraceMessage, TraceOperation } from './trace.ts';

/** A message that the node sent. Its own configuration is not in doubt. */
export function messageOf(message: TraceMessage, scene: Scene): Message {
  const [body] = bodiesOf(message, scene);
  if (body === undefined) throw new Error(`a ${message.kind} has no meaning`);
  return { ...envelopeOf(message, scene), ...body };
}

export const envelopeOf = (
  { vm, epoch, from }: TraceMessage,
  scene: Scene,
): { vm: 'vm' | 'other'; epoch: number; from: string } => ({
  vm: vm === scene.vm ? 'vm' : 'other',
  epoch: toNumber(epoch),
  from,
});

/** What it may say: several where the configuration digest of the node is not known. */
export function bodiesOf(message: TraceMessage, scene: Scene): readonly MessageBody[] {
  const { candidate, items } = scene;
  switch (message.kind) {
    case 'hello': {
      const { to, next } = message;
      const connection = symbolOf(candidate, message.connection) ?? 0;
      const greeting = {
        kind: 'hello',
        to,
        connection,
        next: toNumber(next),
        ...replacing(message.replaces),
      } as const;
      return configurationsOf(message.configuration, scene).map((configuration) => ({
        ...greeting,
        configuration,
      }));
    }
    case 'welcome':
      return [{ kind: 'welcome', next: toNumber(message.next) }];
    case 'refuse':
      return [{ kind: 'refuse', code: message.code }];
    case 'copy':
      return [
        {
          kind: 'copy',
          position: toNumber(message.position),
          state: [items.bytes(message.state)],
          open: operationsOf(message.open, items),
          operations: toNumber(message.offsets.disk),
        },
      ];
    case 'ready':
      return [{ kind: 'ready' }];
    case 'entry': {
      const { seq, watermark } = message;
      const { position, kind, data, output } = heldOf(message, scene);
      const entry = entryKind(message.entry) ?? 'unknown';
      const known = kind === 'completion' ? (scene.reader.operation(message.data) ?? 0) : data;
      return [
        {
          kind: 'entry',
          seq: toNumber(seq),
          position,
          entry,
          // What ends a log has no data.
          data: isEnd(entry) ? 0 : (output?.item ?? known),
          channel: output?.channel ?? null,
          watermark: toNumber(watermark),
        },
      ];
    }
    case 'acknowledge':
      return [
        {
          kind: 'acknowledge',
          upto: toNumber(message.upto),
          applied: toNumber(message.applied),
        },
      ];
    case 'alive': {
      const [seq, watermark] = [toNumber(message.seq), toNumber(message.watermark)];
      return [{ kind: 'alive', seq, watermark, applied: toNumber(message.applied) }];
    }
    case 'diverged':
      return [{ kind: 'diverged', seq: toNumber(message.seq) }];
    case 'beat':
      return [{ kind: 'beat' }];
  }
}

/** A hello that replaces nobody says so by 0, or not at all. */
const replacing = (replaces = '0'): { replaces?: number } =>
  replaces === '0' ? {} : { replaces: toNumber(replaces) };

/** Operations that are open; where the guest began them is not said. */
export const operationsOf = (open: readonly TraceOperation[], items: Items): Operation[] =>
  open.map(({ operation, data }) => {
    const place = toNumber(operation);
    return { operation: place, position: 0, data: items.made({ channel: 'disk', place }, data) };
  });

function configurationsOf(
  given: Bytes,
  { configuration }: Scene,
): readonly ('equal' | 'different')[] {
  if (configuration === undefined) return ['equal', 'different'];
  return [given === configuration ? 'equal' : 'different'];
}

type TraceEntryMessage = Extract<TraceMessage, { kind: 'entry' }>;

export function heldOf(message: TraceEntryMessage, { items, reader }: Scene): HeldEntry {
  const { seq, position, data } = message;
  const kind = entryKind(message.entry) ?? 'input';
  const payload = kind === 'output' ? reader.output(data) : null;
  const { channel, size } = payload ?? noPayload;
  const output = payload && { channel, item: items.output(payload), size };
  return {
    seq: toNumber(seq),
    position: toNumber(position),
    kind,
    data: items.bytes(data),
    output,
  };
}

const noPayload = { channel: 'console', size: 0 } as const;
const entryKinds: readonly EntryKind[] = [
  'input',
  'time-stamp',
  'timer',
  'completion',
  'output',
  'power-off',
  'yield',
];
const entryKind = (text: string): EntryKind | undefined => entryKinds.find((one) => one === text);

// What the log does with outputs and operations: numbers, keeps and issues them. Spec: protocol, "Output", "Devices".

import type { EndKind, Entry, Input, MessageBody, NodeEffect, Operation } from '../vocabulary.ts';
import type { LoggedOutput, LoggingContext, LoggingEvent, OpenOperation } from './context.ts';

type GuestOutput = Input<'guest.output'>;

export function message(
  context: LoggingContext,
  body: MessageBody,
): Extract<NodeEffect, { type: 'channel.send' }> {
  const envelope = { vm: 'vm' as const, epoch: context.epoch, from: context.self };
  return {
    type: 'channel.send',
    connection: context.connection,
    message: { ...envelope, ...body },
  };
}

/** Called after `openOperation`: a disk output is then the operation counted last. */
export function outputOf(context: LoggingContext, event: GuestOutput): LoggedOutput {
  const { channel, position, data } = event;
  const operation = channel === 'disk' ? context.operations : 0;
  return { seq: context.sent, channel, position, data, operation };
}

export function issueOf(context: LoggingContext, output: LoggedOutput): NodeEffect {
  const { channel, position, data, operation } = output;
  return channel === 'disk'
    ? { type: 'disk.write', token: context.token, operation, position, data }
    : { type: 'output.emit', channel, position, data };
}

/** What a backup says of its guest; where nothing is known of lag, nothing. An owner has consumed nothing. */
export const toldOf = ({ applied, throttleMax }: LoggingContext): number =>
  throttleMax === 0 ? 0 : applied;

/** What the backup has consumed, as far as its owner was told; nobody consumes what was not sent. */
export function consumedBy({ consumed, sent }: LoggingContext, event: LoggingEvent): number {
  if (event.type !== 'acknowledge.arrived' && event.type !== 'alive.arrived') return consumed;
  return event.applied > consumed && event.applied <= sent ? event.applied : consumed;
}

/** In percent. */
export const shareOf = (throttle: number): number => 100 - shareStep * throttle;
const shareStep = 5;
/** A share does not fall below 5. */
export const throttleStepsMax = 19;

/** The entry that was numbered last, of what it is about; null: of nothing that has one. */
export function entryOf(context: LoggingContext, event: LoggingEvent): Entry | null {
  const seq = context.sent;
  switch (event.type) {
    case 'guest.output': {
      const { position, data, channel } = event;
      return { seq, position, entry: 'output', data, channel };
    }
    case 'guest.input':
      return { seq, position: event.position, entry: event.kind, data: event.data, channel: null };
    case 'end.due':
      return { seq, position: context.position, entry: event.kind, data: 0, channel: null };
    default:
      return null;
  }
}

/** spec: logging.issued-watermark */
export function issuedUpTo(context: LoggingContext): number {
  const first = context.waiting[0];
  return first === undefined ? context.sent : first.seq - 1;
}

export function openedBy(
  context: LoggingContext,
  event: LoggingEvent,
): Pick<LoggingContext, 'operations' | 'open'> {
  if (event.type !== 'guest.output' || event.channel !== 'disk') return context;
  const operation = context.operations + 1;
  const { position, data } = event;
  return {
    operations: operation,
    open: [...context.open, { operation, position, data, answered: false }],
  };
}

/** What the replayed guest's own output adds: an open operation, and bytes to keep above the watermark. */
export function replayedBy(
  context: LoggingContext,
  event: Input<'guest.applied'>,
): Pick<LoggingContext, 'operations' | 'open' | 'kept'> {
  const { operations, open, kept } = context;
  if (event.output === null) return { operations, open, kept };
  const { channel, position, data } = event.output;
  const operation = channel === 'disk' ? operations + 1 : 0;
  return {
    operations: Math.max(operations, operation),
    open: operation === 0 ? open : [...open, { operation, position, data, answered: false }],
    kept:
      event.seq > context.watermark
        ? [...kept, { seq: event.seq, channel, position, data, operation }]
        : kept,
  };
}

export function watermarked(
  context: LoggingContext,
  watermark: number,
): Pick<LoggingContext, 'watermark' | 'kept'> {
  const highest = Math.max(context.watermark, watermark);
  return { watermark: highest, kept: context.kept.filter((output) => output.seq > highest) };
}

export const isEnd = (entry: Entry['entry']): entry is EndKind =>
  entry === 'power-off' || entry === 'yield';

/** The operations open, as another node is told of them. */
export const openIn = (context: LoggingContext): Operation[] =>
  context.open.map(({ operation, position, data }) => ({ operation, position, data }));

export const without = (open: readonly OpenOperation[], operation: number): OpenOperation[] =>
  open.filter((one) => one.operation !== operation);

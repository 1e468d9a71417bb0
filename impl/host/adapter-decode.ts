// From the adapter protocol's JSON to the protocol core's inputs and configuration: what comes out
// cannot be wrong in form. Not a judge of sense: the core refuses what does not fit its state.
// Spec: conformance.md, "The adapter protocol"; protocol.md, "Inputs", "Messages".

import type {
  ArbiterRecord,
  Config,
  Incarnation,
  Input,
  Message,
  Offsets,
  OpenOperation,
} from '../protocol/index.ts';
import { replacesNone, toIncarnation } from '../protocol/index.ts';
import {
  booleanOf,
  bytesOf,
  counterOf,
  expected,
  type Fields,
  fieldsOf,
  has,
  listOf,
  oneOf,
  textOf,
  unsignedOf,
} from './adapter-fields.ts';

type Inputs = { readonly [Type in Input['type']]: (fields: Fields) => Input & { type: Type } };
type Messages = {
  readonly [Kind in Exclude<Message['kind'], 'unknown'>]: (
    fields: Fields,
  ) => Message & { kind: Kind };
};

/** The clock is not among them: `advance` moves it. */
export function decodeInput(fields: Fields): Input {
  const { 'clock.advanced': _, ...stepped } = inputs;
  const type = oneOf(fields, 'type', Object.keys(stepped) as (keyof typeof stepped)[]);
  return inputs[type](fields);
}

/** A kind that is not in the table is a message of a later revision. */
export function decodeMessage(fields: Fields): Message {
  const kind = textOf(fields, 'kind');
  const decode = Object.entries(messages).find(([name]) => name === kind)?.[1];
  return decode === undefined ? { kind: 'unknown', ...envelope(fields) } : decode(fields);
}

export function decodeRecord(fields: Fields): ArbiterRecord {
  const head = {
    vm: textOf(fields, 'vm'),
    version: counterOf<ArbiterRecord['version']>(fields, 'version'),
    epoch: counterOf<ArbiterRecord['epoch']>(fields, 'epoch'),
    token: counterOf<ArbiterRecord['token']>(fields, 'token'),
    base: unsignedOf(fields, 'base'),
    reason: textOf(fields, 'reason'),
  };
  const phase = oneOf(fields, 'phase', ['off', 'alone', 'joining', 'protected', 'suspended']);
  switch (phase) {
    case 'off':
    case 'suspended':
      return { ...head, phase, owner: none(fields, 'owner'), backup: none(fields, 'backup') };
    case 'alone':
      return {
        ...head,
        phase,
        owner: incarnationOf(fields, 'owner'),
        backup: none(fields, 'backup'),
      };
    case 'joining':
    case 'protected':
      return {
        ...head,
        phase,
        owner: incarnationOf(fields, 'owner'),
        backup: incarnationOf(fields, 'backup'),
      };
  }
}

/** What `reset` says of one node. */
export function decodeConfig(params: Fields, node: Fields): Config {
  const parameters = fieldsOf(params, 'parameters');
  const period = (name: string): bigint => unsignedOf(parameters, name);
  return {
    vm: textOf(params, 'vm'),
    self: incarnationOf(node, 'incarnation'),
    configuration: bytesOf(parameters, 'configuration'),
    periods: {
      beatInterval: period('beatInterval'),
      aliveInterval: period('aliveInterval'),
      beatTimeout: period('beatTimeout'),
      channelTimeout: period('channelTimeout'),
      arbiterRetry: period('arbiterRetry'),
      joinTimeout: period('joinTimeout'),
      yieldTimeout: period('yieldTimeout'),
      lagMax: period('lagMax'),
    },
    entriesMax: unsignedOf(parameters, 'entriesMax'),
    network: oneOf(parameters, 'network', ['at-least-once', 'may-be-lost']),
    reconnect: has(parameters, 'reconnect') && booleanOf(parameters, 'reconnect'),
    at: counterOf(params, 'at'),
  };
}

export function incarnationOf(fields: Fields, name: string): Incarnation {
  const text = textOf(fields, name);
  const incarnation = toIncarnation(text);
  if (incarnation === undefined) throw expected(`${fields.path}.${name}`, 'host#life', text);
  return incarnation;
}

function none(fields: Fields, name: string): null {
  if (has(fields, name)) throw expected(`${fields.path}.${name}`, 'null', fields.values[name]);
  return null;
}

function recordOf(fields: Fields): ArbiterRecord | null {
  return has(fields, 'record') ? decodeRecord(fieldsOf(fields, 'record')) : null;
}

const channels = ['network', 'console', 'disk'] as const;
const inputKinds = ['input', 'time-stamp', 'timer', 'completion'] as const;
const entryKinds = [...inputKinds, 'output', 'power-off', 'yield'] as const;

function madeOutput(fields: Fields): (Input & { type: 'guest.applied' })['output'] {
  if (!has(fields, 'output')) return null;
  const output = fieldsOf(fields, 'output');
  return { channel: oneOf(output, 'channel', channels), data: bytesOf(output, 'data') };
}

const inputs: Inputs = {
  'manager.start': () => ({ type: 'manager.start' }),
  'manager.protect': (f) => ({ type: 'manager.protect', peer: incarnationOf(f, 'peer') }),
  'manager.power-off': () => ({ type: 'manager.power-off' }),
  'manager.suspend': () => ({ type: 'manager.suspend' }),
  'manager.resume': () => ({ type: 'manager.resume' }),
  'manager.turn-off': () => ({ type: 'manager.turn-off' }),
  'manager.restart-secondary': () => ({ type: 'manager.restart-secondary' }),
  'manager.test-failover': () => ({ type: 'manager.test-failover' }),
  'manager.replace-backup': (f) => ({
    type: 'manager.replace-backup',
    peer: incarnationOf(f, 'peer'),
  }),
  'guest.input': (f) => ({
    type: 'guest.input',
    position: counterOf(f, 'position'),
    kind: oneOf(f, 'kind', inputKinds),
    data: bytesOf(f, 'data'),
  }),
  'guest.output': (f) => ({
    type: 'guest.output',
    position: counterOf(f, 'position'),
    channel: oneOf(f, 'channel', channels),
    data: bytesOf(f, 'data'),
  }),
  'guest.copied': (f) => ({
    type: 'guest.copied',
    position: counterOf(f, 'position'),
    state: bytesOf(f, 'state'),
  }),
  'guest.saved': (f) => ({ type: 'guest.saved', result: oneOf(f, 'result', ['done', 'error']) }),
  'guest.loaded': (f) => ({
    type: 'guest.loaded',
    position: counterOf(f, 'position'),
    state: bytesOf(f, 'state'),
    open: openOf(f),
    offsets: offsetsOf(f),
  }),
  'guest.applied': (f) => ({
    type: 'guest.applied',
    seq: counterOf(f, 'seq'),
    output: madeOutput(f),
  }),
  'guest.diverged': (f) => ({
    type: 'guest.diverged',
    seq: counterOf(f, 'seq'),
    position: counterOf(f, 'position'),
  }),
  'channel.opened': (f) => ({
    type: 'channel.opened',
    connection: counterOf(f, 'connection'),
    peer: incarnationOf(f, 'peer'),
  }),
  'channel.arrived': (f) => ({
    type: 'channel.arrived',
    connection: counterOf(f, 'connection'),
    message: decodeMessage(fieldsOf(f, 'message')),
  }),
  'channel.closed': (f) => ({ type: 'channel.closed', connection: counterOf(f, 'connection') }),
  'datagram.arrived': (f) => ({
    type: 'datagram.arrived',
    message: decodeMessage(fieldsOf(f, 'message')),
  }),
  'arbiter.answered': (f) => ({
    type: 'arbiter.answered',
    nonce: counterOf(f, 'nonce'),
    record: recordOf(f),
  }),
  'arbiter.failed': (f) => ({ type: 'arbiter.failed', nonce: counterOf(f, 'nonce') }),
  'disk.answered': (f) => ({
    type: 'disk.answered',
    operation: counterOf(f, 'operation'),
    result: oneOf(f, 'result', ['done', 'fenced', 'error']),
  }),
  'clock.advanced': (f) => ({ type: 'clock.advanced', at: counterOf(f, 'at') }),
};

function openOf(fields: Fields): readonly OpenOperation[] {
  return listOf(fields, 'open').map((one) => ({
    operation: counterOf(one, 'operation'),
    data: bytesOf(one, 'data'),
  }));
}

function offsetsOf(fields: Fields): Offsets {
  const offsets = fieldsOf(fields, 'offsets');
  return {
    network: counterOf(offsets, 'network'),
    console: counterOf(offsets, 'console'),
    disk: counterOf(offsets, 'disk'),
  };
}

function envelope(fields: Fields): Pick<Message, 'vm' | 'epoch' | 'from'> {
  return {
    vm: textOf(fields, 'vm'),
    epoch: counterOf(fields, 'epoch'),
    from: incarnationOf(fields, 'from'),
  };
}

const messages: Messages = {
  hello: (f) => ({
    kind: 'hello',
    ...envelope(f),
    to: incarnationOf(f, 'to'),
    connection: counterOf(f, 'connection'),
    next: counterOf(f, 'next'),
    replaces: has(f, 'replaces') ? counterOf(f, 'replaces') : replacesNone,
    configuration: bytesOf(f, 'configuration'),
  }),
  welcome: (f) => ({ kind: 'welcome', ...envelope(f), next: counterOf(f, 'next') }),
  refuse: (f) => ({
    kind: 'refuse',
    ...envelope(f),
    code: oneOf(f, 'code', [
      'same-host',
      'wrong-vm',
      'wrong-incarnation',
      'wrong-connection',
      'configuration',
      'busy',
      'arbitrating',
      'superseded',
    ]),
  }),
  copy: (f) => ({
    kind: 'copy',
    ...envelope(f),
    position: counterOf(f, 'position'),
    state: bytesOf(f, 'state'),
    open: openOf(f),
    offsets: offsetsOf(f),
  }),
  ready: (f) => ({ kind: 'ready', ...envelope(f) }),
  entry: (f) => {
    const kind = textOf(f, 'entry');
    return {
      kind: 'entry',
      ...envelope(f),
      seq: counterOf(f, 'seq'),
      position: counterOf(f, 'position'),
      entry: entryKinds.find((one) => one === kind) ?? 'unknown',
      data: bytesOf(f, 'data'),
      watermark: counterOf(f, 'watermark'),
    };
  },
  acknowledge: (f) => ({
    kind: 'acknowledge',
    ...envelope(f),
    upto: counterOf(f, 'upto'),
    applied: counterOf(f, 'applied'),
  }),
  alive: (f) => ({
    kind: 'alive',
    ...envelope(f),
    seq: counterOf(f, 'seq'),
    watermark: counterOf(f, 'watermark'),
    applied: counterOf(f, 'applied'),
  }),
  diverged: (f) => ({ kind: 'diverged', ...envelope(f), seq: counterOf(f, 'seq') }),
  beat: (f) => ({ kind: 'beat', ...envelope(f), number: unsignedOf(f, 'number') }),
};

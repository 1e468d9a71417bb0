// One node under test, driven input by input, and the ways to bring it where a test begins.
// Every preamble uses public inputs only. Not a simulator: the test plays the world by hand.

import {
  type ArbiterRecord,
  type Channel,
  type Config,
  type Counter,
  createNode,
  type Effect,
  type Facts,
  type Incarnation,
  type Input,
  type Message,
  type NodeState,
  nextDue,
  observe,
  type Rules,
  standardPeriods,
  standardRules,
  step,
  toCounter,
  toIncarnation,
} from '../../impl/protocol/index.ts';
import { outputEntryData } from '../../impl/protocol/output-entry.ts';

export function name(text: string): Incarnation {
  const incarnation = toIncarnation(text);
  if (incarnation === undefined) throw new Error(`${text}: expected host#life`);
  return incarnation;
}

/** Any counter of any unit: tests write numbers. */
export function count<C extends Counter<string>>(value: number | bigint): C {
  return toCounter<C>(BigInt(value));
}

export const P: Incarnation = name('p#1');
export const B: Incarnation = name('b#1');
export const C: Incarnation = name('c#1');
export const vm = 'machine';
export const millisecond = 1_000_000n;
const configuration = new Uint8Array([7, 7]);

export interface Subject {
  give(input: Input): readonly Effect[];
  /** The code with which `input` is refused, or undefined. */
  refusal(input: Input): string | undefined;
  /** Moves the clock by so many milliseconds, in one step. */
  wait(milliseconds: number): readonly Effect[];
  /** Answers the outstanding request with the record that it proposed. */
  grant(): readonly Effect[];
  /** Answers the outstanding request with this record. */
  answer(record: ArbiterRecord | null): readonly Effect[];
  facts(): Facts;
  node(): NodeState;
  due(): bigint | null;
}

export interface SubjectOptions {
  readonly config?: Partial<Config>;
  readonly rules?: Partial<Rules>;
}

export function createSubject(self: Incarnation, options: SubjectOptions = {}): Subject {
  const config: Config = {
    vm,
    self,
    configuration,
    periods: standardPeriods,
    entriesMax: 4n,
    network: 'at-least-once',
    reconnect: false,
    at: count(0),
    ...options.config,
  };
  let node = createNode(config, { ...standardRules, ...options.rules });

  function give(input: Input): readonly Effect[] {
    const [next, effects, refusal] = step(node, input);
    if (refusal !== undefined) throw new Error(`${input.type}: refused with ${refusal}`);
    node = next;
    return effects;
  }

  function answer(record: ArbiterRecord | null): readonly Effect[] {
    const { request } = node;
    if (request === null) throw new Error('no request is outstanding');
    return give({ type: 'arbiter.answered', nonce: request.nonce, record });
  }

  return {
    give,
    answer,
    refusal: (input) => step(node, input)[2],
    wait: (milliseconds) => {
      const at = count<typeof node.now>(node.now + BigInt(milliseconds) * millisecond);
      return give({ type: 'clock.advanced', at });
    },
    grant: () => answer(node.request?.proposed ?? null),
    facts: () => observe(node),
    node: () => node,
    due: () => nextDue(node),
  };
}

/** A record; what is not said is as in `protected e2 P/B`. */
export function record(changes: {
  phase: 'off' | 'alone' | 'joining' | 'protected' | 'suspended';
  version?: number;
  epoch?: number;
  owner?: Incarnation;
  backup?: Incarnation;
  token?: number;
}): ArbiterRecord {
  const { phase, version = 3, epoch = 2, owner = P, backup = B, token = 1 } = changes;
  const head = {
    vm,
    version: count<ArbiterRecord['version']>(version),
    epoch: count<ArbiterRecord['epoch']>(epoch),
    token: count<ArbiterRecord['token']>(token),
    base: 0n,
    reason: 'protect',
  };
  if (phase === 'off' || phase === 'suspended')
    return { ...head, phase, owner: null, backup: null };
  if (phase === 'alone') return { ...head, phase, owner, backup: null };
  return { ...head, phase, owner, backup };
}

/** P powered on and live: `alone e1`. */
export function aloneOwner(options: SubjectOptions = {}): Subject {
  const subject = createSubject(P, options);
  subject.give({ type: 'manager.start' });
  subject.grant();
  subject.give({ type: 'disk.answered', operation: count(0), result: 'done' });
  return subject;
}

/** The number that the owner gives its channel to B in the pairing of epoch 2. */
export const connection = count<Counter<'connection'>>(2);

/** P with hello sent to B: `joining e2 P/B`. */
export function greetingOwner(options: SubjectOptions = {}): Subject {
  const subject = aloneOwner(options);
  subject.give({ type: 'manager.protect', peer: B });
  subject.grant();
  subject.give({ type: 'channel.opened', connection, peer: B });
  return subject;
}

/** P that sent its copy, at position 100, and records. */
export function recordingOwner(options: SubjectOptions = {}): Subject {
  const subject = greetingOwner(options);
  fromB(subject, { kind: 'welcome', next: count(1) });
  subject.give({ type: 'guest.copied', position: count(100), state: bytes('copy') });
  return subject;
}

/** P in `protected e2 P/B`, nothing recorded yet, with the answer to T4 read. */
export function protectedOwner(options: SubjectOptions = {}): Subject {
  const subject = recordingOwner(options);
  fromB(subject, { kind: 'ready' });
  subject.grant();
  return subject;
}

/** B that accepted P's hello of epoch 2. */
export function welcomedBackup(options: SubjectOptions = {}): Subject {
  const subject = createSubject(B, options);
  fromP(subject, hello());
  return subject;
}

/** B that restored P's copy at position 100 and said ready. */
export function readyBackup(options: SubjectOptions = {}): Subject {
  const subject = welcomedBackup(options);
  fromP(subject, copy());
  return subject;
}

/** What a message says, without its envelope. */
export type Body = Message extends infer One
  ? One extends Message
    ? Omit<One, 'vm' | 'epoch' | 'from'> & Partial<Pick<Message, 'vm' | 'epoch' | 'from'>>
    : never
  : never;

export function fromB(subject: Subject, body: Body, at = connection): readonly Effect[] {
  return subject.give({ type: 'channel.arrived', connection: at, message: enclose(B, body) });
}

export function fromP(subject: Subject, body: Body, at = connection): readonly Effect[] {
  return subject.give({ type: 'channel.arrived', connection: at, message: enclose(P, body) });
}

export function beatFrom(subject: Subject, from: Incarnation, epoch = 2): readonly Effect[] {
  const beat: Body = { kind: 'beat', number: 1n, epoch: count(epoch) };
  return subject.give({ type: 'datagram.arrived', message: enclose(from, beat) });
}

function enclose(from: Incarnation, body: Body): Message {
  return { vm, epoch: count<Message['epoch']>(2), from, ...body } as Message;
}

export function hello(changes: Partial<Body & { kind: 'hello' }> = {}): Body {
  return {
    kind: 'hello',
    to: B,
    connection,
    next: count(1),
    replaces: count(0),
    configuration,
    ...changes,
  };
}

export function copy(changes: Partial<Body & { kind: 'copy' }> = {}): Body {
  return {
    kind: 'copy',
    position: count(100),
    state: bytes('copy'),
    open: [],
    offsets: { network: count(0), console: count(0), disk: count(0) },
    ...changes,
  };
}

export function entry(seq: number, changes: Partial<Body & { kind: 'entry' }> = {}): Body {
  return {
    kind: 'entry',
    seq: count(seq),
    position: count(100 + seq),
    entry: 'input',
    data: bytes(`in ${seq}`),
    watermark: count(0),
    ...changes,
  };
}

/** What the guest of the owner made, at the offset (or, on disk, as the operation) that it has. */
export interface Made {
  readonly channel: Channel;
  readonly text: string;
  readonly at: number;
}

/** The entry of an output, with the data that a guest which makes the same output fits. */
export function outputEntry(
  seq: number,
  { channel, text, at }: Made,
  changes: Partial<Body & { kind: 'entry' }> = {},
): Body {
  const made = { seq: count<never>(seq), data: bytes(text) };
  const output =
    channel === 'disk'
      ? { channel, ...made, operation: count<never>(at) }
      : { channel, ...made, offset: count<never>(at) };
  return entry(seq, { entry: 'output', data: outputEntryData(output), ...changes });
}

export function guestInput(position: number, text = 'in'): Input {
  return { type: 'guest.input', position: count(position), kind: 'input', data: bytes(text) };
}

export function guestOutput(
  position: number,
  text: string,
  channel: 'network' | 'console' | 'disk' = 'network',
): Input {
  return { type: 'guest.output', position: count(position), channel, data: bytes(text) };
}

export function applied(
  seq: number,
  output: { channel: 'network' | 'console' | 'disk'; text: string } | null = null,
): Input {
  const made = output && { channel: output.channel, data: bytes(output.text) };
  return { type: 'guest.applied', seq: count(seq), output: made };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The texts of the outputs among `effects`, in order. */
export function emitted(effects: readonly Effect[]): string[] {
  const texts: string[] = [];
  for (const effect of effects) {
    if (effect.type === 'output.emit') texts.push(new TextDecoder().decode(effect.data));
  }
  return texts;
}

export function types(effects: readonly Effect[]): string[] {
  return effects.map(({ type }) => type);
}

/** The messages sent on the channel, in order. */
export function sent(effects: readonly Effect[]): Message[] {
  return effects.flatMap((effect) => (effect.type === 'channel.send' ? [effect.message] : []));
}

/** What the effects ask of the arbiter: the phase proposed, or `read`. */
export function asked(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.type !== 'arbiter.request') return [];
    const { action } = effect;
    return [action.type === 'read' ? 'read' : `${action.record.phase} e${action.record.epoch}`];
  });
}

export function reports(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => (effect.type === 'report' ? [effect.state] : []));
}

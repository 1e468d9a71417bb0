// The reference behind the adapter protocol, with one thing altered on its way: what a node is given, what it does, or
// what it refuses. For broken implementations whose fault is no decision of the reference. It breaks nothing itself.
// Spec: conformance.md, "Mutants".

import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { Effect, Input, Message, NodeName, Outcome, Record } from '../conformance/wire.ts';
import { runAdapter } from '../impl/host/adapter.ts';

/** One node's, begun anew at each reset. A cause that is undefined is the clock. */
export interface Alteration {
  /** What the node is given instead; undefined: it never hears of it. */
  given?(input: Input): Input | undefined;
  /** What it does instead. */
  does?(effects: readonly Effect[], cause: Input | undefined): readonly Effect[];
  /** The code of the refusal instead; undefined: none. */
  refused?(code: string | undefined, input: Input): string | undefined;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: {
    readonly node: string;
    readonly input: Input;
    readonly nodes: readonly NodeName[];
  };
}

interface Reply {
  readonly id?: number;
  readonly result?: Outcome & { readonly capabilities?: typeof capabilities };
  readonly error?: unknown;
}

const capabilities = { observe: true };

export async function serveAltered(create: (self: NodeName) => Alteration): Promise<void> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const served = runAdapter({ input, output });
  const replies = createInterface({ input: output })[Symbol.asyncIterator]();
  let alterations = new Map<string, Alteration>();
  let next: Outcome['next'] = null;

  async function ask(request: Request): Promise<Reply> {
    input.write(`${JSON.stringify(request)}\n`);
    const { value } = await replies.next();
    return JSON.parse(value ?? '{}');
  }

  async function answer(request: Request): Promise<Reply> {
    const { method, params } = request;
    if (method === 'step') return await step(request);
    if (method === 'reset') {
      alterations = new Map(params.nodes.map((one) => [one.name, create(one)]));
    }
    const reply = await ask(request);
    if (reply.result === undefined) return reply;
    // What is altered has no instants of its own: one advance goes to one deadline.
    if (method === 'hello') return { ...reply, result: { ...reply.result, capabilities } };
    if (method !== 'advance') return reply;
    return { ...reply, result: altered(reply.result, undefined, undefined) };
  }

  async function step(request: Request): Promise<Reply> {
    const { node, input: cause } = request.params;
    const alteration = alterations.get(node) ?? {};
    const given = alteration.given === undefined ? cause : alteration.given(cause);
    const reply =
      given === undefined
        ? { id: request.id, result: { effects: [], next } }
        : await ask({ ...request, params: { ...request.params, input: given } });
    if (reply.result === undefined) return reply;
    const { refused, ...result } = altered(reply.result, node, cause);
    const code = refused?.code;
    const told = alteration.refused === undefined ? code : alteration.refused(code, cause);
    return {
      ...reply,
      result: told === undefined ? result : { ...result, refused: { code: told } },
    };
  }

  function altered(result: Outcome, from: string | undefined, cause: Input | undefined): Outcome {
    const effects = [...alterations].flatMap(([node, alteration]) => {
      if (from !== undefined && from !== node) return [];
      const own = result.effects.filter((one) => one.node === node).map(({ effect }) => effect);
      const done = alteration.does === undefined ? own : alteration.does(own, cause);
      return done.map((effect) => ({ node, effect }));
    });
    next = result.next;
    return { ...result, effects };
  }

  for await (const line of createInterface({ input: process.stdin })) {
    const request: Request = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await answer(request))}\n`);
    if (request.method === 'bye') break;
  }
  process.exitCode = await served;
}

/** A decimal counter, so much larger. */
export function plus(counter: string, count: bigint): string {
  const sum = BigInt(counter) + count;
  return String(sum < 0n ? 0n : sum);
}

/** Base64 of the same length with another last byte. */
export function flipped(data: string): string {
  const bytes = Buffer.from(data, 'base64');
  const last = bytes.length - 1;
  if (last >= 0) bytes[last] = (bytes[last] ?? 0) ^ 1;
  return bytes.toString('base64');
}

/** The record that an effect would put, changed. */
export function inSwap(change: (record: Record) => Record): (effect: Effect) => Effect {
  return (effect) => {
    if (effect.type !== 'arbiter.request' || !('swap' in effect.action)) return effect;
    const { swap } = effect.action;
    return { ...effect, action: { swap: { ...swap, record: change(swap.record) } } };
  };
}

/** What an effect says to the peer, on the channel or beside it, changed. */
export function inMessage(change: (message: Message) => Message): (effect: Effect) => Effect {
  return (effect) => {
    if (effect.type !== 'channel.send' && effect.type !== 'datagram.send') return effect;
    return { ...effect, message: change(effect.message) };
  };
}

/** The record that an effect would put, if it puts one. */
export function swapOf(effect: Effect): Record | undefined {
  if (effect.type !== 'arbiter.request' || !('swap' in effect.action)) return undefined;
  return effect.action.swap.record;
}

/** What an effect says on the channel, if it says something. */
export function saidBy(effect: Effect): Message | undefined {
  return effect.type === 'channel.send' ? effect.message : undefined;
}

type Emission = Extract<Effect, { readonly type: 'output.emit' }>;

/** Outputs to the network and the console that a guest made, live or replaying, and that have not left here. */
export interface Outputs {
  given(input: Input): void;
  done(effects: readonly Effect[]): void;
  waiting(): readonly Emission[];
}

export function createOutputs(): Outputs {
  const offsets = { network: 0, console: 0 };
  let waiting: Emission[] = [];
  return {
    given(input) {
      const made = input.type === 'guest.applied' ? input.output : input;
      if (made === undefined || !('channel' in made) || made.channel === 'disk') return;
      const { channel, data } = made;
      waiting.push({ type: 'output.emit', channel, data, offset: String(offsets[channel]) });
      offsets[channel] += Buffer.from(data, 'base64').length;
    },
    done(effects) {
      for (const effect of effects) {
        if (effect.type !== 'output.emit') continue;
        const { channel, offset } = effect;
        waiting = waiting.filter((one) => one.channel !== channel || one.offset !== offset);
      }
    },
    waiting: () => waiting,
  };
}

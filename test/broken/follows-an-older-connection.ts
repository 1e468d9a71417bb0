// Breaks pairing.hello-connection-number: a hello on a former connection is taken for one on the next.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import type { Effect, Input } from '../../conformance/wire.ts';
import { plus, serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  /** Of each host. */
  const highest = new Map<string, bigint>();
  /** The number that a former connection is taken for, and its own. */
  let taken: readonly [string, string] | undefined;

  function given(input: Input): Input {
    if (input.type !== 'channel.arrived' || input.message.kind !== 'hello') return input;
    const { connection, message } = input;
    const before = highest.get(message.from) ?? 0n;
    if (BigInt(connection) >= before) {
      highest.set(message.from, BigInt(connection));
      return input;
    }
    const later = plus(String(before), 1n);
    taken = [later, connection];
    return { ...input, connection: later, message: { ...message, connection: later } };
  }

  function named(effect: Effect): Effect {
    const isOfTaken = effect.type === 'channel.send' && effect.connection === taken?.[0];
    return isOfTaken ? { ...effect, connection: taken?.[1] ?? effect.connection } : effect;
  }

  return { given, does: (effects) => effects.map(named) };
});

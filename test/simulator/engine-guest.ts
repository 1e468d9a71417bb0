// The real guest: the key-value program on the engine, recorded and replayed, as a driver of the
// simulator. The binding to the engine is the shell's own; only the order of asking is here.

import { createEngineGuest as createEngine } from '../../impl/host/engine-guest.ts';
import { type Counter, type Input, toCounter } from '../../impl/protocol/index.ts';
import { createKvMachine } from '../machine/kv-guest.ts';
import type { ApplyOutcome, GuestDriver, GuestEvent, GuestImage } from './guest-driver.ts';

/** Steps that a replay may take to reach one entry, beyond which the guest counts as lost. */
const replayStepsMax = 5_000_000;

/** Commands for the guest: it is asked for what it was told, so that its answers depend on all. */
export function kvCommand(ordinal: number): Uint8Array {
  const key = `k${ordinal % 7}`;
  const text = ordinal % 3 === 0 ? `get ${key}\n` : `set ${key} ${ordinal}\n`;
  return new TextEncoder().encode(text);
}

export function createEngineGuest(): GuestDriver {
  let now = 0n;
  let isLive = false;
  const engine = createEngine({ boot: createKvMachine, hostClock: () => now });

  function goLive(): void {
    if (isLive) return;
    const failure = engine.carry({ type: 'guest.run' });
    if (failure !== undefined) throw new Error(failure.message);
    isLive = true;
  }

  /** Held, it takes along what it has not told. */
  function copy(): GuestImage {
    engine.carry({ type: 'guest.hold' });
    engine.carry({ type: 'guest.copy' });
    const copied = engine.next(0);
    if (copied?.type !== 'guest.copied') throw new Error('engine: no copy was made');
    if (isLive) engine.carry({ type: 'guest.run' });
    return { position: copied.position, state: copied.state };
  }

  function restore(position: bigint, state: Uint8Array): void {
    const restored = toCounter<Counter<'position'>>(position);
    const failure = engine.carry({ type: 'guest.restore', position: restored, state });
    if (failure !== undefined) throw new Error(failure.message);
  }

  return {
    position: () => engine.position,
    digest: () => Buffer.from(engine.digest() ?? []).toString('hex'),
    run(stepsMax, timeStamp) {
      now = timeStamp();
      goLive();
      return toEvent(engine.next(stepsMax));
    },
    pending: () => (isLive ? toEvent(engine.next(0)) : null),
    isAllTold: () => engine.untold === 0,
    inject({ data }) {
      goLive();
      return engine.receive(data) ? toEvent(engine.next(0)) : null;
    },
    copy,
    restore,
    apply(entry): ApplyOutcome {
      engine.carry({ type: 'guest.apply', entry });
      const outcome = engine.next(replayStepsMax);
      if (outcome?.type === 'guest.applied') return { type: 'applied', output: outcome.output };
      if (outcome?.type === 'guest.diverged') {
        return { type: 'diverged', position: outcome.position };
      }
      throw new Error(`engine: entry ${entry.seq} was not reached in ${replayStepsMax} steps`);
    },
  };
}

function toEvent(input: Input | undefined): GuestEvent | null {
  if (input === undefined) return null;
  if (input.type === 'guest.input') {
    const { position, kind, data } = input;
    return { type: 'input', position, kind, data };
  }
  if (input.type === 'guest.output') {
    const { position, channel, data } = input;
    return { type: 'output', position, channel, data };
  }
  throw new Error(`engine: a running guest gave ${input.type}`);
}

// The hash-chain guest: its state is a digest of all inputs in order with their positions, and its
// program acts by that digest. An output names all inputs since the output before and the digest
// that they led to, so that who sees the outputs can recompute the chain: an input that was lost,
// doubled, moved or altered on the way shows in the bytes.

import { createHash } from 'node:crypto';
import { type Channel, completedOperation, type ReplayEntry } from '../../impl/protocol/index.ts';
import type { ApplyOutcome, GuestDriver, GuestEvent, GuestImage } from './guest-driver.ts';

export const firstDigest: string = createHash('sha256').update('hash guest').digest('hex');

/** Writes of the guest that may be open at once; two open ones never touch the same block. */
const operationsOpenMax = 3;
export const blocks = 8;

interface State {
  position: bigint;
  digest: string;
  /** Outputs made, on all channels. */
  outputs: number;
  operations: number;
  /** Bytes made on each byte channel. */
  network: number;
  console: number;
  open: number[];
  /** Inputs since the last output. */
  since: string[];
}

export interface HashGuestOptions {
  /** Of 256 steps, how many act; more makes a denser log. */
  readonly density?: number;
}

export function createHashGuest(options: HashGuestOptions = {}): GuestDriver {
  const density = options.density ?? 128;
  let state: State = {
    position: 0n,
    digest: firstDigest,
    outputs: 0,
    operations: 0,
    network: 0,
    console: 0,
    open: [],
    since: [],
  };

  function absorb(kind: string, data: Uint8Array): void {
    const line = inputLine(state.position, kind, data);
    state.digest = chain(state.digest, line);
    state.since.push(line);
    if (kind !== 'completion') return;
    const completed = completedOperation(data);
    if (!state.open.some((operation) => BigInt(operation) === completed)) {
      throw new Error(`hash guest: operation ${completed} was completed and is not open`);
    }
    state.open = state.open.filter((operation) => BigInt(operation) !== completed);
  }

  function produce(channel: Channel): Uint8Array {
    state.outputs += 1;
    if (channel === 'disk') {
      state.operations += 1;
      state.open.push(state.operations);
    }
    const text = outputText(state, channel);
    if (channel !== 'disk') state[channel] += text.length;
    state.digest = chain(state.digest, outputLine(state.outputs, state.position));
    state.since = [];
    return new TextEncoder().encode(text);
  }

  function copy(): GuestImage {
    const text = JSON.stringify(state, bigintToText);
    return { position: state.position, state: new TextEncoder().encode(text) };
  }

  function restore(position: bigint, copied: Uint8Array): void {
    const restored: State = JSON.parse(new TextDecoder().decode(copied));
    state = { ...restored, position: BigInt(restored.position) };
    if (state.position !== position) throw new Error('hash guest: the copy is of another position');
  }

  /** What the program does at the present position, by the digest alone. */
  function action(): Channel | 'time-stamp' | null {
    const at = Number(state.position % 29n) * 2;
    const byte =
      Number.parseInt(state.digest.slice(at, at + 2), 16) ^ Number(state.position & 255n);
    if (byte >= density) return null;
    const share = byte % 8;
    if (share < 3) return 'network';
    if (share < 5) return 'console';
    if (share === 5) return 'time-stamp';
    return mayWrite() ? 'disk' : null;
  }

  /** The next write touches no block that an open one touches. */
  function mayWrite(): boolean {
    const [oldest = state.operations + 1] = state.open;
    return state.open.length < operationsOpenMax && state.operations + 1 - oldest < blocks;
  }

  return {
    position: () => state.position,
    digest: () => `${state.position} ${state.digest} ${state.open.join()}`,
    copy,
    restore,
    run(stepsMax, timeStamp): GuestEvent | null {
      for (let steps = 0; steps < stepsMax; steps += 1) {
        state.position += 1n;
        const { position } = state;
        const act = action();
        if (act === null) continue;
        if (act !== 'time-stamp') {
          return { type: 'output', position, channel: act, data: produce(act) };
        }
        const data = new TextEncoder().encode(`${timeStamp()}`);
        absorb('time-stamp', data);
        return { type: 'input', position, kind: 'time-stamp', data };
      }
      return null;
    },
    pending: () => null,
    isAllTold: () => true,
    inject({ kind, data }) {
      absorb(kind, data);
      return { type: 'input', position: state.position, kind, data };
    },
    apply(entry): ApplyOutcome {
      const diverged = { type: 'diverged', position: state.position } as const;
      const isOperation = entry.kind === 'output' || entry.kind === 'time-stamp';
      if (entry.kind === 'yield') return { type: 'applied', output: null };
      if (entry.position < state.position) return diverged;
      let act: Channel | 'time-stamp' | null = null;
      while (state.position < entry.position && act === null) {
        state.position += 1n;
        act = action();
      }
      const isThere = state.position === entry.position && (act !== null) === isOperation;
      return isThere ? consume(entry, act) : { type: 'diverged', position: state.position };
    },
  };

  function consume(entry: ReplayEntry, act: Channel | 'time-stamp' | null): ApplyOutcome {
    const isStamp = act === 'time-stamp';
    if (act === null || isStamp) {
      if (isStamp !== (entry.kind === 'time-stamp')) return diverged();
      absorb(entry.kind, entry.data);
      return { type: 'applied', output: null };
    }
    if (entry.kind !== 'output') return diverged();
    return { type: 'applied', output: { channel: act, data: produce(act) } };
  }

  function diverged(): ApplyOutcome {
    return { type: 'diverged', position: state.position };
  }
}

export function chain(digest: string, line: string): string {
  return createHash('sha256').update(`${digest}\n${line}`).digest('hex');
}

export function outputLine(ordinal: number, position: bigint): string {
  return `${position} output ${ordinal}`;
}

function inputLine(position: bigint, kind: string, data: Uint8Array): string {
  return `${position} ${kind} ${createHash('sha256').update(data).digest('hex').slice(0, 16)}`;
}

/** Ordinal, position, channel, block, digest, and the inputs since the output before. */
function outputText(state: State, channel: Channel): string {
  const block = channel === 'disk' ? state.operations % blocks : 0;
  const head = `${state.outputs} ${state.position} ${channel} ${block} ${state.digest}`;
  return `${head} ${state.since.join(',')};`;
}

function bigintToText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

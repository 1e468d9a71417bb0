// Two engine guests as a pairing of owner and backup sees them, without a node between them: what
// the owner's guest does becomes numbered entries, and the backup's applies them.

import {
  createEngineGuest,
  type EngineGuest,
  type GuestFailure,
} from '../../impl/host/engine-guest.ts';
import {
  type Counter,
  type Input,
  type ReplayEntry,
  toCounter,
} from '../../impl/protocol/index.ts';
import { outputEntryData } from '../../impl/protocol/output-entry.ts';
import { bytesToText, createKvMachine } from '../machine/kv-guest.ts';

export type Copied = Extract<Input, { type: 'guest.copied' }>;

export const slice = 100_000;

export function createGuest(hostClock: () => bigint = createSteadyClock()): EngineGuest {
  return createEngineGuest({ boot: createKvMachine, hostClock });
}

/** A clock that moves by 1000 units at each reading. */
export function createSteadyClock(): () => bigint {
  let now = 0n;
  return () => {
    now += 1000n;
    return now;
  };
}

/** Everything the guest does, `stepsMax` steps at a time, until it does nothing for long. */
export function drain(guest: EngineGuest, stepsMax = slice): Input[] {
  const inputs: Input[] = [];
  let quietSteps = 0;
  while (quietSteps < slice) {
    const input = guest.next(stepsMax);
    quietSteps = input === undefined ? quietSteps + stepsMax : 0;
    if (input !== undefined) inputs.push(input);
  }
  return inputs;
}

export function createRunningGuest(): EngineGuest {
  const guest = createGuest();
  guest.carry({ type: 'guest.run' });
  drain(guest);
  return guest;
}

export function copyOf(guest: EngineGuest): Copied {
  guest.carry({ type: 'guest.copy' });
  const copied = guest.next(0);
  if (copied?.type !== 'guest.copied') throw new Error(`no copy, but ${copied?.type}`);
  return copied;
}

export function restore(guest: EngineGuest, { position, state }: Copied): GuestFailure | undefined {
  return guest.carry({ type: 'guest.restore', position, state });
}

/** Numbers what needs an entry, from 1, as the node of the owner does; `offset` is that of the
 *  console at the first. */
export function toEntries(inputs: readonly Input[], offset = bannerBytes): ReplayEntry[] {
  let consoleOffset = BigInt(offset);
  return inputs.map((input, index) => {
    const seq = toCounter<Counter<'sequence'>>(BigInt(index + 1));
    if (input.type === 'guest.input') {
      const { position, kind, data } = input;
      return { seq, position, kind, data };
    }
    if (input.type !== 'guest.output') throw new Error(`${input.type} has no entry`);
    const { position, data } = input;
    const payload = outputEntryData({
      channel: 'console',
      offset: toCounter<Counter<'offset'>>(consoleOffset),
      seq,
      data,
    });
    consoleOffset += BigInt(data.length);
    return { seq, position, kind: 'output', data: payload };
  });
}

/** What the guest says when it has booted. */
const bannerBytes = 'kv ready, type help\r\n'.length;

export function outputText(inputs: readonly Input[]): string {
  return inputs.map((one) => (one.type === 'guest.output' ? bytesToText(one.data) : '')).join('');
}

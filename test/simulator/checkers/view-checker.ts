// The client's view: all outputs that ever left, wherever they came from, are outputs of one legal
// machine. It knows the hash guest's way of speaking, and of the system nothing.

import { chain, firstDigest, outputLine } from '../hash-guest.ts';
import type { Watcher } from '../watcher.ts';

interface Output {
  readonly text: string;
  readonly position: bigint;
  readonly digest: string;
  readonly since: readonly string[];
}

/** Sees the network, the console and the disk. */
export function createViewChecker(): Watcher {
  /** By ordinal: what the n-th output of the machine was. */
  const outputs = new Map<number, Output>();
  /** By channel and offset: which bytes stand there. */
  const stream = new Map<string, string>();
  let last = 0;

  function see(data: Uint8Array): string | null {
    const text = new TextDecoder().decode(data);
    const [, ordinalText = '', position = '', digest = '', since = ''] = form.exec(text) ?? [];
    if (ordinalText === '') return `no output of this guest: ${text}`;
    const ordinal = Number(ordinalText);
    const known = outputs.get(ordinal);
    if (known !== undefined) {
      return known.text === text ? null : `output ${ordinal} was ${known.text}, now ${text}`;
    }
    const inputs = since.split(',').filter((line) => line !== '');
    outputs.set(ordinal, { text, position: BigInt(position), digest, since: inputs });
    last = Math.max(last, ordinal);
    return checkChain(ordinal) ?? checkChain(ordinal + 1);
  }

  /** An output follows from the one before and the inputs that it names. */
  function checkChain(ordinal: number): string | null {
    const output = outputs.get(ordinal);
    const before = outputs.get(ordinal - 1);
    if (output === undefined || (before === undefined && ordinal !== 1)) return null;
    let digest =
      before === undefined
        ? firstDigest
        : chain(before.digest, outputLine(ordinal - 1, before.position));
    for (const line of output.since) digest = chain(digest, line);
    return digest === output.digest
      ? null
      : `output ${ordinal} does not follow from the one before`;
  }

  return {
    name: 'view',
    emitted({ channel, offset, data }) {
      const place = `${channel} ${offset}`;
      const text = new TextDecoder().decode(data);
      const known = stream.get(place);
      stream.set(place, text);
      if (known !== undefined && known !== text) return `${place} was ${known}, now ${text}`;
      return see(data);
    },
    blockChanged: see,
    finished({ isSettled, facts, network }) {
      const isLive = facts().some(({ role, gate }) => role === 'owner' && gate !== 'shut');
      if (!isSettled || !isLive || network === 'may-be-lost') return null;
      for (let ordinal = 1; ordinal <= last; ordinal += 1) {
        if (!outputs.has(ordinal)) return `output ${ordinal} of ${last} never came out`;
      }
      return null;
    },
  };
}

/** Ordinal, position, channel, block, digest, inputs since the output before. */
const form = /^(\d+) (\d+) \w+ \d+ (\w+) (.*);$/;

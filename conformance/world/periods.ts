// Virtual time in a node case: advancing to a deadline while the scripted peer keeps what it must
// alive. The deadline named passes, and no other that the peer can prevent.
// Spec: conformance.md, "Time".

import type { DeadlineName } from '../case.ts';
import type { View } from '../monitors/view.ts';
import type { Instant, Parameters } from '../wire.ts';

const milliseconds = (count: bigint): Instant => String(count * 1_000_000n);

/** Far apart, so that one deadline passes without the next; no two coincide. What is asked again after
 *  R comes last: a joining or a yield in which nothing is outstanding does not need it. */
export const nodeParameters: Parameters = {
  beatInterval: milliseconds(200n),
  aliveInterval: milliseconds(230n),
  beatTimeout: milliseconds(650n),
  channelTimeout: milliseconds(1_170n),
  arbiterRetry: milliseconds(7_010n),
  joinTimeout: milliseconds(3_070n),
  yieldTimeout: milliseconds(5_030n),
  // No case lasts a day: only those that name another lag are about it.
  lagMax: milliseconds(86_400_000n),
  entriesMax: '64',
  network: 'at-least-once',
  configuration: Buffer.from('configuration of the suite').toString('base64'),
};

/** How far a stimulus `deadline.passed` advances the clock. */
export function deadlineSpan(name: DeadlineName, parameters: Parameters): bigint {
  const interval = BigInt(parameters.beatInterval);
  switch (name) {
    case 'beat':
      return interval;
    case 'alive':
      return BigInt(parameters.aliveInterval);
    case 'beat-timeout':
      return BigInt(parameters.beatTimeout) + interval;
    case 'channel-timeout':
      return BigInt(parameters.channelTimeout) + interval;
    case 'retry':
      return BigInt(parameters.arbiterRetry);
    case 'join':
      return BigInt(parameters.joinTimeout);
    case 'yield':
      return BigInt(parameters.yieldTimeout);
  }
}

export type Path = 'channel' | 'datagram';

/** Which paths of the scripted peer have fallen silent, by the case's own deadlines. */
export interface Silence {
  begin(name: DeadlineName, view: View): void;
  /** The peer was heard on a path by a stimulus of the case. */
  end(path: Path): void;
  /** When the peer must next be heard on a path, so that no other deadline passes. */
  keepAliveAt(path: Path, view: View): bigint | undefined;
}

export function createSilence(): Silence {
  const silent = new Set<Path>();
  return {
    begin(name, view) {
      if (!view.watching) return;
      if (name === 'beat-timeout') silent.add('datagram');
      if (name === 'channel-timeout') silent.add('channel');
    },
    end: (path) => silent.delete(path),
    keepAliveAt(path, view) {
      if (!view.watching || silent.has(path)) return undefined;
      const { beatTimeout, channelTimeout, beatInterval } = view.parameters;
      const margin = BigInt(beatInterval) / 2n;
      if (path === 'datagram') return view.heardDatagramAt + BigInt(beatTimeout) - margin;
      return view.heardChannelAt + BigInt(channelTimeout) - margin;
    },
  };
}

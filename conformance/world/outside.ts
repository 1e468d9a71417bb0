// The outside world: what it has seen on each channel, whoever emitted it.
// A byte seen again must be the same byte, and no byte may be skipped but on a network that may lose some.
// Spec: protocol.md, "Output".

import type { Finding } from '../monitors/monitor.ts';
import type { Effect } from '../wire.ts';
import { fromBytes } from './symbols.ts';

export interface Outside {
  emit(effect: Extract<Effect, { type: 'output.emit' }>): Finding[];
}

export function createOutside(mayLoseOnNetwork = false): Outside {
  const seen = new Map<string, (number | undefined)[]>();
  return {
    emit({ channel, offset, data }) {
      const stream = seen.get(channel) ?? [];
      seen.set(channel, stream);
      const at = Number(offset);
      const mayLose = mayLoseOnNetwork && channel === 'network';
      if (at > stream.length && !mayLose) {
        return [finding('gap', `${channel} goes on at ${stream.length}`, `emission at ${at}`)];
      }
      while (stream.length < at) stream.push(undefined);
      for (const [index, byte] of fromBytes(data).entries()) {
        const known = stream[at + index];
        if (known === undefined) stream[at + index] = byte;
        else if (known !== byte) {
          const expected = `byte ${at + index} of ${channel} is ${known}, as it was seen`;
          return [finding('not-identical', expected, String(byte))];
        }
      }
      return [];
    },
  };
}

function finding(code: string, expected: string, actual: string): Finding {
  return { reason: `output.byte-stream-offset#${code}`, expected, actual };
}

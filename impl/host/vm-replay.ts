// Replays a log file on a fresh machine and says how it ended.
// It emits what the guest put out only for the reader to see: nothing here is a live machine.
// Spec: replay.md, "Replaying" and "Divergence".

import { bytesToHex } from '../base/hex.ts';
import type { Machine } from '../machine/index.ts';
import {
  type CodecError,
  createReplayer,
  type Divergence,
  divergenceToText,
  type LogEntry,
  type Replayer,
} from '../replay/index.ts';
import { DataError, type LogSource } from './vm-files.ts';

export interface ReplayReport {
  readonly result: 'complete' | 'divergence' | 'damaged' | 'refused';
  readonly message: string;
  readonly entries: number;
  readonly position: bigint;
  readonly tornBytes: number;
  readonly outputBytes: number;
  readonly digest: string;
  readonly divergence?: Divergence;
}

export function replayLog(
  machine: Machine,
  log: LogSource,
  onOutput: (bytes: Uint8Array) => void,
): ReplayReport {
  checkStart(machine, log);
  let replayer: Replayer | undefined;
  let entries = 0;
  let outputBytes = 0;
  const report = (result: ReplayReport['result'], message: string): ReplayReport => {
    const { position } = machine;
    const digest = bytesToHex(machine.digest());
    return { result, message, entries, position, tornBytes: log.tornBytes, outputBytes, digest };
  };

  /** What ends the replay at this entry, if anything does. */
  function apply(entry: LogEntry): ReplayReport | undefined {
    replayer ??= createReplayer(machine, { epoch: entry.epoch, seqNext: entry.seq });
    const pushed = replayer.push(entry);
    if (pushed.kind !== 'accepted') {
      return report('refused', `entry ${entry.seq} after ${entries} others: ${pushed.kind}`);
    }
    const { stop, outputs } = replayer.run(Number.MAX_SAFE_INTEGER);
    for (const { bytes } of outputs) {
      outputBytes += bytes.length;
      onOutput(bytes);
    }
    if (stop.kind === 'divergence') {
      return { ...report('divergence', divergenceToText(stop)), divergence: stop };
    }
    entries += 1;
    return undefined;
  }

  for (;;) {
    const { entries: next, error } = log.next();
    for (const entry of next) {
      const end = apply(entry);
      if (end !== undefined) return end;
    }
    if (error !== undefined) return report('damaged', damageToText(error));
    if (log.hasEnded) return report('complete', 'every entry was replayed');
  }
}

function checkStart(machine: Machine, log: LogSource): void {
  const [expected, found] = [bytesToHex(log.header.digest), bytesToHex(machine.digest())];
  if (log.header.position === machine.position && expected === found) return;
  const remedy = 'give the image and the memory size it was recorded with';
  throw new DataError(`the log starts from state ${expected}, this machine is ${found}: ${remedy}`);
}

function damageToText(error: CodecError): string {
  return `${error.message}; the entries before it were replayed`;
}

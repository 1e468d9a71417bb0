// The reference's machine behind the adapter protocol, with one thing altered on its way: what it is told, or what it
// answers. For broken implementations; it breaks nothing itself. Spec: conformance.md, "Mutants".

import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { MachineAction, MachineResult } from '../conformance/wire.ts';
import { runAdapter } from '../impl/host/adapter.ts';
import {
  bigintToEpoch,
  bigintToPosition,
  bigintToSequence,
  bytesToLog,
  entryToBytes,
  type LogEntry,
  logHeaderToBytes,
  placeEntry,
} from '../impl/replay/index.ts';

/** Of one machine: begun anew at each boot. */
export interface MachineAlteration {
  /** What it is told instead. */
  given?(action: MachineAction): MachineAction;
  /** What it answers instead. */
  does?(result: MachineResult, action: MachineAction): MachineResult;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: MachineAction;
}

export async function serveAlteredMachine(create: () => MachineAlteration): Promise<void> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const served = runAdapter({ input, output });
  const replies = createInterface({ input: output })[Symbol.asyncIterator]();
  let alteration: MachineAlteration = {};

  async function ask(request: Request): Promise<{ readonly result?: MachineResult }> {
    input.write(`${JSON.stringify(request)}\n`);
    const { value } = await replies.next();
    return JSON.parse(value ?? '{}');
  }

  async function answer(request: Request): Promise<object> {
    const { method, params: action } = request;
    if (method !== 'machine') return await ask(request);
    if (action.type === 'boot') alteration = create();
    const { given, does } = alteration;
    const reply = await ask(given === undefined ? request : { ...request, params: given(action) });
    if (does === undefined || reply.result === undefined) return reply;
    return { ...reply, result: does(reply.result, action) };
  }

  for await (const line of createInterface({ input: process.stdin })) {
    const request: Request = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await answer(request))}\n`);
    if (request.method === 'bye') break;
  }
  process.exitCode = await served;
}

/** Every entry of what is logged, changed; undefined: it is not logged. */
export function inLog(
  change: (entry: LogEntry) => LogEntry | undefined,
): (result: MachineResult) => MachineResult {
  return (result) =>
    result.log === undefined ? result : { ...result, log: changed(result.log, change) };
}

/** Every entry that is to be replayed, changed. */
export function inPush(
  change: (entry: LogEntry) => LogEntry,
): (action: MachineAction) => MachineAction {
  return (action) =>
    action.type === 'push' ? { ...action, frames: changed(action.frames, change) } : action;
}

/** The divergence did not happen where `isIgnored` says so: its entry is consumed. */
export function undiverged(
  isIgnored: (divergence: NonNullable<MachineResult['divergence']>) => boolean,
): (result: MachineResult) => MachineResult {
  return (result) => {
    const { divergence, ...rest } = result;
    if (divergence === undefined || !isIgnored(divergence)) return result;
    return { ...rest, stop: 'starved', consumed: divergence.seq };
  };
}

/** A refusal of this code is none. */
export function unrefused(code: string): (result: MachineResult) => MachineResult {
  return (result) => {
    const { refused, ...rest } = result;
    return refused?.code === code ? rest : result;
  };
}

/** A decimal counter, so much larger; absent it stays. */
export function moved(counter: string | undefined, steps: bigint): { position?: string } {
  return counter === undefined ? {} : { position: String(BigInt(counter) + steps) };
}

/** The entry so many steps later. */
export function at(entry: LogEntry, steps: bigint): LogEntry {
  return { ...entry, position: bigintToPosition(entry.position + steps) };
}

/** The log of one reading of the time. */
export function timeStampEntry(position: string): string {
  const place = {
    epoch: bigintToEpoch(1n),
    seq: bigintToSequence(1n),
    position: bigintToPosition(BigInt(position)),
  };
  const entry = placeEntry({ kind: 'time-stamp', payload: { value: 0n } }, place);
  return Buffer.from(entryToBytes(entry)).toString('base64');
}

/** A digest, otherwise for every salt. */
export function salted(digest: string, salt: number): string {
  return createHash('sha256').update(`${digest} ${salt}`).digest('base64');
}

function changed(base64: string, change: (entry: LogEntry) => LogEntry | undefined): string {
  const header = logHeaderToBytes({ position: 0n, digest: new Uint8Array(32) });
  const bytes = Buffer.from(base64, 'base64');
  const read = bytesToLog(Buffer.concat([header, bytes]));
  if (read.kind !== 'log' || read.error !== undefined || read.tornBytes > 0) return base64;
  const made = read.entries.flatMap((entry) => change(entry) ?? []).map(entryToBytes);
  return Buffer.concat(made).toString('base64');
}

// Plays a machine case: has the adapter's machine do one thing after the other, and compares each
// answer with what the case says. What runs is determined to the byte, so there is one right log.
// Spec: conformance.md, "The machine".

import type { Adapter } from '../adapter.ts';
import type { Case, Step } from '../case.ts';
import { BadInputError } from '../verdict.ts';
import type { MachineAction, MachineResult } from '../wire.ts';
import type { Played } from '../world/play-node.ts';
import { compareAnswer } from './answer.ts';
import {
  type BootGiven,
  type CheckGiven,
  type Damage,
  isMachineGiven,
  type MachineGiven,
  type PushGiven,
} from './case.ts';
import { codeToImage, hexToBytes } from './image.ts';
import { entryToFrame, headerToBytes } from './log.ts';

/** What the case has come to: marks, what was recorded, and the numbers that entries follow. */
interface Stage {
  readonly marks: Map<string, Uint8Array>;
  recorded: Buffer;
  left: Buffer;
  snapshot: Buffer;
  epoch: number;
  seq: number;
}

export async function playMachineCase(adapter: Adapter, played: Case): Promise<Played> {
  const stage: Stage = {
    marks: new Map(),
    recorded: Buffer.alloc(0),
    left: Buffer.alloc(0),
    snapshot: Buffer.alloc(0),
    epoch: 1,
    seq: 1,
  };
  let count = 0;
  for (const step of played.steps) {
    count += 1;
    const [first, ...rest] = await playStep(adapter, stage, step);
    if (first === undefined) continue;
    const clause = step.clauses?.[0] ?? played.clauses[0] ?? '';
    const { code, expected, actual } = first;
    const reason = `${clause}#${code}`;
    const other = rest.map((one) => `${clause}#${one.code}`);
    const failure = { reason, step: count, expected, actual, other, story: [] };
    return { failure, steps: count, story: [] };
  }
  return { failure: undefined, steps: count, story: [] };
}

async function playStep(adapter: Adapter, stage: Stage, { give, answer = {} }: Step) {
  if (!isMachineGiven(give)) throw new BadInputError(`a machine case gives no ${give.type}`);
  const result = await adapter.machine(actionOf(stage, give));
  const place = { epoch: stage.epoch, seq: stage.seq };
  keep(stage, give, result);
  const differences = compareAnswer(answer, result, { place, digestOf: markOf(stage) });
  const isTaken = answer.refused !== undefined || result.refused === undefined;
  if (isTaken) return differences;
  const actual = `refused ${result.refused?.code}`;
  return [{ code: 'refused', expected: 'refused null', actual }, ...differences];
}

function actionOf(stage: Stage, give: MachineGiven): MachineAction {
  switch (give.type) {
    case 'machine.boot':
      return bootOf(give);
    case 'machine.restore':
      return { type: 'restore', snapshot: base64(damage(stage.snapshot, give)) };
    case 'machine.snapshot':
      return { type: 'snapshot' };
    case 'machine.observe':
      return { type: 'observe' };
    case 'machine.power-off':
      return { type: 'power-off' };
    case 'machine.digest':
      return { type: 'digest' };
    case 'machine.record':
    case 'machine.live':
      begin(stage, give);
      return {
        type: give.type === 'machine.live' ? 'live' : 'record',
        epoch: String(give.epoch),
        next: String(give.next ?? 1),
        clock: String(give.clock),
      };
    case 'machine.replay':
      begin(stage, give);
      return { type: 'replay', epoch: String(give.epoch), next: String(give.next ?? 1) };
    case 'machine.run': {
      const clock = give.clock === undefined ? {} : { clock: String(give.clock) };
      return { type: 'run', steps: String(give.steps), ...clock };
    }
    case 'machine.input': {
      const data = base64(Buffer.from(give.text, 'latin1'));
      return { type: 'input', channel: give.channel ?? 0, data };
    }
    case 'machine.check':
      return { type: 'check', header: base64(headerOf(stage, give)) };
    case 'machine.push':
      return { type: 'push', frames: base64(framesOf(stage, give)) };
  }
}

function bootOf({ code, image, memory = 1 }: BootGiven): MachineAction {
  const bytes = code === undefined ? hexToBytes(image ?? '') : codeToImage(hexToBytes(code));
  return { type: 'boot', image: base64(bytes), memory: String(memory * 1024 * 1024) };
}

function begin(stage: Stage, { epoch, next = 1 }: { epoch: number; next?: number }): void {
  stage.epoch = epoch;
  stage.seq = next;
}

function headerOf(stage: Stage, give: CheckGiven): Buffer {
  const { of, position = 0, version = 1, reserved = 0 } = give;
  const digest = markOf(stage)(of);
  return damage(headerToBytes({ version, reserved, position, digest }), give);
}

/** Entries without a number of their own follow one another. */
function framesOf(stage: Stage, give: PushGiven): Buffer {
  const { entries = [], recorded, raw = '', rest, cut = 0 } = give;
  const before = rest === true ? stage.left : Buffer.alloc(0);
  const log = recorded === true ? stage.recorded : Buffer.alloc(0);
  const frames = entries.map((entry) => {
    const made = entryToFrame(entry, stage, markOf(stage));
    if (entry.seq === undefined) stage.seq += 1;
    return made;
  });
  const whole = Buffer.concat([before, log, ...frames, hexToBytes(raw)]);
  stage.left = whole.subarray(whole.length - cut);
  return damage(whole, give);
}

function damage(bytes: Buffer, { flip, cut = 0 }: Damage): Buffer {
  const made = Buffer.from(bytes.subarray(0, bytes.length - cut));
  if (flip === undefined) return made;
  const at = flip.byte < 0 ? made.length + flip.byte : flip.byte;
  const byte = made[at];
  if (byte === undefined) throw new BadInputError(`flip: no byte ${flip.byte} of ${made.length}`);
  made[at] = byte ^ flip.mask;
  return made;
}

/** What later steps refer to. */
function keep(stage: Stage, give: MachineGiven, result: MachineResult): void {
  const { log, snapshot, digest } = result;
  if (log !== undefined) {
    const bytes = Buffer.from(log, 'base64');
    stage.recorded = Buffer.concat([stage.recorded, bytes]);
    stage.seq += countFrames(bytes);
  }
  if (snapshot !== undefined) stage.snapshot = Buffer.from(snapshot, 'base64');
  const mark = give.type === 'machine.observe' ? give.mark : undefined;
  if (mark !== undefined && digest !== undefined) {
    stage.marks.set(mark, Buffer.from(digest, 'base64'));
  }
}

/** By their lengths alone: whether they are entries is judged elsewhere. */
function countFrames(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUIntLE(at, 3) + 8) count += 1;
  return count;
}

function markOf({ marks }: Stage): (mark: string) => Uint8Array {
  return (mark) => {
    const digest = marks.get(mark);
    if (digest !== undefined) return digest;
    throw new BadInputError(`mark ${mark} is used before a machine.observe that sets it`);
  };
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}

// What a node is free in, and what bounds that freedom: acknowledgements may be gathered, beats and alives may come
// early, entries may wait before the guest is given them, a watermark counts at its place among the effects. Each is
// judged against the run, in the order of the effects. Spec: conformance, "Recorded traces".

import type { HostView } from '../host.ts';
import type { Candidate } from './candidate.ts';
import { conditionOf, symbolOf } from './candidate.ts';
import type { Difference } from './difference.ts';
import type { Run } from './run.ts';
import { type Scene, toNumber } from './scene.ts';
import type { TraceEffect, TraceMessage } from './trace.ts';

/** The scan of one line's effects: what has left so far, and the candidate as it comes to be. */
export interface Scan {
  readonly run: Run;
  readonly after: HostView;
  readonly scene: Scene;
  candidate: Candidate;
  /** Outputs that leave in this run and have not left yet: item to sequence. */
  readonly leaving: Map<number, number>;
  /** Of the requests in this line. */
  readonly nonces: Set<string>;
  readonly differences: Difference[];
}

type Sent = Extract<TraceEffect, { type: 'channel.send' }>;
type MessageOf<K extends TraceMessage['kind']> = Extract<TraceMessage, { kind: K }>;

export function createScan(run: Run, after: HostView, scene: Scene): Scan {
  const { candidate } = run;
  const leaving = leavingOf(run, after);
  return { run, after, scene, candidate, leaving, nonces: new Set(), differences: [] };
}

/** spec: logging.issued-watermark */
function leavingOf({ before, effects }: Run, after: HostView): Map<number, number> {
  const held = new Map(before.logging.context.waiting.map(({ data, seq }) => [data, seq]));
  const { sent } = after.logging.context;
  const isNumbered = sent > before.logging.context.sent;
  const leaving = new Map<number, number>();
  for (const effect of effects) {
    if (effect.type !== 'output.emit' && effect.type !== 'disk.write') continue;
    const seq = held.get(effect.data) ?? (isNumbered ? sent : undefined);
    if (seq !== undefined) leaving.set(effect.data, seq);
  }
  return leaving;
}

/** An output has left: watermarks after it may name it. */
export function noteLeft(scan: Scan, item: number): void {
  const seq = scan.leaving.get(item);
  if (seq === undefined) return;
  scan.leaving.delete(item);
  scan.candidate = { ...scan.candidate, issued: Math.max(scan.candidate.issued, seq) };
}

/** The highest sequence such that all outputs up to it have left; where no output is, an entry of another kind. */
export function judgeWatermark(scan: Scan, text: string): void {
  const watermark = toNumber(text);
  const { sent, waiting } = scan.after.logging.context;
  const held = [...scan.leaving.values(), ...waiting.map(({ seq }) => seq)];
  const highest = held.length === 0 ? sent : Math.min(...held) - 1;
  const lowest = Math.min(scan.candidate.issued, highest);
  if (watermark >= lowest && watermark <= highest) return;
  scan.differences.push({
    field: 'watermark',
    observed: `watermark ${watermark}`,
    allowed: `watermark ${highest}`,
  });
}

/** Once the guest follows, and until the log is sealed or diverged: never beyond what is held, never less than before. */
export function judgeAcknowledge(
  scan: Scan,
  { connection, message }: Sent & { message: MessageOf<'acknowledge'> },
): void {
  judgeApplied(scan, message.applied);
  const { run, after, candidate } = scan;
  const upto = toNumber(message.upto);
  const isFollowing = [run.before, after].some(
    ({ logging }) => logging.state === 'replaying.following',
  );
  const held = isReplaying(after) ? after.logging.context.held : run.before.logging.context.held;
  const isRight =
    isFollowing &&
    isOnSession(scan, connection, message) &&
    upto <= held &&
    upto >= candidate.acknowledged;
  if (isRight) {
    scan.candidate = { ...candidate, acknowledged: upto };
    return;
  }
  scan.differences.push({
    field: 'acknowledge',
    observed: `acknowledge ${upto}`,
    allowed: isFollowing
      ? `acknowledge from ${candidate.acknowledged} to ${held}`
      : 'no acknowledgement',
  });
}

/** From welcome on, on the channel that stands; what is held is acknowledged before. */
export function judgeAlive(
  scan: Scan,
  { connection, message }: Sent & { message: MessageOf<'alive'> },
): void {
  judgeApplied(scan, message.applied);
  const { run, after, candidate } = scan;
  const isLively = [run.before, after].some(({ heartbeat }) => heartbeat.state.includes('lively'));
  const seqs = [run.before, after].map(({ logging }) => progressOf(logging.context));
  if (
    !isLively ||
    !isOnSession(scan, connection, message) ||
    !seqs.includes(toNumber(message.seq))
  ) {
    const allowed = isLively ? `alive with sequence ${seqs.at(-1)}` : 'no alive';
    scan.differences.push({ field: 'alive', observed: `alive ${message.seq}`, allowed });
    return;
  }
  if (!isReplaying(after)) {
    judgeWatermark(scan, message.watermark);
    return;
  }
  const { watermark } = after.logging.context;
  const known = [run.before.logging.context.watermark, watermark];
  if (!known.includes(toNumber(message.watermark))) {
    const observed = `watermark ${message.watermark}`;
    scan.differences.push({ field: 'watermark', observed, allowed: `watermark ${watermark}` });
  }
  const { held } = run.before.logging.context;
  const isOwed = after.logging.state === 'replaying.following' && candidate.acknowledged < held;
  if (!isOwed) return;
  const observed = `alive with ${candidate.acknowledged} acknowledged`;
  scan.differences.push({
    field: 'acknowledge',
    observed,
    allowed: `acknowledge ${held} before it`,
  });
}

/** Early and often is free; to anyone else than the peer, or in another name, is not. */
export function judgeBeat(
  scan: Scan,
  { to, message }: Extract<TraceEffect, { type: 'datagram.send' }>,
): void {
  const sessions = [scan.run.before, scan.after].map(({ pairing }) => pairing.context);
  const isRight =
    message.kind === 'beat' &&
    message.vm === scan.scene.vm &&
    sessions.some(
      ({ self, peer, epoch }) =>
        peer !== '' && peer === to && self === message.from && epoch === toNumber(message.epoch),
    );
  if (isRight) return;
  const [, session] = sessions;
  const isNone = session === undefined || session.peer === '';
  scan.differences.push({
    field: 'beat',
    observed: `${message.kind} e${message.epoch} from ${message.from} to ${to}`,
    allowed: isNone
      ? 'no datagram'
      : `beat e${session.epoch} from ${session.self} to ${session.peer}`,
  });
}

/** A backup says what its guest has consumed, before the line or after it; an owner has nothing to say. */
function judgeApplied({ run, after, differences }: Scan, text: string): void {
  const known = [run.before, after].map((view) =>
    isReplaying(view) ? view.logging.context.applied : 0,
  );
  if (known.includes(toNumber(text))) return;
  differences.push({
    field: 'applied',
    observed: `applied ${text}`,
    allowed: `applied ${known.at(-1)}`,
  });
}

/** In the order of the log, none left out, and only what is held. */
export function judgeApply(
  scan: Scan,
  { entry }: Extract<TraceEffect, { type: 'guest.apply' }>,
): void {
  const { candidate, scene } = scan;
  const [next, ...applies] = candidate.applies;
  const isNext =
    next !== undefined &&
    next.seq === toNumber(entry.seq) &&
    next.position === toNumber(entry.position) &&
    next.kind === entry.kind &&
    next.data === scene.items.bytes(entry.data);
  if (isNext) {
    scan.candidate = { ...candidate, applies, handed: [...candidate.handed, next] };
    return;
  }
  scan.differences.push({
    field: 'apply',
    observed: `guest.apply entry ${entry.seq} at ${entry.position}, ${entry.kind}`,
    allowed:
      next === undefined
        ? 'no entry to apply'
        : `guest.apply entry ${next.seq} at ${next.position}, ${next.kind}`,
  });
}

/** Closing a channel that does not stand is nothing, whoever does it. */
export const isStanding = ({ candidate }: Scan, connection: string): boolean =>
  conditionOf(candidate, connection) === 'open';

const isReplaying = ({ logging }: HostView): boolean => logging.state.startsWith('replaying');

const progressOf = ({ sent, held }: HostView['logging']['context']): number => Math.max(sent, held);

/** On the channel of the session before or after the line, in its epoch and in this node's name. */
function isOnSession(
  { run, after, candidate, scene }: Scan,
  connection: string,
  { vm, epoch, from }: TraceMessage,
): boolean {
  const symbol = symbolOf(candidate, connection);
  return [run.before, after].some(({ pairing: { context } }) => {
    const isChannel = context.connection !== 0 && context.connection === symbol;
    const isName = vm === scene.vm && context.self === from;
    return isChannel && isName && context.epoch === toNumber(epoch);
  });
}

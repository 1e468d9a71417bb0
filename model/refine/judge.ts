// Compares what a node did with a line with what one run of the model does: duties field by field, in order; freedoms
// by their bounds. No difference: the run explains the line. Spec: conformance, "Recorded traces".

import type { Host } from '../host.ts';
import type { NodeEffect } from '../vocabulary.ts';
import { type Candidate, withCondition, withConnection } from './candidate.ts';
import type { Difference } from './difference.ts';
import { type Duty, dutyOf, type Field, fields, lostConnection } from './duty.ts';
import {
  createScan,
  isStanding,
  judgeAcknowledge,
  judgeAlive,
  judgeApply,
  judgeBeat,
  judgeWatermark,
  noteLeft,
  type Scan,
} from './freedom.ts';
import { effectOf } from './observed.ts';
import type { Run } from './run.ts';
import { type Scene, toNumber } from './scene.ts';
import type { TraceEffect, TraceInput, TraceOffsets } from './trace.ts';

export interface Judgement {
  readonly differences: readonly Difference[];
  /** What the candidate has become, where there is no difference. */
  readonly candidate: Candidate;
}
export interface Observed {
  readonly input: TraceInput | null;
  readonly effects: readonly TraceEffect[];
  readonly refused: string | undefined;
}

export function judge(
  host: Host,
  run: Run,
  observed: Observed,
  sceneOf: (candidate: Candidate) => Scene,
): Judgement {
  const candidate = bindOpened(run, observed.effects);
  const after = host.view(candidate.host);
  const scene = sceneOf(candidate);
  const scan = createScan({ ...run, candidate }, after, scene);
  const expected = expectedDuties(run.effects, scan);
  const done = doneDuties(observed, scan, expected);
  for (const field of fields) compareField(field, expected, done, scan);
  return { differences: scan.differences, candidate: scan.candidate };
}

/** A channel that the model opens is the one that the node opened; it chose the number. */
function bindOpened({ candidate, effects }: Run, observed: readonly TraceEffect[]): Candidate {
  const wanted = effects.filter((effect) => effect.type === 'channel.open');
  const opened = observed.filter((effect) => effect.type === 'channel.open');
  return wanted.reduce((now, { connection }, index) => {
    const actual = opened[index]?.connection;
    const isKnown = now.connections.some((one) => one.actual === actual);
    if (actual === undefined || isKnown) return now;
    return withConnection(now, { actual, symbol: connection, condition: 'asked' });
  }, candidate);
}

function expectedDuties(effects: readonly NodeEffect[], scan: Scan): readonly Duty[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'channel.close' && !isModelStanding(scan, effect.connection)) return [];
    return dutyOf(effect, scan.scene.items) ?? [];
  });
}

const isModelStanding = ({ candidate }: Scan, symbol: number): boolean =>
  candidate.connections.some((one) => one.symbol === symbol && one.condition === 'open');

/** What was done and is a duty; what is free is judged on the way. */
function doneDuties(
  { input, effects, refused }: Observed,
  scan: Scan,
  expected: readonly Duty[],
): readonly Duty[] {
  const done: Duty[] =
    refused === undefined ? [] : [{ field: 'refused', text: `refuse ${refused}` }];
  const wanted = new Set(expected.map(({ text }) => text));
  for (const effect of effects) {
    const duty = noteEffect(effect, scan, input);
    if (duty === null) continue;
    const isAgain =
      effect.type === 'channel.send' && !wanted.has(duty.text) && scan.scene.past.wasSent(effect);
    if (!isAgain) done.push(duty);
  }
  return done;
}

function noteEffect(effect: TraceEffect, scan: Scan, input: TraceInput | null): Duty | null {
  switch (effect.type) {
    case 'guest.apply':
      judgeApply(scan, effect);
      return null;
    case 'datagram.send':
      judgeBeat(scan, effect);
      return null;
    case 'channel.close': {
      const stood = isStanding(scan, effect.connection);
      const duty = dutyOf(effectOf(effect, scan.scene), scan.scene.items);
      scan.candidate = withCondition(scan.candidate, effect.connection, 'closed');
      return stood ? duty : null;
    }
    case 'channel.send':
      return noteMessage(effect, scan, input);
    case 'arbiter.request':
      judgeNonce(effect, scan);
      break;
    case 'channel.open':
      judgeConnection(effect, scan);
      break;
    case 'disk.request':
      judgeFence(effect, scan);
      break;
    case 'guest.save':
      judgeOffsets('guest', effect.offsets, scan);
      break;
  }
  const done = effectOf(effect, scan.scene);
  if (done.type === 'output.emit' || done.type === 'disk.write') noteLeft(scan, done.data);
  return dutyOf(done, scan.scene.items);
}

function noteMessage(
  effect: Extract<TraceEffect, { type: 'channel.send' }>,
  scan: Scan,
  input: TraceInput | null,
): Duty | null {
  const { message } = effect;
  if (message.kind === 'acknowledge') judgeAcknowledge(scan, { ...effect, message });
  if (message.kind === 'alive') judgeAlive(scan, { ...effect, message });
  if (message.kind === 'welcome') noteWelcome(scan, toNumber(message.next));
  const isAgain = scan.scene.past.wasSent(effect);
  if (message.kind === 'entry' && !isAgain) {
    judgeWatermark(scan, message.watermark);
    judgeContent(message, scan, input);
  }
  if (message.kind === 'copy') judgeOffsets('say', message.offsets, scan);
  return dutyOf(effectOf(effect, scan.scene), scan.scene.items);
}

/** spec: logging.resume-acknowledges */
function noteWelcome(scan: Scan, next: number): void {
  const acknowledged = Math.max(scan.candidate.acknowledged, next - 1);
  scan.candidate = { ...scan.candidate, acknowledged };
}

/** The entry of an input carries its very bytes, what ends a log has none; an output's carries its payload, which
 *  its text has. */
function judgeContent(
  { entry, data }: { readonly entry: string; readonly data: string },
  { differences }: Scan,
  input: TraceInput | null,
): void {
  const isEnding = entry === 'power-off' || entry === 'yield';
  const allowed = isEnding ? '' : input?.type === 'guest.input' ? input.data : data;
  if (allowed === data) return;
  differences.push({
    field: 'say',
    observed: `an entry with the data ${shorten(data)}`,
    allowed: `the data ${shorten(allowed)}`,
  });
}

/** Of a copy or an image. */
function judgeOffsets(
  field: 'say' | 'guest',
  { network, console }: TraceOffsets,
  { candidate: { offsets }, differences }: Scan,
): void {
  if (network === `${offsets.network}` && console === `${offsets.console}`) return;
  differences.push({
    field,
    observed: `the offsets network ${network}, console ${console}`,
    allowed: `network ${offsets.network}, console ${offsets.console}`,
  });
}

/** spec: arbitration.unresolved-request */
function judgeNonce(
  { nonce, action }: Extract<TraceEffect, { type: 'arbiter.request' }>,
  { scene, differences, nonces }: Scan,
): void {
  const isUsed = scene.past.isUsed(nonce) || nonces.has(nonce);
  nonces.add(nonce);
  if (isUsed) {
    const observed = `nonce ${nonce} again`;
    differences.push({ field: 'ask', observed, allowed: 'a nonce that was not used' });
  }
  if ('read' in action) return;
  const { vm, base } = action.swap.record;
  if (vm === scene.vm && base === '0') return;
  const observed = `a record of ${vm} with base ${base}`;
  differences.push({ field: 'ask', observed, allowed: `a record of ${scene.vm} with base 0` });
}

/** A fence is no operation of the guest. */
function judgeFence(
  { operation, action }: Extract<TraceEffect, { type: 'disk.request' }>,
  { differences }: Scan,
): void {
  if (!('fence' in action) || operation === '0') return;
  const observed = `a fence as operation ${operation}`;
  differences.push({ field: 'fence', observed, allowed: 'a fence as operation 0' });
}

/** spec: pairing.hello-connection-number */
function judgeConnection(
  { connection }: Extract<TraceEffect, { type: 'channel.open' }>,
  { scene, differences }: Scan,
): void {
  const { connectionMax } = scene.past;
  if (BigInt(connection) > connectionMax) return;
  const allowed = `a connection above ${connectionMax}`;
  differences.push({ field: 'open', observed: `connection ${connection}`, allowed });
}

function compareField(
  field: Field,
  expected: readonly Duty[],
  done: readonly Duty[],
  { differences }: Scan,
): void {
  const wanted = textsOf(field, expected);
  const given = textsOf(field, done).map((text, index) =>
    field === 'report' ? asReported(text, wanted[index]) : text,
  );
  if (wanted.length === given.length && wanted.every((text, index) => text === given[index]))
    return;
  differences.push({ field, observed: listText(given, field), allowed: listText(wanted, field) });
}

/** The same command to the guest twice running is one. */
function textsOf(field: Field, duties: readonly Duty[]): readonly string[] {
  const texts = duties.filter((duty) => duty.field === field).map(({ text }) => text);
  // Channels are closed in any order: two of them are those of two peers.
  if (field === 'close') return texts.toSorted();
  return field === 'guest' ? texts.filter((text, index) => text !== texts[index - 1]) : texts;
}

/** A reason is free in its wording, unless the model says that the connection was lost. */
const asReported = (given: string, wanted: string | undefined): string =>
  wanted !== undefined && given === `${wanted} (${lostConnection})` ? wanted : given;

const listText = (texts: readonly string[], field: Field): string =>
  texts.length === 0 ? noneOf[field] : texts.join('; ');

const noneOf: Readonly<Record<Field, string>> = {
  refused: 'no refusal',
  emit: 'no emission',
  write: 'no write',
  fence: 'no fence',
  announce: 'no announcement',
  ask: 'no request to the arbiter',
  say: 'no message',
  open: 'no channel opened',
  close: 'no channel closed',
  guest: 'no command to the guest',
  throttle: 'no other share of the guest',
  complete: 'no completion',
  report: 'no report',
};

const shorten = (text: string): string =>
  text.length > shownMax ? `${text.slice(0, shownMax)}...` : text || 'none';
const shownMax = 24;

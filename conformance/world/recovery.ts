// The end of a disturbed run: everything is mended, and whoever is left must bring the machine back. The runner plays the
// manager: it declares lost what nobody is left to run, powers on, asks for a backup. Expected is what the model proves
// of every fair run in which nothing fails any more. Spec: conformance.md, "Recovery".

import type { Finding } from '../monitors/monitor.ts';
import { hostOf } from '../monitors/view.ts';
import type { Parameters, Record } from '../wire.ts';
import { give, pass, type Stage } from './system-stage.ts';
import type { HostLook } from './system-world.ts';

/** Everything that a node may still be waiting for has come by then: an answer, a suspicion, a joining, a yield, a read. */
export function recoveryTime(parameters: Parameters): bigint {
  const { joinTimeout, yieldTimeout, arbiterRetry } = parameters;
  const waits = BigInt(joinTimeout) + BigInt(yieldTimeout) + 4n * BigInt(arbiterRetry);
  return waits + 2n * silence(parameters);
}

/** By then a peer that is gone is suspected. */
function silence({ channelTimeout, beatTimeout, beatInterval }: Parameters): bigint {
  const [channel, beats] = [BigInt(channelTimeout), BigInt(beatTimeout)];
  return (channel > beats ? channel : beats) + 2n * BigInt(beatInterval);
}

/** How often is looked whether something has come. */
const lookEvery = 100_000_000n;

async function passUntil(stage: Stage, due: bigint, isThere: () => boolean): Promise<void> {
  const end = stage.session.now() + due;
  while (!isThere() && stage.session.now() < end) await pass(stage, lookEvery);
}

/** Who is named runs, and so does the backup that it has; or nobody is named. */
function isSettled(stage: Stage): boolean {
  const { record } = stage.world.look();
  if (record === null || record.owner === null) return true;
  if (runningOwner(stage) === undefined || record.phase === 'joining') return false;
  return record.phase === 'alone' || heir(stage) !== undefined;
}

/** Mends the world and says what does not come back. */
export async function recover(stage: Stage, parameters: Parameters): Promise<Finding[]> {
  const { session, world } = stage;
  const due = recoveryTime(parameters);
  world.mend(session.now());
  if (alive(stage).length === 0) return [];
  // Suspicions of what was disturbed come first: until then an old state may look like a good one.
  await pass(stage, silence(parameters));
  await passUntil(stage, due, () => isSettled(stage));
  const first = inherited(stage);
  if (first !== undefined) return [first];
  if (isForsaken(stage)) {
    world.declareLost();
    await pass(stage, due);
  }
  const begun = await beginAnew(stage, due);
  if (begun === 'nobody') return [];
  if (begun !== undefined) return [begun];
  const owner = runningOwner(stage);
  if (owner === undefined) return [notLive(stage)];
  return (await protectAgain(stage, owner, due)) ?? (await showOutput(stage, due)) ?? [];
}

function alive(stage: Stage): readonly HostLook[] {
  return stage.world.look().hosts.filter(({ isDead }) => !isDead);
}

function named(stage: Stage, incarnation: string | null | undefined): HostLook | undefined {
  return alive(stage).find((host) => host.incarnation === incarnation);
}

/** The owner that the record names, where its guest runs. */
function runningOwner(stage: Stage): HostLook | undefined {
  const owner = named(stage, stage.world.look().record?.owner);
  return owner?.isRunning === true ? owner : undefined;
}

/** A backup that may run the machine: named, complete, and still what it was. */
function heir(stage: Stage): HostLook | undefined {
  const { record } = stage.world.look();
  const host = named(stage, record?.phase === 'protected' ? record.backup : null);
  if (host === undefined) return undefined;
  const { pairing, readySent, diverged } = stage.session.view(host.name);
  return pairing !== undefined && readySent && !diverged ? host : undefined;
}

/** Who is named runs; who inherits has. */
function inherited(stage: Stage): Finding | undefined {
  const { record } = stage.world.look();
  const owner = named(stage, record?.owner);
  if (owner !== undefined) return owner.isRunning ? undefined : notLive(stage);
  const left = record?.owner == null ? undefined : heir(stage);
  if (left === undefined) return undefined;
  return {
    reason: 'failover.named-is-candidate#no-takeover',
    expected: `${left.incarnation} takes over: its owner ${record?.owner} is gone`,
    actual: recordText(record),
  };
}

function notLive(stage: Stage): Finding {
  const { record } = stage.world.look();
  return {
    reason: 'arbitration.own-win-recognised#not-live',
    expected: 'the guest of the owner that the record names runs',
    actual: `it does not, and nothing is disturbed; ${recordText(record)}`,
  };
}

/** The record names an owner, and nobody is left who could run the machine or change the record. */
function isForsaken(stage: Stage): boolean {
  const { record } = stage.world.look();
  return record?.owner != null && named(stage, record.owner) === undefined;
}

/** Powers on or resumes where nobody owns the machine: on a host that is there, or has a life left.
 *  @returns nobody where none is idle */
async function beginAnew(stage: Stage, due: bigint): Promise<Finding | 'nobody' | undefined> {
  const { record } = stage.world.look();
  if (record?.owner != null) return undefined;
  const type = record?.phase === 'suspended' ? 'manager.resume' : 'manager.start';
  for (const { name, isDead } of [...alive(stage), ...dormant(stage)]) {
    if (isDead) stage.world.disturb({ type: 'world.restart' }, name, stage.session.now());
    if ((await give(stage, name, { type })) !== undefined) continue;
    await passUntil(stage, due, () => runningOwner(stage) !== undefined);
    return runningOwner(stage) === undefined ? notBegun(stage, type) : undefined;
  }
  return alive(stage).some((host) => isIdle(stage, host)) ? notBegun(stage, type) : 'nobody';
}

/** Later lives of hosts that are gone. */
function dormant(stage: Stage): readonly HostLook[] {
  const up = new Set(alive(stage).map(({ incarnation }) => hostOf(incarnation)));
  const { hosts } = stage.world.look();
  return hosts.filter(({ isDead, hasDied, incarnation }) => {
    return isDead && !hasDied && !up.has(hostOf(incarnation));
  });
}

function isIdle({ session }: Stage, { name }: HostLook): boolean {
  const { pairing, halted, hasOwned, hello } = session.view(name);
  return pairing === undefined && !halted && !hasOwned && hello === undefined;
}

function notBegun(stage: Stage, type: string): Finding {
  const clause =
    type === 'manager.resume' ? 'lifecycle.resume-by-record' : 'lifecycle.power-on-by-record';
  return {
    reason: `${clause}#not-live`,
    expected: `${type} on a host that is idle makes the machine run`,
    actual: recordText(stage.world.look().record),
  };
}

/** A manager asks again where an attempt failed: the host may still have been waiting for an owner that is gone. */
const attemptsMax = 3;

/** The attempt is over, or was refused. */
function isAloneAgain(stage: Stage): boolean {
  const { record } = stage.world.look();
  const owner = runningOwner(stage);
  if (record?.phase !== 'alone' || owner === undefined) return false;
  const { request, isUnresolved } = stage.session.view(owner.name);
  return request === undefined && !isUnresolved;
}

/** With a host to spare, the machine is protected again. */
async function protectAgain(
  stage: Stage,
  owner: HostLook,
  due: bigint,
): Promise<Finding[] | undefined> {
  const { record } = stage.world.look();
  const spare = alive(stage).find(({ incarnation }) => {
    return hostOf(incarnation) !== hostOf(owner.incarnation);
  });
  if (spare === undefined || record?.phase === 'protected') return undefined;
  const peer = spare.incarnation;
  const isThere = (): boolean => {
    const { record: now } = stage.world.look();
    return now?.phase === 'protected' && now.backup === peer;
  };
  let refused: string | undefined;
  for (let attempts = 0; attempts < attemptsMax && !isThere(); attempts += 1) {
    refused = await give(stage, owner.name, { type: 'manager.protect', peer });
    await passUntil(stage, due, () => isThere() || isAloneAgain(stage));
  }
  const { record: now } = stage.world.look();
  if (isThere()) return undefined;
  const why = refused === undefined ? '' : `refused ${refused}; `;
  return [
    {
      reason: 'protection.new-backup-after-go-live#not-protected',
      expected: `${owner.incarnation} is protected by ${peer}, which is free`,
      actual: `${why}${recordText(now)}`,
    },
  ];
}

/** What the guest says then reaches the outside. */
async function showOutput(stage: Stage, due: bigint): Promise<Finding[] | undefined> {
  const owner = runningOwner(stage);
  if (owner === undefined) return [notLive(stage)];
  const { session, world } = stage;
  const emitted = (): number => runningOwner(stage)?.emitted ?? 0;
  const before = emitted();
  const input = world.act(owner.name, 'output', 'console');
  if (input === undefined) return [notLive(stage)];
  await give(stage, owner.name, input);
  await passUntil(stage, due, () => emitted() > before);
  if (input.type !== 'guest.output' || input.channel !== 'console' || emitted() > before) {
    return undefined;
  }
  return [
    {
      reason: 'output.release-exactly-acknowledged#not-released',
      expected: `the output leaves by ${session.now()}`,
      actual: 'it does not, and nothing is disturbed',
    },
  ];
}

function recordText(record: Record | null): string {
  if (record === null) return 'there is no record';
  const { phase, epoch, owner, backup } = record;
  return `the record says ${phase} in epoch ${epoch}, owner ${owner}, backup ${backup}`;
}

// A node that is ready to replace the backup and waits for the record to say so.
// Not the owner's side: replacing.ts. Spec: protocol.md, "Migration".

import { type Connection, type Epoch, toCounter } from '../base/counters.ts';
import { discard } from './failover.ts';
import {
  envelopeOf,
  firstSequence,
  hear,
  replacesNone,
  sendChannel,
  updateLink,
  watchPeer,
} from './link.ts';
import type { Envelope, Hello } from './messages.ts';
import { standingOf } from './record.ts';
import type { Backup, Replacement } from './state.ts';
import { after, setRole, type Turn } from './turn.ts';

/** `ready` is sent: the record is read after J, whatever came. */
export function waitForRecord(turn: Turn): void {
  const deadline = after(turn, turn.node.config.periods.joinTimeout);
  setReplacement(turn, { deadline });
}

/** The hello of the next epoch is kept until the record is read.
 *  @returns false where the hello is to be treated like any other */
export function greetReplacement(turn: Turn, connection: Connection, hello: Hello): boolean {
  const { role, rules, config } = turn.node;
  if (role.kind !== 'backup' || role.replacement === null || role.replay === null) return false;
  const { link, replacement } = role;
  const { self, vm, configuration } = config;
  const code = rules.refuseGreeting({ hello, connection, self, vm, configuration });
  const isOwners =
    connection === link.connection &&
    hello.from === link.peer &&
    hello.next === firstSequence &&
    hello.replaces === replacesNone &&
    hello.epoch === (replacement.isNamed ? link.epoch : nextEpoch(role));
  if (code !== null || !isOwners) return false;
  if (replacement.isNamed) {
    hear(turn, 'channel');
    welcomeOwner(turn);
  } else {
    setReplacement(turn, { isGreeted: true });
    readAtOnce(turn);
  }
  return true;
}

/** The record does not name it yet. */
export function isWaiting({ replacement }: Backup): boolean {
  return replacement !== null && !replacement.isNamed;
}

/** Whether an entry comes from the owner before its copy, or before the hello of its epoch is answered. */
export function isEarly({ link, replacement }: Backup, vm: string, entry: Envelope): boolean {
  const ahead = entry.epoch - link.epoch;
  const isOfEpoch = ahead === 0n || (replacement !== null && ahead === 1n);
  return entry.vm === vm && entry.from === link.peer && isOfEpoch;
}

/** A channel that closes before `ready` leaves nothing to wait for. */
export function loseSource(turn: Turn, backup: Backup): void {
  if (backup.replay === null) discard(turn, 'lost-connection');
  else readAtOnce(turn);
}

/** Is there something that only the record explains? */
export function mustAsk(now: bigint, { link, replacement }: Backup): boolean {
  if (replacement === null || replacement.isNamed || replacement.deadline === null) return false;
  return replacement.isGreeted || !link.isOpen || now >= replacement.deadline;
}

/** What the record that was read makes of a replacement.
 *  @returns true where it is the backup from now on
 *  spec: pairing.replacement-waits-for-record */
export function resolveReplacement(
  turn: Turn,
  backup: Backup,
  { replaces, isGreeted }: Replacement,
): boolean {
  const { record, config, rules } = turn.node;
  const isNamed = standingOf(record, config.self) === 'backup-protected';
  if (isNamed && record?.epoch === nextEpoch(backup)) {
    followRecord(turn, backup, isGreeted);
    return true;
  }
  const isUndecided = record?.phase === 'protected' && record.version === replaces;
  if (isUndecided && rules.waitsForRecord()) {
    setRole(turn, { ...backup, readAgainAt: after(turn, config.periods.arbiterRetry) });
  } else {
    discard(turn, 'superseded');
  }
  return false;
}

/** spec: pairing.eligible-when-recorded */
function followRecord(turn: Turn, backup: Backup, isGreeted: boolean): void {
  const { periods } = turn.node.config;
  const { link } = backup;
  const suspicion = link.isOpen ? null : ({ cause: 'closed' } as const);
  setRole(turn, {
    ...backup,
    link: { ...link, epoch: nextEpoch(backup), suspicion },
    readAgainAt: null,
  });
  setReplacement(turn, { isNamed: true });
  watchPeer(turn);
  updateLink(turn, { beatAt: after(turn, periods.beatInterval) });
  if (isGreeted) welcomeOwner(turn);
}

function welcomeOwner(turn: Turn): void {
  const { role, config } = turn.node;
  if (role.kind === 'backup') setRole(turn, { ...role, replacement: null });
  updateLink(turn, { aliveAt: after(turn, config.periods.aliveInterval) });
  sendChannel(turn, { kind: 'welcome', ...envelopeOf(turn.node), next: firstSequence });
}

function readAtOnce(turn: Turn): void {
  const { role } = turn.node;
  if (role.kind === 'backup') setRole(turn, { ...role, readAgainAt: null });
}

function setReplacement(turn: Turn, patch: Partial<Replacement>): void {
  const { role } = turn.node;
  if (role.kind !== 'backup' || role.replacement === null) return;
  setRole(turn, { ...role, replacement: { ...role.replacement, ...patch } });
}

const nextEpoch = ({ link }: Backup): Epoch => toCounter<Epoch>(link.epoch + 1n);

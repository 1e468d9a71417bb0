// What time does to a node: silence becomes suspicion, a joining expires, requests and beats fall
// due. Not a timer: the shell advances the clock, and asks when it should.
// Spec: protocol.md, "Heartbeat", "Periods".

import { type Instant, toCounter } from '../base/counters.ts';
import { retryRequest } from './arbitration.ts';
import { retryFence } from './failover.ts';
import { noSequence } from './gate.ts';
import { measureLag } from './lag.ts';
import { expireYield } from './lifecycle.ts';
import { envelopeOf, linkOf, sendChannel, updateLink } from './link.ts';
import type { Alive } from './messages.ts';
import { expireReplacing, replacingDue } from './replacing.ts';
import type { Link, NodeState } from './state.ts';
import { abandonJoining, isGivable, losePeer } from './suspicion.ts';
import { taskOf } from './task.ts';
import { after, emit, type Turn, update } from './turn.ts';

/** Expired timers come before anything else a woken node does. */
export function clockAdvanced(turn: Turn, at: Instant): void {
  if (at < turn.node.now) return;
  update(turn, { now: at });
  suspectSilence(turn);
  expireJoining(turn);
  expireYield(turn);
  expireReplacing(turn);
  retryFence(turn);
  retryRequest(turn);
  sendBeat(turn);
  sendAlive(turn);
}

/** The earliest instant at which this node has something to do by itself, or null. */
export function nextDue(node: NodeState): Instant | null {
  const { role, request } = node;
  const link = linkOf(node);
  const due: (Instant | null)[] = [
    request?.retryAt ?? null,
    link === null ? null : suspicionDue(node, link),
    link?.beatAt ?? null,
    link?.isOpen ? link.aliveAt : null,
    joiningDue(node),
    yieldDue(node),
    replacingDue(node),
    decisionDue(node),
    readAgainDue(node),
  ];
  if (role.kind === 'powering' || role.kind === 'promoted') {
    due.push(role.fence.condition === 'failed' ? role.fence.retryAt : null);
  }
  return due.reduce(earlier, null);
}

/** spec: heartbeat.suspect-on-silence */
function suspectSilence(turn: Turn): void {
  const link = linkOf(turn.node);
  const due = link === null ? null : suspicionDue(turn.node, link);
  if (due !== null && turn.node.now >= due) losePeer(turn, 'silence');
}

function suspicionDue({ rules, config }: NodeState, link: Link): Instant | null {
  if (link.watch === null || link.suspicion !== null) return null;
  return rules.suspectedAt(link.watch, config.periods);
}

/** spec: pairing.sync-failure-leaves-owner-running */
function expireJoining(turn: Turn): void {
  const due = joiningDue(turn.node);
  if (due !== null && turn.node.now >= due) abandonJoining(turn);
}

function joiningDue(node: NodeState): Instant | null {
  const pairing = node.role.kind === 'owner' ? node.role.pairing : null;
  return pairing !== null && isGivable(node, pairing) ? pairing.deadline : null;
}

function yieldDue(node: NodeState): Instant | null {
  const task = taskOf(node);
  return task?.kind === 'test-failover' && !task.isExpired ? task.deadline : null;
}

/** The read itself follows from the state, at the end of the step. */
function readAgainDue({ role, request, now }: NodeState): Instant | null {
  if (role.kind !== 'backup' || request !== null || role.readAgainAt === null) return null;
  return role.readAgainAt > now ? role.readAgainAt : null;
}

/** When a replacement reads the record whatever came. */
function decisionDue({ role, request, now }: NodeState): Instant | null {
  if (role.kind !== 'backup' || request !== null) return null;
  const deadline = role.replacement?.deadline ?? null;
  return deadline !== null && deadline > now ? deadline : null;
}

/** spec: heartbeat.send-every-interval */
function sendBeat(turn: Turn): void {
  const { node } = turn;
  const link = linkOf(node);
  if (link === null || link.beatAt === null || node.now < link.beatAt) return;
  const number = link.beats + 1n;
  updateLink(turn, { beats: number, beatAt: after(turn, node.config.periods.beatInterval) });
  const message = { kind: 'beat', ...envelopeOf(node), number } as const;
  emit(turn, { type: 'datagram.send', to: link.peer, message });
}

/** Outside the numbered log, and never held back by it.
 *  spec: heartbeat.keep-alive-outside-log, flow.control-not-blocked */
function sendAlive(turn: Turn): void {
  const { node } = turn;
  const link = linkOf(node);
  if (link === null || !link.isOpen || link.aliveAt === null || node.now < link.aliveAt) return;
  updateLink(turn, { aliveAt: after(turn, node.config.periods.aliveInterval) });
  sendChannel(turn, { kind: 'alive', ...envelopeOf(node), ...progressOf(node) });
  measureLag(turn);
}

/** spec: logging.issued-watermark */
function progressOf({ role, rules }: NodeState): Pick<Alive, 'seq' | 'watermark' | 'applied'> {
  if (role.kind === 'backup' && role.replay !== null) {
    const { held, watermark } = role.replay;
    return { seq: held, watermark, applied: rules.consumedUpto(role.replay) };
  }
  const applied = noSequence;
  if (role.kind !== 'owner' || role.log === null) {
    return { seq: noSequence, watermark: noSequence, applied };
  }
  const { sent } = role.log;
  const firstHeld = role.waiting[0]?.seq ?? null;
  return { seq: sent, watermark: rules.watermark({ sent, firstHeld }), applied };
}

function earlier(left: Instant | null, right: Instant | null): Instant | null {
  if (left === null || right === null) return left ?? right;
  return toCounter<Instant>(left < right ? left : right);
}

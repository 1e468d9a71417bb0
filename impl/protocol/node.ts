// One host's agent for one virtual machine: the pure machine that the shell drives.
// It holds no clock, socket or thread; time is an input. Spec: protocol.md, "Node".

import { unreachable } from '../base/assert.ts';
import { type Operation, toCounter } from '../base/counters.ts';
import { arbiterAnswered, arbiterFailed, pursue } from './arbitration.ts';
import { channelArrived, channelClosed, datagramArrived } from './arrivals.ts';
import type { Config } from './config.ts';
import type { Effect } from './effects.ts';
import { fenceAnswered, fenceOperation } from './failover.ts';
import { withCondition } from './gate.ts';
import { clockAdvanced } from './heartbeat.ts';
import type { DiskAnswered, DiskResult, Input, RefusalCode } from './inputs.ts';
import { guestLoaded, guestSaved, operationTold, startTold } from './lifecycle.ts';
import { guestInput, guestOutput } from './logging.ts';
import { channelOpened, guestCopied, protectTold } from './pairing.ts';
import { replaceTold } from './replacing.ts';
import { guestApplied, guestDiverged } from './replaying.ts';
import { type Rules, standardRules } from './rules/rules.ts';
import type { NodeState } from './state.ts';
import { emit, ownerOf, setOwner, type Turn, update } from './turn.ts';

/** The state after, the effects in order of duty, and the code where the input was refused. */
export type Step = readonly [
  state: NodeState,
  effects: readonly Effect[],
  refusal: RefusalCode | undefined,
];

export function createNode(config: Config, rules: Rules = standardRules): NodeState {
  return {
    config,
    rules,
    now: config.at,
    role: { kind: 'idle' },
    guest: 'none',
    reported: 'notConfigured',
    record: null,
    epochSeen: toCounter(0n),
    nonce: toCounter(0n),
    connectionSeen: toCounter(0n),
    request: null,
    readWanted: false,
  };
}

/** A refused input changes nothing and has no effect. */
export function step(state: NodeState, input: Input): Step {
  const turn: Turn = { node: state, effects: [], refusal: undefined };
  apply(turn, input);
  if (turn.refusal !== undefined) return [state, [], turn.refusal];
  pursue(turn);
  return [turn.node, turn.effects, undefined];
}

function apply(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'manager.start':
      startTold(turn, { kind: 'boot' });
      break;
    case 'manager.resume':
      startTold(turn, { kind: 'image', token: null });
      break;
    case 'manager.power-off':
      operationTold(turn, 'power-off');
      break;
    case 'manager.suspend':
      operationTold(turn, 'suspend');
      break;
    case 'manager.turn-off':
      operationTold(turn, 'turn-off');
      break;
    case 'manager.restart-secondary':
      operationTold(turn, 'restart-secondary');
      break;
    case 'manager.test-failover':
      operationTold(turn, 'test-failover');
      break;
    case 'manager.protect':
      protectTold(turn, input.peer);
      break;
    case 'manager.replace-backup':
      replaceTold(turn, input.peer);
      break;
    case 'guest.input':
      guestInput(turn, input);
      break;
    case 'guest.output':
      guestOutput(turn, input);
      break;
    case 'guest.copied':
      guestCopied(turn, input);
      break;
    case 'guest.saved':
      guestSaved(turn, input.result);
      break;
    case 'guest.loaded':
      guestLoaded(turn, input);
      break;
    case 'guest.applied':
      guestApplied(turn, input);
      break;
    case 'guest.diverged':
      guestDiverged(turn, input.seq);
      break;
    case 'channel.opened':
      channelOpened(turn, input);
      break;
    case 'channel.arrived':
      channelArrived(turn, input);
      break;
    case 'channel.closed':
      channelClosed(turn, input.connection);
      break;
    case 'datagram.arrived':
      datagramArrived(turn, input.message);
      break;
    case 'arbiter.answered':
      arbiterAnswered(turn, input);
      break;
    case 'arbiter.failed':
      arbiterFailed(turn, input.nonce);
      break;
    case 'disk.answered':
      diskAnswered(turn, input);
      break;
    case 'clock.advanced':
      clockAdvanced(turn, input.at);
      break;
    default:
      unreachable(input);
  }
}

/** spec: device.completion-exactly-once, storage.fenced-reads-record */
function diskAnswered(turn: Turn, { operation, result }: DiskAnswered): void {
  if (operation === fenceOperation) fenceAnswered(turn, result);
  else if (turn.node.role.kind === 'owner') writeAnswered(turn, operation, result);
}

function writeAnswered(turn: Turn, operation: Operation, result: DiskResult): void {
  const { operations } = ownerOf(turn);
  const open = operations.find((one) => one.operation === operation);
  if (open === undefined) return;
  const verdict = turn.node.rules.diskAnswer({ condition: open.condition, result });
  if (verdict === 'read-record') update(turn, { readWanted: true });
  if (verdict !== 'complete' || result === 'fenced') return;
  setOwner(turn, { operations: withCondition(operations, operation, 'answered') });
  emit(turn, { type: 'guest.complete', operation, result });
}

// The public entry of the protocol core: `createNode`, `step`, `nextDue`, `observe`, the types of
// inputs and effects, and the rules table. Spec: protocol.md.

export type {
  Connection,
  Counter,
  Epoch,
  Instant,
  Nonce,
  Offset,
  Operation,
  Position,
  Sequence,
  Token,
  Version,
} from '../base/counters.ts';
export { counterMax, isCounter, successor, toCounter } from '../base/counters.ts';
export type { Config, NetworkProfile, Periods } from './config.ts';
export { standardEntriesMax, standardPeriods } from './config.ts';
export type {
  ArbiterAction,
  DiskAction,
  Effect,
  EmittingChannel,
  ReplayEntry,
  ReportedState,
} from './effects.ts';
export { fenceOperation } from './failover.ts';
export { completedOperation } from './gate.ts';
export { nextDue } from './heartbeat.ts';
export type { Incarnation } from './incarnation.ts';
export { hostOf, toIncarnation } from './incarnation.ts';
export type {
  Channel,
  DiskResult,
  GuestInputKind,
  Input,
  OperationName,
  RefusalCode,
} from './inputs.ts';
export { replacesNone } from './link.ts';
export type * from './messages.ts';
export type { Step } from './node.ts';
export { createNode, step } from './node.ts';
export type { Facts } from './observe.ts';
export { observe } from './observe.ts';
export type { ArbiterRecord, Standing } from './record.ts';
export { standingOf } from './record.ts';
export type { Rules } from './rules/rules.ts';
export { standardRules } from './rules/rules.ts';
export type { NodeState, Output } from './state.ts';

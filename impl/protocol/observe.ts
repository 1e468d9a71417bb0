// What may be asked of a node from outside: facts of the spec, never its inner states.
// Not used by any rule. Spec: conformance.md, "Observed facts".

import type { Epoch, Sequence, Token, Version } from '../base/counters.ts';
import { toCounter } from '../base/counters.ts';
import type { ReportedState } from './effects.ts';
import { noSequence } from './gate.ts';
import { fullShare, lagStatusOf } from './lag.ts';
import { linkOf } from './link.ts';
import type { LagStatus } from './rules/flow-rules.ts';
import type { GuestCondition, NodeState } from './state.ts';

export interface Facts {
  readonly state: ReportedState;
  readonly role: 'none' | 'owner' | 'backup';
  readonly epoch: Epoch;
  readonly version: Version;
  readonly token: Token;
  readonly gate: 'open' | 'acked' | 'shut';
  readonly sent: Sequence;
  readonly acknowledged: Sequence;
  readonly held: Sequence;
  readonly applied: Sequence;
  readonly waiting: number;
  /** Percent of a processor. */
  readonly share: number;
  readonly lag: LagStatus;
  readonly suspicion: boolean;
  readonly guest: GuestCondition;
}

export function observe(node: NodeState): Facts {
  const { role, record } = node;
  const owner = role.kind === 'owner' ? role : null;
  const replay = role.kind === 'backup' ? role.replay : null;
  const acknowledged = owner?.log?.acknowledged ?? replay?.acknowledged;
  // An owner watches from `protected` on: until then a lost channel is kept, and no suspicion.
  const link = linkOf(node);
  const isSuspected = link !== null && link.watch !== null && link.suspicion !== null;
  return {
    state: node.reported,
    role: roleOf(node),
    epoch: record?.epoch ?? toCounter<Epoch>(0n),
    version: record?.version ?? toCounter<Version>(0n),
    token: record?.token ?? toCounter<Token>(0n),
    gate: owner?.gate.position ?? 'shut',
    sent: owner?.log?.sent ?? noSequence,
    acknowledged: acknowledged ?? noSequence,
    held: replay?.held ?? noSequence,
    applied: replay?.applied ?? noSequence,
    waiting: owner?.waiting.length ?? 0,
    share: owner?.share ?? fullShare,
    lag: lagStatusOf(node),
    suspicion: isSuspected,
    guest: node.guest,
  };
}

function roleOf({ role }: NodeState): Facts['role'] {
  switch (role.kind) {
    case 'owner':
    case 'powering':
    case 'promoted':
      return 'owner';
    case 'ended':
      return role.reason === 'power-off' ? 'owner' : 'none';
    case 'backup':
      return 'backup';
    default:
      return 'none';
  }
}

// The facts of one node that anyone may observe. Spec: conformance, "Observed facts". Not chart states.

import type { HostView } from './host.ts';
import { shareOf } from './logging/outputs.ts';
import type { Facts } from './vocabulary.ts';

export function factsOf(view: HostView): Facts {
  const log = view.logging.context;
  const record = view.failover.context.record;
  const role = roleOf(view);
  return {
    state: view.pairing.context.reported,
    role,
    epoch: record?.epoch ?? 0,
    version: record?.version ?? 0,
    token: record?.token ?? 0,
    gate: gateOf(view),
    sent: log.sent,
    acknowledged: role === 'backup' ? log.held : log.acknowledged,
    held: role === 'backup' ? log.held : 0,
    applied: role === 'backup' ? log.applied : 0,
    waiting: log.waiting.length,
    share: shareOf(log.throttle),
    suspicion: isSuspecting(view),
    guest: guestOf(view),
  };
}

export function roleOf(view: HostView): Facts['role'] {
  const { state } = view.pairing;
  if (state.startsWith('backup')) return 'backup';
  return /^(owner|powering|succeeding|ending)/.test(state) ? 'owner' : 'none';
}

export function gateOf(view: HostView): Facts['gate'] {
  const { state } = view.logging;
  if (state === 'live.acked') return 'acked';
  return state.startsWith('live') ? 'open' : 'shut';
}

/** While it watches: silence or a lost channel, and what was suspected when it asked, until that is resolved. */
export function isSuspecting(view: HostView): boolean {
  const { state, context } = view.failover;
  if (/watching\.inattentive/.test(view.heartbeat.state)) return false;
  const isDoubted = context.suspected || (state.startsWith('owning') && context.diverged);
  return isDoubted || /watching\.(suspecting|bereft)/.test(view.heartbeat.state);
}

export function guestOf(view: HostView): Facts['guest'] {
  const { state } = view.logging;
  const { full, paused } = view.logging.context;
  if (state.startsWith('live')) return full || paused ? 'held' : 'running';
  if (state === 'silenced') return 'held';
  if (state.startsWith('replaying')) return 'replaying';
  return /^(halted|ending)/.test(view.pairing.state) ? 'halted' : 'none';
}

// Every clause monitor of the suite, and the watcher that runs them over a trace.
// Spec: conformance.md, "Monitors".

import { advanceView } from './advance-view.ts';
import { arbitrationMonitors } from './arbitration.ts';
import { endingMonitors } from './endings.ts';
import { failoverMonitors } from './failover.ts';
import { flowMonitors } from './flow.ts';
import { heartbeatMonitors } from './heartbeat.ts';
import { helloMonitors } from './hello.ts';
import { loggingMonitors } from './logging.ts';
import type { Finding, Monitor } from './monitor.ts';
import { operationMonitors } from './operations.ts';
import { outputMonitors } from './output.ts';
import { pairingMonitors } from './pairing.ts';
import { reconnectingMonitors } from './reconnecting.ts';
import { reissueMonitors } from './reissue.ts';
import { replacingMonitors } from './replacing.ts';
import { replayMonitors } from './replay.ts';
import { storageMonitors } from './storage.ts';
import type { TraceEvent } from './trace.ts';
import type { View } from './view.ts';

export const monitors: readonly Monitor[] = [
  ...reconnectingMonitors,
  ...replacingMonitors,
  ...operationMonitors,
  ...endingMonitors,
  ...outputMonitors,
  ...reissueMonitors,
  ...loggingMonitors,
  ...replayMonitors,
  ...arbitrationMonitors,
  ...pairingMonitors,
  ...helloMonitors,
  ...failoverMonitors,
  ...storageMonitors,
  ...heartbeatMonitors,
  ...flowMonitors,
];

export interface Watcher {
  /** Shows an event to every monitor; gives what they found. */
  watch(event: TraceEvent): readonly Finding[];
  view(node: string): View;
}

/** How a monitor is asked: who needs to know more than what it finds asks in his own way. */
export type Ask = (monitor: Monitor, event: TraceEvent, view: View) => Finding | undefined;

const askSimply: Ask = (monitor, event, view) => monitor.check(event, view);

/** By kind of event, the monitors that may find something: most are about one effect or one message. */
const concerned = new Map<string, readonly Monitor[]>();

function concernedBy(event: TraceEvent): readonly Monitor[] {
  const kind = kindOf(event);
  const known = concerned.get(kind);
  if (known !== undefined) return known;
  const found = monitors.filter(({ isAbout }) => isAbout === undefined || isAbout(event));
  concerned.set(kind, found);
  return found;
}

/** All that `isAbout` may depend on. */
function kindOf(event: TraceEvent): string {
  if (event.kind === 'given') return `given ${event.input.type}`;
  if (event.kind !== 'effect') return event.kind;
  const { effect } = event;
  const message = effect.type === 'channel.send' ? effect.message.kind : '';
  return `effect ${effect.type} ${message}`;
}

/** Monitors look at an effect before the view takes it in, and at all else after. */
export function createWatcher(views: ReadonlyMap<string, View>, ask: Ask = askSimply): Watcher {
  function view(node: string): View {
    const found = views.get(node);
    if (found === undefined) throw new Error(`no view of node ${node}`);
    return found;
  }
  return {
    view,
    watch(event) {
      const seen = view(event.node);
      if (event.kind === 'given' && event.refused !== undefined) advanceView(seen, event);
      else if (event.kind !== 'effect' && event.kind !== 'given') advanceView(seen, event);
      const found: Finding[] = [];
      for (const monitor of concernedBy(event)) {
        const finding = ask(monitor, event, seen);
        if (finding !== undefined) found.push(finding);
      }
      const isTaken = event.kind === 'given' && event.refused === undefined;
      if (isTaken || event.kind === 'effect') advanceView(seen, event);
      return found;
    },
  };
}

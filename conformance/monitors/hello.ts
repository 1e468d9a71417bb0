// Monitors of how a node answers a hello: which must be refused, by which clause, and with which code.
// Spec: protocol.md, "Pairing".

import { isResuming } from './advance-reconnection.ts';
import { type Monitor, onSay } from './monitor.ts';
import { hostOf, type View } from './view.ts';

type Hello = NonNullable<View['hello']>;

type HelloClause =
  | 'pairing.hello-checks'
  | 'pairing.busy-refuses'
  | 'pairing.hello-connection-number'
  | 'pairing.lower-epoch-superseded'
  | 'pairing.sealed-refuses'
  | 'pairing.arbitrating-answer'
  | 'logging.resume-not-kept';

/** Why the hello that came last must be refused; undefined where it must be welcomed. */
function problemOf(view: View): readonly [clause: HelloClause, what: string] | undefined {
  const { hello } = view;
  if (hello === undefined) return ['pairing.hello-checks', 'no hello came'];
  // Kept until the record is read, and then welcomed.
  if (view.replacement?.greeting === hello) return undefined;
  if (isResuming(view)) return problemOfResuming(view, hello);
  if (isFormer(view, hello)) return ['pairing.hello-connection-number', 'a former connection'];
  if (isBusy(view)) return ['pairing.busy-refuses', 'the node is busy'];
  const mismatch = mismatchOf(view, hello);
  if (mismatch !== undefined) return ['pairing.hello-checks', mismatch];
  // A replacement comes in the epoch that is.
  const isInPresent = BigInt(hello.replaces ?? '0') > 0n;
  const epochMin = view.epochSeen + (isInPresent ? 0n : 1n);
  if (BigInt(hello.epoch) >= epochMin) return undefined;
  return ['pairing.lower-epoch-superseded', `an epoch not below ${epochMin}`];
}

/** The pairing's own owner, in its epoch, on a connection that the pairing has had. */
function isFormer({ pairing, parameters, helloConnection }: View, hello: Hello): boolean {
  if (pairing === undefined || !parameters.reconnect || hello.from !== pairing.owner) return false;
  const isInEpoch = BigInt(hello.epoch) === pairing.epoch;
  return isInEpoch && BigInt(helloConnection ?? '0') <= BigInt(pairing.connection);
}

function mismatchOf(view: View, hello: Hello): string | undefined {
  if (hello.vm !== view.vm) return 'another virtual machine';
  if (hello.to !== view.incarnation) return 'to another incarnation';
  if (hostOf(hello.from) === hostOf(view.incarnation)) return 'from the same host';
  if (hello.connection !== view.helloConnection) return 'another connection';
  if (!isResuming(view) && hello.next !== '1') return 'next is not 1';
  const isOwn = hello.configuration === view.parameters.configuration;
  return isOwn ? undefined : 'another configuration';
}

/** Why the hello of the pairing's own owner must be refused, in the order of the text. */
function problemOfResuming(
  view: View,
  hello: Hello,
): readonly [clause: HelloClause, what: string] | undefined {
  const mismatch = mismatchOf(view, hello);
  if (mismatch !== undefined) return ['pairing.hello-checks', mismatch];
  if (view.takeover || view.diverged) {
    return ['pairing.sealed-refuses', view.takeover ? 'the log is sealed' : 'it has diverged'];
  }
  if (!view.readySent) return ['pairing.busy-refuses', 'it was not ready'];
  if (isArbitrating(view)) return ['pairing.arbitrating-answer', 'a swap, or a lost channel'];
  if (BigInt(hello.next) <= view.held + 1n) return undefined;
  return ['logging.resume-not-kept', `next is above ${view.held + 1n}`];
}

/** A swap is unresolved; or the channel was lost as a suspicion, which is not withdrawn. */
function isArbitrating(view: View): boolean {
  return view.unresolvedSwap !== undefined || view.reconnection.isLost;
}

function isBusy(view: View): boolean {
  const isOwner = view.record?.owner === view.incarnation && !view.halted && view.hasOwned;
  return view.pairing !== undefined || isOwner || view.isStarting;
}

function accepted(clause: HelloClause): Monitor {
  return onSay(clause, 'accepted', 'welcome', ({ epoch }, view) => {
    // The hello that was kept is answered, whichever came last.
    if (view.replacement?.isNamed && view.replacement.greeting?.epoch === epoch) return undefined;
    const problem = problemOf(view);
    return problem?.[0] === clause ? [`refuse: ${problem[1]}`, 'welcome'] : undefined;
  });
}

/** All but one of the clauses name the code of the refusal. */
function coded(clause: HelloClause, expected: string): Monitor {
  return onSay(clause, 'wrong-code', 'refuse', ({ code }, view) => {
    if (view.trigger.type !== 'channel.arrived' || view.trigger.message !== view.hello)
      return undefined;
    if (problemOf(view)?.[0] !== clause || code === expected) return undefined;
    return [`refuse, ${expected}`, `refuse, ${code}`];
  });
}

const refused = onSay('pairing.hello-checks', 'refused', 'refuse', ({ code }, view) => {
  if (problemOf(view) !== undefined) return undefined;
  return ['welcome: every check holds', `refuse, ${code}`];
});

export const helloMonitors: readonly Monitor[] = [
  accepted('pairing.hello-checks'),
  accepted('pairing.busy-refuses'),
  accepted('pairing.hello-connection-number'),
  accepted('pairing.lower-epoch-superseded'),
  accepted('pairing.sealed-refuses'),
  accepted('pairing.arbitrating-answer'),
  accepted('logging.resume-not-kept'),
  coded('pairing.busy-refuses', 'busy'),
  coded('pairing.hello-connection-number', 'busy'),
  coded('pairing.lower-epoch-superseded', 'superseded'),
  coded('pairing.sealed-refuses', 'busy'),
  coded('pairing.arbitrating-answer', 'arbitrating'),
  coded('logging.resume-not-kept', 'superseded'),
  refused,
];

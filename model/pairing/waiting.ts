// The replacement of a backup, in the pairing chart: it waits for the record to name it, and then for the hello of its
// epoch. It neither watches nor is watched before. Spec: protocol, "Migration".

import { busy, busyAndSurpassed, surpassed } from './arrivals.ts';
import { pairingSetup } from './setup.ts';

/** The backup of the next epoch, by the record that was just read. */
const elected = ['adoptEpoch', 'endHeartbeat', 'renewLog', 'beginBeats', 'beginWatch'] as const;
const early = {
  guard: 'isEarlyEntry',
  meta: { requirements: ['logging.nothing-after-gap'] },
} as const;

export const waiting = pairingSetup.createStateConfig({
  meta: {
    requirements: ['pairing.replacement-waits-for-record', 'pairing.replacement-caught-up'],
  },
  on: {
    'hello.received': [
      {
        guard: 'isRenewingHello',
        actions: ['keepHello', 'tellSurpassed'],
        meta: { requirements: ['arbitration.higher-epoch-reads-record'] },
      },
      busyAndSurpassed,
      busy,
    ],
    'entry.received': [
      { ...early, actions: ['closeChannel', 'loseLog', 'doubtRecord'] },
      surpassed,
    ],
    'channel.closed': {
      guard: 'isOwnConnection',
      actions: ['forgetConnection', 'loseLog', 'doubtRecord'],
      meta: { requirements: ['pairing.replacement-waits-for-record'] },
    },
    'join.due': {
      actions: 'tellOverdue',
      meta: { requirements: ['pairing.replacement-waits-for-record'] },
    },
    'record.replaced': [
      {
        guard: 'isGreeted',
        target: 'ready',
        actions: [...elected, 'sendWelcome', 'beginAlives', 'forgetReplacing'],
        meta: { requirements: ['pairing.eligible-when-recorded'] },
      },
      {
        guard: 'isConnected',
        target: 'chosen',
        actions: [...elected, 'forgetReplacing'],
        meta: { requirements: ['pairing.eligible-when-recorded'] },
      },
      {
        target: 'chosen',
        actions: [...elected, 'forgetReplacing', 'mournChannel'],
        meta: {
          requirements: ['pairing.eligible-when-recorded', 'heartbeat.suspect-on-silence'],
        },
      },
    ],
  },
});

/** Eligible, and the hello of its epoch has not come. */
export const chosen = pairingSetup.createStateConfig({
  meta: { requirements: ['pairing.eligible-when-recorded'] },
  on: {
    'hello.received': [
      {
        guard: 'isRenewedHello',
        target: 'ready',
        actions: ['hearChannel', 'sendWelcome', 'beginAlives'],
      },
      busyAndSurpassed,
      busy,
    ],
    'entry.received': [{ ...early, actions: ['closeChannel', 'mournChannel'] }, surpassed],
    'channel.closed': {
      guard: 'isOwnConnection',
      actions: ['forgetConnection', 'mournChannel'],
      meta: { requirements: ['failover.read-before-discard'] },
    },
    'record.taken': {
      target: '#pairing.succeeding',
      actions: ['closeChannel', 'endHeartbeat', 'adoptEpoch', 'forgetPeer'],
      meta: { requirements: ['failover.seal-log'] },
    },
  },
});

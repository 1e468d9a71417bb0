// The owner of a pair that runs while it gets its closed channel back, in the pairing chart: until the backup has welcomed
// it again, or it gives the attempt up. Spec: protocol, "Reconnecting".

import { surpassed } from './arrivals.ts';
import { pairingSetup } from './setup.ts';

const steady = '#pairing.owner.guarded.steady';

export const reopening = pairingSetup.createStateConfig({
  meta: {
    requirements: [
      'pairing.closed-channel-is-silence',
      'logging.keep-unacknowledged',
      'logging.reconnect-keeps-held',
    ],
  },
  on: {
    'refuse.received': [
      {
        guard: 'isRefusal',
        target: steady,
        actions: 'giveUp',
        meta: { requirements: ['heartbeat.suspect-on-silence'] },
      },
      surpassed,
    ],
    'channel.closed': {
      guard: 'isOwnConnection',
      target: steady,
      actions: ['forgetConnection', 'giveUp'],
      meta: { requirements: ['heartbeat.suspect-on-silence'] },
    },
    'peer.suspected': { target: steady, actions: 'giveUp' },
    'channel.opened': { guard: 'isOwnConnection', actions: 'askNext' },
    'welcome.received': [
      {
        guard: 'isSession',
        target: steady,
        actions: ['hearChannel', 'resumeLog'],
        meta: {
          requirements: [
            'logging.resume-at-next',
            'logging.resume-acknowledges',
            'logging.resume-below-acknowledged',
            'logging.resume-beyond-sent',
          ],
        },
      },
      surpassed,
    ],
  },
});

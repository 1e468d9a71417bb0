// What several states of the pairing chart do alike with what arrives or falls due. Spec: protocol, "Pairing", "Arbitration".

export const surpassed = {
  guard: 'isHigherEpoch',
  actions: 'tellSurpassed',
  meta: { requirements: ['arbitration.higher-epoch-reads-record'] },
} as const;
export const heard = { guard: 'isSession', actions: 'hearChannel' } as const;
export const busy = {
  actions: 'refuseBusy',
  meta: { requirements: ['pairing.hello-checks', 'pairing.busy-refuses'] },
} as const;
/** Of a backup: one on a former connection of its own owner is refused like one of another. */
export const busyFollowing = {
  actions: 'refuseBusy',
  meta: {
    requirements: [
      'pairing.hello-checks',
      'pairing.busy-refuses',
      'pairing.hello-connection-number',
    ],
  },
} as const;
export const refusedHello = {
  actions: 'refuseHello',
  meta: {
    requirements: [
      'pairing.hello-checks',
      'pairing.hello-next-sequence',
      'pairing.hello-connection-number',
      'pairing.lower-epoch-superseded',
    ],
  },
} as const;
export const busyAndSurpassed = {
  guard: 'isHigherEpoch',
  actions: ['refuseBusy', 'tellSurpassed'],
  meta: {
    requirements: [
      'pairing.hello-checks',
      'arbitration.higher-epoch-reads-record',
      'pairing.busy-refuses',
    ],
  },
} as const;
export const surrendered = {
  target: '#pairing.owner.surrendering',
  meta: { requirements: ['pairing.sync-failure-leaves-owner-running'] },
} as const;
export const surrenderedInTime = {
  target: '#pairing.owner.surrendering',
  meta: {
    requirements: ['pairing.sync-failure-leaves-owner-running', 'protection.attempt-times-out'],
  },
} as const;

/** Once there is a log, its chart knows what a keep-alive says. */
export const aliveBeforeCopy = {
  actions: 'sendAlive',
  meta: { requirements: ['heartbeat.keep-alive-outside-log'] },
} as const;

/** An owner that has asked for the record, with a backup or without: its channel may end, and nothing follows here. */
export const arrivalsInDoubt = {
  'channel.closed': { guard: 'isOwnConnection', actions: ['forgetConnection', 'mournChannel'] },
  'peer.misbehaved': { guard: 'isConnected', actions: ['closeChannel', 'mournChannel'] },
  'acknowledge.received': [
    { guard: 'isSession', actions: ['hearChannel', 'passAcknowledgement'] },
    { guard: 'isFutureAcknowledgement', actions: ['closeChannel', 'mournChannel'] },
    { guard: 'isHigherEpoch', actions: 'tellSurpassed' },
    { meta: { requirements: ['logging.ignore-old-epoch'] } },
  ],
  'diverged.received': [
    { guard: 'isSession', actions: ['hearChannel', 'tellPeerDiverged'] },
    surpassed,
  ],
} as const;

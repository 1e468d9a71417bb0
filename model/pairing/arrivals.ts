// What several states of the pairing chart do alike with what arrives. Spec: protocol, "Pairing", "Arbitration".

export const surpassed = {
  guard: 'isHigherEpoch',
  actions: 'tellSurpassed',
  meta: { requirements: ['arbitration.higher-epoch-reads-record'] },
} as const;
export const heard = { guard: 'isSession', actions: 'hearChannel' } as const;
export const busy = {
  actions: 'refuseBusy',
  meta: { requirements: ['pairing.hello-checks'] },
} as const;
export const busyAndSurpassed = {
  guard: 'isHigherEpoch',
  actions: ['refuseBusy', 'tellSurpassed'],
  meta: { requirements: ['pairing.hello-checks', 'arbitration.higher-epoch-reads-record'] },
} as const;
export const surrendered = {
  target: '#pairing.owner.surrendering',
  meta: { requirements: ['pairing.sync-failure-leaves-owner-running'] },
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

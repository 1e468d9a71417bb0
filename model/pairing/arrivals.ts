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
export const refusedNotAlone = {
  actions: 'refuseNotAlone',
  meta: { requirements: ['lifecycle.operations-on-owner'] },
} as const;
export const surrendered = {
  target: '#pairing.owner.surrendering',
  meta: { requirements: ['pairing.sync-failure-leaves-owner-running'] },
} as const;

// What owner and backup do alike with an answer of the arbiter or the lack of one. Spec: protocol, "Arbitration".

export const noAnswer = {
  guard: 'isNoAnswer',
  meta: { requirements: ['arbitration.older-version-is-unreachable'] },
} as const;
export const askedAgain = {
  target: 'asking',
  reenter: true,
  meta: { requirements: ['arbitration.unresolved-request'] },
} as const;
/** While something is asked that does not follow from the suspicion, the peer may be trusted; else not. */
export const trustedAgain = { guard: 'isForgivable', actions: 'trust' } as const;
export const trustedTooLate = {
  meta: { requirements: ['heartbeat.suspicion-is-not-live'] },
} as const;

// What owner and backup do alike with an answer of the arbiter or the lack of one. Spec: protocol, "Arbitration".

export const noAnswer = {
  guard: 'isNoAnswer',
  meta: {
    requirements: [
      'arbitration.older-version-is-unreachable',
      'arbitration.answer-bound-to-request',
    ],
  },
} as const;
export const askedAgain = {
  target: 'asking',
  reenter: true,
  meta: {
    requirements: [
      'arbitration.unresolved-request',
      'arbitration.refusal-is-not-loss',
      'arbitration.retry-while-unreachable',
      'arbitration.resend-request',
    ],
  },
} as const;
/** While something is asked that does not follow from the suspicion, the peer may be trusted; else not. */
export const trustedAgain = { guard: 'isForgivable', actions: 'trust' } as const;
export const trustedTooLate = {
  meta: {
    requirements: ['heartbeat.suspicion-is-not-live', 'heartbeat.late-beat-changes-nothing'],
  },
} as const;

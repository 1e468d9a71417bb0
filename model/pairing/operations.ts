// How the pairing chart refuses an operation of the manager: by a code, and nothing changed. Spec: protocol, "Lifecycle".

const onOwner = { requirements: ['lifecycle.operations-on-owner'] };

export const refusedNotAlone = { actions: 'refuseNotAlone', meta: onOwner } as const;
export const refusedSecond = {
  actions: 'refuseNotAlone',
  meta: { requirements: ['lifecycle.operations-on-owner', 'pairing.second-backup-refused'] },
} as const;
export const refusedNotProtected = {
  actions: 'refuseNotProtected',
  meta: { requirements: ['lifecycle.test-failover-needs-running'] },
} as const;
export const refusedJoining = {
  actions: 'refuseJoining',
  meta: { requirements: ['lifecycle.turn-off-refused-while-joining'] },
} as const;
const refusedNotOwner = { actions: 'refuseNotOwner', meta: onOwner } as const;
const refusedPending = {
  actions: 'refusePending',
  meta: { requirements: ['lifecycle.refusal-changes-nothing'] },
} as const;

/** Elsewhere than on the owner. */
export const refusedElsewhere = {
  'manager.protect': refusedNotOwner,
  'manager.power-off': refusedNotOwner,
  'manager.suspend': refusedNotOwner,
  'manager.turn-off': refusedNotOwner,
  'manager.restart-secondary': refusedNotOwner,
  'manager.test-failover': refusedNotOwner,
  'manager.replace-backup': refusedNotOwner,
} as const;

/** On an owner whose guest does not run yet. */
export const refusedEarly = {
  'manager.protect': refusedNotAlone,
  'manager.power-off': refusedNotAlone,
  'manager.suspend': refusedNotAlone,
  'manager.turn-off': refusedNotAlone,
  'manager.restart-secondary': refusedNotAlone,
  'manager.test-failover': refusedNotAlone,
  'manager.replace-backup': refusedNotAlone,
} as const;

/** While an operation is under way. */
export const refusedMeanwhile = {
  'manager.protect': refusedPending,
  'manager.power-off': refusedPending,
  'manager.suspend': refusedPending,
  'manager.turn-off': refusedPending,
  'manager.restart-secondary': refusedPending,
  'manager.test-failover': refusedPending,
  'manager.replace-backup': {
    actions: 'refusePending',
    meta: { requirements: ['lifecycle.refusal-changes-nothing', 'lifecycle.one-migration'] },
  },
} as const;

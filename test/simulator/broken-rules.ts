// Rules broken one at a time, to prove that the checkers see. Each replaces one function of the
// rules table; everything else is the implementation as it is. These are found by chance within few
// seeds; the rest need one exact moment, and are in the tests of that moment.

import type { Rules } from '../../impl/protocol/index.ts';

export interface BrokenRule {
  readonly name: string;
  readonly rules: Partial<Rules>;
  /** The checker that must find it. */
  readonly foundBy: readonly string[];
}

export const brokenRules: readonly BrokenRule[] = [
  {
    name: 'suspicion opens the gate',
    rules: { gateAfterSuspicion: () => ({ position: 'open' }) },
    foundBy: ['view', 'owner'],
  },
  {
    name: 'the gate stays open after ready',
    rules: { gateAfterReady: () => ({ position: 'open' }) },
    foundBy: ['view', 'owner'],
  },
  {
    name: 'emits while replaying',
    rules: { emitsInReplay: () => true },
    foundBy: ['owner'],
  },
  {
    name: 'emits nothing again after a takeover',
    rules: { emitsAfterTakeover: () => false },
    foundBy: ['view'],
  },
  {
    name: 'open disk operations are not issued again',
    rules: { reissues: () => [] },
    foundBy: ['view'],
  },
  {
    name: 'the watermark covers what is held',
    rules: { watermark: ({ sent }) => sent },
    foundBy: ['view'],
  },
  {
    name: 'goes live on suspicion, without the record',
    rules: { mayGoLive: () => true },
    foundBy: ['owner'],
  },
  {
    name: 'does not fence',
    rules: { fencesFirst: () => false },
    foundBy: ['disk'],
  },
  {
    name: 'the loser keeps running',
    rules: { mustHalt: () => false },
    foundBy: ['owner'],
  },
];

/** Found only where the manager asks for operations. */
export const brokenOperationRules: readonly BrokenRule[] = [
  {
    name: 'an operation is over once it was asked for',
    rules: { isEnded: () => true },
    foundBy: ['operation'],
  },
  {
    name: 'protection is off before the record says so',
    rules: { isUnpaired: () => true },
    foundBy: ['operation'],
  },
  {
    name: 'the gate stays as it is at a power-off',
    rules: { gateAtPowerOff: (gate) => gate },
    foundBy: ['operation'],
  },
  {
    name: 'the image is made while outputs wait',
    rules: { isSettled: () => true },
    foundBy: ['view'],
  },
];

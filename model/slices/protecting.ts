// The slice of an owner whose T4 may have to wait: a read that a higher epoch led to is outstanding when the backup is
// ready, and what ends a joining comes before that read is answered, or after. Spec: protocol, "Pairing".

import { createSlice } from './frame.ts';
import {
  acknowledgement,
  answered,
  backup,
  beatFrom,
  channelClosed,
  deadline,
  fromPeer,
  guestOutput,
  joinEpoch,
  managerOperation,
  onlyTo,
  records,
} from './inputs.ts';
import { ownerSynchronising } from './preambles.ts';
import type { Slice, SymbolicInput } from './slice.ts';

/** A read that stays unanswered is nothing new here, and where a backup joins, J passes before R in the suite's periods. */
const retryOfSwap: SymbolicInput = {
  name: 'deadline retry',
  resolve: (view) => (view.asking === 'read' ? null : deadline('retry').resolve(view)),
};

export const protectingSlices: readonly Slice[] = [
  createSlice({
    name: 'protecting-owner',
    about:
      'an owner whose backup becomes ready while a read is outstanding, and may fail before T4',
    node: 'owner',
    requirements: [
      'pairing.drain-before-protect',
      'pairing.eligible-when-recorded',
      'pairing.sync-failure-leaves-owner-running',
      'arbitration.higher-epoch-reads-record',
      'arbitration.unresolved-request',
    ],
    preamble: ownerSynchronising,
    entriesMax: 64,
    positionMax: 1,
    alphabet: [
      beatFrom('beat higher epoch', { epoch: joinEpoch + 7, from: backup }),
      fromPeer(backup, 'ready', () => ({ kind: 'ready' })),
      fromPeer(backup, 'refuse', () => ({ kind: 'refuse', code: 'busy' })),
      fromPeer(backup, 'diverged', () => ({ kind: 'diverged', seq: 1 })),
      acknowledgement('acknowledge all', ({ facts }) => facts.sent),
      guestOutput('console'),
      channelClosed,
      managerOperation('power-off'),
      deadline('join'),
      retryOfSwap,
      onlyTo(['read', 'T4', 'T5', 'T9'], answered('joining', records.joining)),
      answered('protected', records.protected),
      onlyTo(['T5'], answered('alone, given up', records.givenUp)),
      onlyTo(['T7'], answered('alone, owner me', records.ownerAlone)),
      onlyTo(['T9'], answered('off', records.poweredOff)),
    ],
  }),
];

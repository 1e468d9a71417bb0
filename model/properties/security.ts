// What always holds of what an adversary puts on the wire: nobody takes it for what it is not. Each looks at steps in
// which something came that its sender did not put there. Spec: protocol, "Security".

import type { Deed, Tampering, Transition } from '../system.ts';
import { expect, isUnmoved, type SystemAlways } from './look.ts';

export const securityProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'step',
    name: 'security.messages-bound',
    about: 'no node is given a message that is forged or out of its place',
    requirements: [
      'security.messages-bound',
      'security.always-authenticated',
      'security.control-authenticated',
    ],
    check({ step }) {
      const tampering = tampered(step, ['channel', 'datagram']);
      return tampering && believed(step, tampering);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'security.replayed-heartbeat-is-not-life',
    about: 'a beat that comes once more, or is forged, is not heard',
    requirements: ['security.replayed-heartbeat-is-not-life'],
    check({ step }) {
      const tampering = tampered(step, ['datagram']);
      return tampering?.kind === 'beat' ? believed(step, tampering) : null;
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'security.arbiter-and-storage-authenticated',
    about: 'no node is given a forged answer of the arbiter or of the disk',
    requirements: ['security.arbiter-and-storage-authenticated'],
    check({ step }) {
      const tampering = tampered(step, ['answer', 'fence']);
      return tampering && believed(step, tampering);
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'arbitration.answer-bound-to-request',
    about: 'an answer to another request changes nothing',
    requirements: ['arbitration.answer-bound-to-request'],
    check({ before, step, after }) {
      const other = step.deeds.filter(
        ({ input }) => input.type === 'arbiter.answered' && input.nonce === 'other',
      );
      if (other.length === 0) return null;
      return other.flatMap(({ host, self, effects }) =>
        expect(
          effects.length === 0 && isUnmoved(before, after, host),
          () => `${self} took the answer to another request for its own`,
        ),
      );
    },
  },
];

/** Null: nothing of these kinds came, or nobody claims that it could be told. */
function tampered({ tampering }: Transition, of: readonly Tampering['of'][]): Tampering | null {
  return tampering?.isAuthenticated === true && of.includes(tampering.of) ? tampering : null;
}

const believed = ({ deeds }: Transition, { of, kind }: Tampering): string[] =>
  deeds.filter(isTold).map(({ self, input }) => `${self} was given ${kind ?? of} (${input.type})`);

/** Of a message that was dropped a node learns at most that its channel has ended; of an old answer, its nonce. */
const isTold = ({ input }: Deed): boolean =>
  input.type === 'arbiter.answered' ? input.nonce === 'current' : input.type !== 'channel.closed';

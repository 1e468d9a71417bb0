// What may stand on the network against the hosts: a tape of what was under way, and what a tag binds a message to. Not
// what is put on the wire: system/adversary-steps.ts. Spec: protocol, "Security".

import type { ArbiterRecord } from '../vocabulary.ts';
import type { HostIndex } from './channel.ts';

/** A copy of something under way: of a message on a connection (0: a datagram), or of an answer of the arbiter. */
export type Recording =
  | { kind: 'message'; message: number; to: HostIndex; connection: number }
  | { kind: 'answer'; to: HostIndex; record: ArbiterRecord | null };
export type Tape = readonly Recording[];
export type TapeOperation = { type: 'record'; recording: Recording };

/**
 * What the tag of a message binds it to: who has the key; the machine, its epoch, both incarnations and the
 * connection, which all have keys of their own; its direction; its number, which is its place.
 */
export type Bond = 'key' | 'connection' | 'direction' | 'place';

/** `open`: whatever comes is given to the node. `authenticated`: only what is genuine and in its place. */
export type Wire = 'authenticated' | 'open';

/** Messages that no peer sends in its place: system/wrong-messages.ts makes them. */
export const wrongMessages = [
  'acknowledge',
  'acknowledge-beyond-sent',
  'future-acknowledge',
  'future-alive',
  'future-beat',
  'beat',
  'power-off',
  'yield',
  'unknown-entry',
  'gap',
  'diverged',
  'refuse',
  'misplaced-welcome',
] as const;
export type WrongMessage = (typeof wrongMessages)[number];

/** What may be forged: a message, an answer that says that the request was carried out, a fence that holds. */
export const forgeries = [...wrongMessages, 'answer', 'fence'] as const;
export type Forgery = (typeof forgeries)[number];

/** What manager, peer and arbiter may do that they must not. */
export const misdeeds = [
  ...wrongMessages,
  'misplaced-operation',
  'same-host',
  'old-answer',
] as const;
export type Misdeed = (typeof misdeeds)[number];

/** What two copies were made of has an order; in which they were made has none. */
export function tapeStep(tape: Tape, { recording }: TapeOperation): Tape {
  const [key, ...keys] = [recording, ...tape].map((one) => JSON.stringify(one));
  if (key === undefined || keys.includes(key)) return tape;
  return [...tape, recording].toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

// What a node has done, whichever state the model is in: the nonces of its requests, and the messages that it may send
// again. Grows with the trace by one text for each request, and for each message of the present connection.

import type { TraceEffect, TraceInput } from './trace.ts';

export interface Past {
  /** Which request an answer may belong to; both where the arbiter answers what it has failed. */
  noncesOf(nonce: string): readonly ('current' | 'other')[];
  isUsed(nonce: string): boolean;
  /** This very message was sent on this connection before. */
  wasSent(effect: Sent): boolean;
  /** Highest connection that was opened or asked for. */
  readonly connectionMax: bigint;
  note(input: TraceInput | null, effects: readonly TraceEffect[]): void;
}

type Sent = Extract<TraceEffect, { type: 'channel.send' }>;

export function createPast(): Past {
  const nonces = new Set<string>();
  let sent = new Set<string>();
  let sentOn = '';
  let last: string | null = null;
  let failed: string | null = null;
  let connectionMax = 0n;

  function seeConnection(connection: string): void {
    const number = BigInt(connection);
    if (number > connectionMax) connectionMax = number;
  }

  function noteMessage({ connection, message }: Sent): void {
    if (connection !== sentOn) sent = new Set();
    sentOn = connection;
    sent.add(JSON.stringify(message));
  }

  function noteEffect(effect: TraceEffect): void {
    if (effect.type === 'channel.open') seeConnection(effect.connection);
    if (effect.type === 'arbiter.request') {
      nonces.add(effect.nonce);
      last = effect.nonce;
    }
    const isKept = effect.type === 'channel.send' && !gathered.has(effect.message.kind);
    if (isKept) noteMessage(effect);
  }

  return {
    noncesOf(nonce) {
      if (nonce !== last) return ['other'];
      return nonce === failed ? ['current', 'other'] : ['current'];
    },
    isUsed: (nonce) => nonces.has(nonce),
    wasSent: ({ connection, message }) =>
      connection === sentOn && sent.has(JSON.stringify(message)),
    get connectionMax() {
      return connectionMax;
    },
    note(input, effects) {
      if (input?.type === 'arbiter.failed' && input.nonce === last) failed = last;
      if (input?.type === 'channel.opened' || input?.type === 'channel.arrived') {
        seeConnection(input.connection);
      }
      for (const effect of effects) noteEffect(effect);
    },
  };
}

/** Messages that have a freedom of their own. */
const gathered = new Set<string>(['acknowledge', 'alive']);

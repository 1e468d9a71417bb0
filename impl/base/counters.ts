// The counters of the protocol: unsigned 64-bit integers that the compiler keeps apart.
// Not arithmetic: a counter is compared and followed by the next one, seldom anything else.
// Spec: protocol.md, "Node".

import { assert } from './assert.ts';

/** A bigint in 0 .. 2^64 - 1 that counts one named thing. */
export type Counter<Name extends string> = bigint & { readonly counts: Name };

/** How often the arbiter's record has changed. */
export type Version = Counter<'version'>;
/** Generation of ownership and of the log. */
export type Epoch = Counter<'epoch'>;
/** The epoch in which the present owner took the machine; storage compares it. */
export type Token = Counter<'token'>;
/** Number of a log entry within its epoch, from 1; 0 stands before the first. */
export type Sequence = Counter<'sequence'>;
/** Steps retired by the guest. */
export type Position = Counter<'position'>;
/** Bytes of a channel since power-on. */
export type Offset = Counter<'offset'>;
/** Number of an ordered channel between two hosts. */
export type Connection = Counter<'connection'>;
/** Name of one request to the arbiter. */
export type Nonce = Counter<'nonce'>;
/** The n-th disk output since power-on, from 1. */
export type Operation = Counter<'operation'>;
/** Nanoseconds of the clock that the shell reads. */
export type Instant = Counter<'instant'>;

export const counterMax: bigint = (1n << 64n) - 1n;

export function isCounter(value: bigint): boolean {
  return value >= 0n && value <= counterMax;
}

/** Names a number as a counter. A number outside 64 bits is our own mistake: decoders check. */
export function toCounter<C extends Counter<string>>(value: bigint): C {
  assert(isCounter(value), `counter: expected 0..2^64-1, got ${value}`);
  return value as C;
}

export function successor<C extends Counter<string>>(value: C): C {
  return toCounter<C>(value + 1n);
}

export function greater<C extends Counter<string>>(left: C, right: C): C {
  return left > right ? left : right;
}

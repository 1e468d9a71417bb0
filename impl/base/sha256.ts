// SHA-256, incremental, on 32-bit integers.
// It names states and outputs; it guards no secret, and its speed may depend on its input.
// Spec: machine.md, "State digest". Source: FIPS 180-4.

import { assert } from './assert.ts';

export const digestBytes = 32;

export interface Sha256 {
  /** Adds bytes; returns itself, so that calls can be chained. */
  update(bytes: Uint8Array): Sha256;
  /** The digest of all bytes added. The object is spent afterwards. */
  finish(): Uint8Array;
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createSha256().update(bytes).finish();
}

export function createSha256(): Sha256 {
  const state = new Int32Array(initialState);
  const block = new Uint8Array(64);
  let blockUsed = 0;
  let total = 0;
  let finished = false;

  function update(bytes: Uint8Array): void {
    assert(!finished, 'SHA-256: bytes added after the digest was taken');
    total += bytes.length;
    let at = 0;
    if (blockUsed > 0) {
      at = Math.min(64 - blockUsed, bytes.length);
      block.set(bytes.subarray(0, at), blockUsed);
      blockUsed += at;
      if (blockUsed < 64) return;
      compress(state, block, 0);
    }
    for (; at + 64 <= bytes.length; at += 64) compress(state, bytes, at);
    block.set(bytes.subarray(at), 0);
    blockUsed = bytes.length - at;
  }

  const self: Sha256 = {
    update(bytes) {
      update(bytes);
      return self;
    },
    finish() {
      update(padding(total));
      finished = true;
      const digest = new Uint8Array(digestBytes);
      const view = new DataView(digest.buffer);
      state.forEach((word, index) => {
        view.setInt32(index * 4, word);
      });
      return digest;
    },
  };
  return self;
}

/** A one bit, zeros, and the length in bits: up to a whole number of blocks. */
function padding(total: number): Uint8Array {
  const size = 72 - ((total + 8) % 64);
  const bytes = new Uint8Array(size);
  bytes[0] = 0x80;
  new DataView(bytes.buffer).setBigUint64(size - 8, BigInt(total) * 8n);
  return bytes;
}

const schedule = new Int32Array(64);

function compress(state: Int32Array, bytes: Uint8Array, offset: number): void {
  expandSchedule(bytes, offset);
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let round = 0; round < 64; round += 1) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = (e & f) ^ (~e & g);
    const mixed = (h + sum1 + choice + (constants[round] ?? 0) + (schedule[round] ?? 0)) | 0;
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + mixed) | 0;
    d = c;
    c = b;
    b = a;
    a = (mixed + sum0 + majority) | 0;
  }
  addWord(state, 0, a);
  addWord(state, 1, b);
  addWord(state, 2, c);
  addWord(state, 3, d);
  addWord(state, 4, e);
  addWord(state, 5, f);
  addWord(state, 6, g);
  addWord(state, 7, h);
}

function addWord(words: Int32Array, index: number, value: number): void {
  words[index] = (words[index] ?? 0) + value;
}

function expandSchedule(bytes: Uint8Array, offset: number): void {
  for (let index = 0; index < 16; index += 1) {
    const at = offset + index * 4;
    const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
    schedule[index] = high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }
  for (let index = 16; index < 64; index += 1) {
    const far = schedule[index - 15] ?? 0;
    const near = schedule[index - 2] ?? 0;
    const sigma0 = ((far >>> 7) | (far << 25)) ^ ((far >>> 18) | (far << 14)) ^ (far >>> 3);
    const sigma1 = ((near >>> 17) | (near << 15)) ^ ((near >>> 19) | (near << 13)) ^ (near >>> 10);
    schedule[index] = (schedule[index - 16] ?? 0) + sigma0 + (schedule[index - 7] ?? 0) + sigma1;
  }
}

/** The first `count` primes, from which the standard derives its constants. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

/** The first 32 bits of the fraction of the `degree`th root: exact, by bisection on integers. */
function rootFraction(prime: number, degree: bigint): number {
  const target = BigInt(prime) << (32n * degree);
  let low = 0n;
  let high = BigInt(prime) << 32n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle - 1n;
  }
  return Number(BigInt.asUintN(32, low));
}

const initialState = primes(8).map((prime) => rootFraction(prime, 2n));
const constants = new Int32Array(primes(64).map((prime) => rootFraction(prime, 3n)));

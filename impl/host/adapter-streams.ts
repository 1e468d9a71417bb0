// What an adapter reads and writes; and standard input and output for a process that does nothing but answer: it waits
// in the read itself, which costs less than an event loop. Spec: conformance.md, "The adapter protocol".

import { readSync, writeSync } from 'node:fs';

export interface AdapterStreams {
  readonly input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly output: AdapterOutput;
}

export interface AdapterOutput {
  /** False where more must wait for `drain`. */
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

export function openBlockingStreams(): AdapterStreams {
  const output = {
    write(text: string): boolean {
      writeAll(1, Buffer.from(text));
      return true;
    },
    once: () => undefined,
  };
  return { input: chunksOf(0), output };
}

const chunkBytes = 1 << 16;

function* chunksOf(descriptor: number): Generator<Uint8Array, void, undefined> {
  const buffer = Buffer.alloc(chunkBytes);
  for (;;) {
    const size = untilReady(() => readSync(descriptor, buffer));
    if (size === 0) return;
    yield Uint8Array.from(buffer.subarray(0, size));
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) {
    from += untilReady(() => writeSync(descriptor, bytes, from));
  }
}

/** Who shares the stream may have made it one that does not wait: then this waits. */
function untilReady(act: () => number): number {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (!isBusy(error)) throw error;
      Atomics.wait(never, 0, 0, retryMs);
    }
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));
const retryMs = 1;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN';

// What arrives for a live machine from the outside world: bytes of a stream, its end, and the
// request to switch off. The stream is paused while a chunk waits, so that nothing piles up.
// Spec: machine.md, "Nondeterminism".

import type { Readable } from 'node:stream';

export interface Inbox {
  /** The bytes that wait, or undefined; they stay until `taken`. */
  readonly chunk: Uint8Array | undefined;
  /** The first `size` bytes of the chunk were delivered. */
  taken(size: number): void;
  readonly hasEnded: boolean;
  readonly isOffRequested: boolean;
  requestOff(): void;
  /** Ends when something arrives, or after `milliseconds`, whichever is first. */
  wait(milliseconds: number): Promise<void>;
  close(): void;
}

export function createInbox(input: Readable): Inbox {
  let chunk: Uint8Array | undefined;
  let hasEnded = false;
  let isOffRequested = false;
  let wake = (): void => {};

  const onData = (data: Uint8Array): void => {
    chunk = data;
    input.pause();
    wake();
  };
  const onEnd = (): void => {
    hasEnded = true;
    wake();
  };
  input.on('data', onData);
  input.once('end', onEnd);
  input.once('error', onEnd);

  return {
    get chunk() {
      return chunk;
    },
    taken(size) {
      const rest = chunk?.subarray(size);
      chunk = rest !== undefined && rest.length > 0 ? rest : undefined;
      if (chunk === undefined) input.resume();
    },
    get hasEnded() {
      return hasEnded && chunk === undefined;
    },
    get isOffRequested() {
      return isOffRequested;
    },
    requestOff() {
      isOffRequested = true;
      wake();
    },
    async wait(milliseconds) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = () => {};
    },
    close() {
      input.off('data', onData);
      input.off('end', onEnd);
      input.pause();
    },
  };
}

// The digest of guest memory by pages, kept so that a second digest costs a comparison for a page
// that has not changed. The memory itself is the processor's; this never writes to it.
// Spec: machine.md, "State digest".

import { digestBytes, sha256 } from '../base/sha256.ts';

export const pageBytes = 4096;

export interface MemoryDigest {
  /** The digests of all pages in order, brought up to date; valid until the next call. */
  pageDigests(): Uint8Array;
}

export function createMemoryDigest(ram: Uint8Array): MemoryDigest {
  const pages = ram.length / pageBytes;
  const words = new Int32Array(ram.buffer, ram.byteOffset, ram.length / 4);
  const digests = new Uint8Array(pages * digestBytes);
  const zeroDigest = sha256(new Uint8Array(pageBytes));
  /** What each page held when its digest was taken; nothing stands for zeros. */
  const seen: (Int32Array | undefined)[] = new Array(pages);
  for (let page = 0; page < pages; page += 1) digests.set(zeroDigest, page * digestBytes);

  function update(page: number): void {
    const at = page * pageWords;
    if (isSame(words, at, seen[page] ?? zeros)) return;
    const bytes = ram.subarray(page * pageBytes, (page + 1) * pageBytes);
    const kept = seen[page] ?? new Int32Array(pageWords);
    kept.set(words.subarray(at, at + pageWords));
    seen[page] = kept;
    digests.set(sha256(bytes), page * digestBytes);
  }

  return {
    pageDigests() {
      for (let page = 0; page < pages; page += 1) update(page);
      return digests;
    },
  };
}

const pageWords = pageBytes / 4;
const zeros = new Int32Array(pageWords);

function isSame(words: Int32Array, at: number, kept: Int32Array): boolean {
  for (let index = 0; index < pageWords; index += 1) {
    if (words[at + index] !== kept[index]) return false;
  }
  return true;
}

// Cuts a byte stream into lines of bounded length. What exceeds the bound is dropped up to the next
// line end and reported once: nothing is buffered beyond it. Not JSON.
// Spec: conformance.md, "The adapter protocol".

export const lineBytesMax: number = 1 << 20;

export type Line =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'not-utf8' };

export interface LineReader {
  /** The lines that end in this chunk. */
  push(chunk: Uint8Array): readonly Line[];
}

export function createLineReader(): LineReader {
  let parts: Uint8Array[] = [];
  let size = 0;

  function keep(part: Uint8Array): void {
    size += part.length;
    if (size > lineBytesMax) parts = [];
    else if (part.length > 0) parts.push(part);
  }

  function finish(): Line {
    const isTooLong = size > lineBytesMax;
    const bytes = Buffer.concat(parts);
    parts = [];
    size = 0;
    return isTooLong ? { kind: 'too-long' } : decode(bytes);
  }

  return {
    push(chunk) {
      const lines: Line[] = [];
      let from = 0;
      for (;;) {
        const end = chunk.indexOf(lineEnd, from);
        keep(chunk.slice(from, end < 0 ? chunk.length : end));
        if (end < 0) return lines;
        lines.push(finish());
        from = end + 1;
      }
    },
  };
}

function decode(bytes: Uint8Array): Line {
  try {
    return { kind: 'text', text: utf8.decode(bytes) };
  } catch {
    return { kind: 'not-utf8' };
  }
}

const lineEnd = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

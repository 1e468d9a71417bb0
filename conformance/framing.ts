// NDJSON framing: bytes in, whole lines out, with a bound on the length of a line.
// It knows no JSON; a line that is too long is reported once and the stream is spent.
// Spec: conformance.md, "The adapter protocol".

export const lineBytesMax = 1024 * 1024;

export type Framed =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'too-long'; readonly bytes: number };

export interface LineSplitter {
  push(chunk: Uint8Array): Framed[];
  /** What came after the last newline: an adapter that forgets the newline is told so. */
  rest(): string;
}

export function createLineSplitter(): LineSplitter {
  let parts: Uint8Array[] = [];
  let length = 0;
  let spent = false;

  function take(): string {
    const text = Buffer.concat(parts, length).toString('utf8');
    parts = [];
    length = 0;
    return text;
  }

  function add(part: Uint8Array): Framed | undefined {
    length += part.length;
    if (length > lineBytesMax) {
      spent = true;
      parts = [];
      return { kind: 'too-long', bytes: length };
    }
    parts.push(part);
    return undefined;
  }

  return {
    push(chunk) {
      const found: Framed[] = [];
      let from = 0;
      while (!spent && from < chunk.length) {
        const newline = chunk.indexOf(0x0a, from);
        const end = newline < 0 ? chunk.length : newline;
        const overflow = add(chunk.subarray(from, end));
        if (overflow !== undefined) found.push(overflow);
        else if (newline >= 0) found.push({ kind: 'line', text: take() });
        from = end + 1;
      }
      return found;
    },
    rest: () => (spent ? '' : Buffer.concat(parts, length).toString('utf8')),
  };
}

// The lines of a trace, from a stream of bytes: whole lines with their numbers, never more than so many bytes in memory.
// It knows no JSON. Spec: conformance, "Recorded traces".

export interface TextLine {
  readonly number: number;
  readonly text: string;
  /** False: the stream ended within this line. */
  readonly isWhole: boolean;
}
export type LineProblem = { readonly number: number; readonly problem: string };

export const lineBytesMax = 16 * 1024 * 1024;
export const linesMax = 400_000;

/** Ends after the first problem. An empty line is none: it is passed over, and counted. */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<TextLine | LineProblem> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 1;

  function take(isWhole: boolean): TextLine | LineProblem {
    const bytes = Buffer.concat(parts, length);
    parts = [];
    length = 0;
    try {
      return { number, text: decoder.decode(bytes).trimEnd(), isWhole };
    } catch {
      return { number, problem: 'expected UTF-8: was the file cut, or is it compressed?' };
    }
  }

  for await (const chunk of stream) {
    let from = 0;
    while (from < chunk.length) {
      const newline = chunk.indexOf(0x0a, from);
      const part = chunk.subarray(from, newline < 0 ? chunk.length : newline);
      parts.push(part);
      length += part.length;
      if (length > lineBytesMax) {
        const text = `expected at most ${lineBytesMax} bytes: record smaller copies`;
        yield { number, problem: text };
        return;
      }
      if (newline < 0) break;
      const line = take(true);
      yield line;
      if ('problem' in line) return;
      from = newline + 1;
      number++;
      if (number > linesMax) {
        const text = `expected at most ${linesMax} lines: cut the trace, and say from: "anywhere"`;
        yield { number, problem: text };
        return;
      }
    }
  }
  if (length > 0) yield take(false);
}

// What the outside makes of a console's chunks: one stream, each byte once, by offset.
// It judges nothing but its own stream: a byte that changes, or one that is missing, breaks the view.
// Spec: protocol.md, "Output".

export interface ConsoleView {
  /** Bytes of the stream seen so far. */
  readonly seen: number;
  /** Bytes that came again and were the same. */
  readonly repeated: number;
  /** The first contradiction or gap; undefined while the view is whole. */
  readonly broken: string | undefined;
  /** spec: output.byte-stream-offset */
  see(offset: bigint, data: Uint8Array): void;
  /** Whole lines that were not taken before, without their ends. */
  takeLines(): string[];
}

export function createConsoleView(): ConsoleView {
  const bytes: number[] = [];
  let repeated = 0;
  let taken = 0;
  let broken: string | undefined;

  function seeByte(at: number, value: number): void {
    if (at > bytes.length) broken ??= `byte ${bytes.length} never came: the next was byte ${at}`;
    else if (at === bytes.length) bytes.push(value);
    else if (bytes[at] === value) repeated += 1;
    else broken ??= `byte ${at} was ${bytes[at]} and came again as ${value}`;
  }

  return {
    get seen() {
      return bytes.length;
    },
    get repeated() {
      return repeated;
    },
    get broken() {
      return broken;
    },
    see(offset, data) {
      data.forEach((value, index) => {
        seeByte(Number(offset) + index, value);
      });
    },
    takeLines() {
      const end = bytes.lastIndexOf(newline) + 1;
      if (end <= taken) return [];
      const text = new TextDecoder().decode(Uint8Array.from(bytes.slice(taken, end)));
      taken = end;
      return text.split(/\r?\n/).slice(0, -1);
    },
  };
}

const newline = 0x0a;

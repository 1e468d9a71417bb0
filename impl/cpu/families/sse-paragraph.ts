// A paragraph of an SSE family on one line: encoding, meaning, text. Spec: cpu.md, "Instructions".

import type { Algebra } from '../algebra.ts';
import type { Definition, Instruction } from '../instruction.ts';
import { requireSse } from '../xmm-operands.ts';

export type Meaning = <V>(m: Algebra<V>, i: Instruction) => void;

/** Several encodings stand behind each other, separated by commas. */
export function sse(encoding: string, meaning: Meaning, text: string): Definition {
  return {
    encoding: encoding.split(', '),
    meaning(m, i) {
      requireSse(m);
      meaning(m, i);
    },
    text,
  };
}

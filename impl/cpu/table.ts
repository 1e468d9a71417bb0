// The one opcode table, assembled from the families. Decoder, interpreter, disassembler and the
// generator of test vectors all read it; nothing else knows an encoding.
// Spec: cpu.md, "Instructions".

import { definitionToForms } from './encoding.ts';
import { arithmetic } from './families/arithmetic.ts';
import { bits } from './families/bits.ts';
import { branches } from './families/branches.ts';
import { conditionals } from './families/conditionals.ts';
import { control } from './families/control.ts';
import { conversions } from './families/conversions.ts';
import { exchanges } from './families/exchanges.ts';
import { flagInstructions } from './families/flag-instructions.ts';
import { logic } from './families/logic.ts';
import { moves } from './families/moves.ts';
import { multiplication } from './families/multiplication.ts';
import { ports } from './families/ports.ts';
import { rotations } from './families/rotations.ts';
import { shifts } from './families/shifts.ts';
import { sseArithmetic } from './families/sse-arithmetic.ts';
import { sseConversions } from './families/sse-conversions.ts';
import { sseIntegers } from './families/sse-integers.ts';
import { sseMoves } from './families/sse-moves.ts';
import { sseShifts } from './families/sse-shifts.ts';
import { sseShuffles } from './families/sse-shuffles.ts';
import { sseState } from './families/sse-state.ts';
import { stack } from './families/stack.ts';
import { strings } from './families/strings.ts';
import { system } from './families/system.ts';
import type { Family, Form } from './instruction.ts';

export const FAMILIES: readonly Family[] = [
  moves,
  stack,
  arithmetic,
  logic,
  shifts,
  rotations,
  multiplication,
  conversions,
  conditionals,
  branches,
  exchanges,
  bits,
  strings,
  flagInstructions,
  ports,
  control,
  system,
  sseMoves,
  sseIntegers,
  sseShuffles,
  sseShifts,
  sseArithmetic,
  sseConversions,
  sseState,
];

/** Every form of every definition, in the order of the families. */
export const FORMS: readonly Form[] = FAMILIES.flatMap((family) =>
  family.definitions.flatMap((definition) => definitionToForms(definition, family.name)),
);

/** The forms at an opcode of the one-byte map (0) or of the map behind 0F (1). */
export function formsAt(map: 0 | 1, opcode: number): readonly Form[] {
  return BY_OPCODE[map * 256 + opcode] ?? [];
}

/** Forms with a prefix or a whole ModRM byte of their own stand before the plain ones. */
const BY_OPCODE: readonly (readonly Form[])[] = Array.from({ length: 512 }, (_, k) =>
  FORMS.filter((form) => form.map * 256 + form.opcode === k).sort(
    (a, b) => specificity(b) - specificity(a),
  ),
);

function specificity(form: Form): number {
  return [form.prefix, form.modrm, form.rexW, form.rexB].filter((part) => part !== undefined)
    .length;
}

// The one opcode table, assembled from the families. Decoder, interpreter, disassembler and the
// generator of test vectors all read it; nothing else knows an encoding.
// Spec: cpu.md, "Instructions".

import { definitionToForms } from './encoding.ts';
import { arithmetic } from './families/arithmetic.ts';
import { bitManipulation } from './families/bit-manipulation.ts';
import { bits } from './families/bits.ts';
import { branches } from './families/branches.ts';
import { cacheHints } from './families/cache-hints.ts';
import { conditionals } from './families/conditionals.ts';
import { control } from './families/control.ts';
import { conversions } from './families/conversions.ts';
import { descriptorTables } from './families/descriptor-tables.ts';
import { exchanges } from './families/exchanges.ts';
import { farTransfers } from './families/far-transfers.ts';
import { flagInstructions } from './families/flag-instructions.ts';
import { logic } from './families/logic.ts';
import { moves } from './families/moves.ts';
import { multiplication } from './families/multiplication.ts';
import { ports } from './families/ports.ts';
import { rotations } from './families/rotations.ts';
import { segmentRegisters } from './families/segment-registers.ts';
import { shifts } from './families/shifts.ts';
import { stack } from './families/stack.ts';
import { strings } from './families/strings.ts';
import { system } from './families/system.ts';
import type { Family, Form, OpcodeMap } from './instruction.ts';

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
  bitManipulation,
  strings,
  flagInstructions,
  ports,
  control,
  cacheHints,
  farTransfers,
  segmentRegisters,
  descriptorTables,
  system,
];

/** Every form of every definition, in the order of the families. */
export const FORMS: readonly Form[] = FAMILIES.flatMap((family) =>
  family.definitions.flatMap((definition) => definitionToForms(definition, family.name)),
);

/** The forms at an opcode of a map, without or behind a VEX prefix. */
export function formsAt(map: OpcodeMap, opcode: number, vex: boolean): readonly Form[] {
  return BY_OPCODE[(vex ? 1024 : 0) + map * 256 + opcode] ?? [];
}

/** Forms with a prefix or a whole ModRM byte of their own stand before the plain ones. */
const BY_OPCODE: readonly (readonly Form[])[] = Array.from({ length: 2048 }, (_, k) =>
  FORMS.filter((form) => (form.vex === true ? 1024 : 0) + form.map * 256 + form.opcode === k).sort(
    (a, b) => specificity(b) - specificity(a),
  ),
);

function specificity(form: Form): number {
  return [form.prefix, form.modrm, form.digit, form.rexW, form.rexR, form.rexB].filter(
    (part) => part !== undefined,
  ).length;
}

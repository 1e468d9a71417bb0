// The three faces of an instruction: its definition (encoding, meaning, text), a form (one line of
// its encoding, parsed) and the decoded instruction at an address. Spec: cpu.md, "Instructions".

import type { Algebra, Flag, OperandWidth } from './algebra.ts';
import type { Value } from './fast-values.ts';

/** A paragraph of a family: written in this order, and nothing of it anywhere else. */
export type Definition = {
  /** Lines such as '81 /0 Ev Iz'; the grammar is in encoding.ts. */
  readonly encoding: readonly string[];
  /** May carry a LOCK prefix when the destination is memory. */
  readonly lockable?: true;
  readonly undefinedFlags?: UndefinedFlags;
  /** Read, compute, flags, write. */
  meaning<V>(m: Algebra<V>, i: Instruction): void;
  /**
   * The mnemonic. '?' stands for the condition and '#' for the letter of the width; alternatives
   * are for operations of 16|32|64 bits, or two of them for addresses of 32|64 bits.
   */
  readonly text: string;
};

/**
 * The flags that the architecture leaves undefined; ours have one value, processors may differ.
 *
 * spec: cpu.undefined-flags-are-fixed
 */
export type UndefinedFlags = {
  /** What they are here, for the chapter. */
  readonly here: string;
  readonly always?: readonly Flag[];
  /** For shifts and rotations by a masked count other than 1. */
  readonly countNotOne?: readonly Flag[];
  /** For shifts by a masked count of the width or more. */
  readonly countWide?: readonly Flag[];
};

/** Instructions that are told together. */
export type Family = { readonly name: string; readonly definitions: readonly Definition[] };

/** The codes of operands, as in the opcode maps of the Intel SDM, vol. 2, appendix A. */
export type OperandCode =
  | ('Eb' | 'Ew' | 'Ed' | 'Ev' | 'Gb' | 'Gv' | 'Zb' | 'Zv' | 'Ob' | 'Ov')
  | ('Gy' | 'By' | 'M' | 'Mw' | 'Mv' | 'Rv' | 'Rq' | 'Cq' | 'Dq' | 'Sw')
  | ('Ib' | 'Ibs' | 'Iw' | 'Iz' | 'Iv' | 'Jb' | 'Jz' | '1')
  | ('AL' | 'CL' | 'DX' | 'rAX' | 'eAX' | 'FS' | 'GS')
  | XmmCode;

/**
 * XMM registers: V in the middle field of ModRM, U in the lower one, W there or in memory. The
 * second letter is what lies in memory: x 128 bits, q 64, d 32.
 */
export type XmmCode = 'Vx' | 'Ux' | 'Wx' | 'Wq' | 'Wd' | 'Mx' | 'Mq' | 'Md';

export type Form = {
  readonly definition: Definition;
  readonly family: string;
  /** The line it was parsed from. */
  readonly line: string;
  /** One byte, behind 0F, behind 0F 38, behind 0F 3A. */
  readonly map: OpcodeMap;
  readonly vex?: boolean;
  readonly opcode: number;
  readonly condition: number;
  /** The prefix that is part of the opcode; 0 where there must be none of the three. */
  readonly prefix?: MandatoryPrefix;
  /** Needs this bit of REX to be set. */
  readonly rexW?: boolean;
  readonly rexR?: boolean;
  readonly rexB?: boolean;
  readonly hasModrm: boolean;
  /** The opcode extension in the middle field of ModRM. */
  readonly digit?: number;
  /** The whole ModRM byte, where it is part of the opcode. */
  readonly modrm?: number;
  readonly size: 'byte' | 'operand' | 'default64' | 'always64' | 'without16';
  readonly operands: readonly OperandCode[];
};

export type OpcodeMap = 0 | 1 | 2 | 3;
export type MandatoryPrefix = 0 | 0x66 | 0xf2 | 0xf3;

export type RegisterOperand = {
  readonly kind: 'register';
  readonly width: OperandWidth;
  readonly index: number;
  /** One of AH, CH, DH, BH; `index` is then that of the whole register. */
  readonly high: boolean;
};

export type XmmOperand = {
  readonly kind: 'xmm';
  /** What the instruction uses of it at a time. */
  readonly width: OperandWidth;
  readonly index: number;
};

export type MemoryOperand = {
  readonly kind: 'memory';
  /** 128 bits are accessed as two halves: their width is 64. */
  readonly width: OperandWidth;
  /** Register numbers, or -1 for none. */
  readonly base: number;
  readonly index: number;
  readonly scale: 0 | 1 | 2 | 3;
  /** Sign-extended to 64 bits; relative to the next instruction it is already resolved. */
  readonly displacement: Value;
  readonly addressWidth: 32 | 64;
  readonly segment: Segment;
};

export type ImmediateOperand = {
  readonly kind: 'immediate';
  readonly width: OperandWidth;
  /** Unsigned, extended to the width; the target itself in a branch. */
  readonly value: Value;
};

export type SpecialOperand = {
  readonly kind: 'special';
  readonly width: OperandWidth;
  readonly name:
    | ('cr0' | 'cr2' | 'cr3' | 'cr4')
    | ('dr0' | 'dr1' | 'dr2' | 'dr3' | 'dr6' | 'dr7')
    | ('es' | 'cs' | 'ss' | 'ds' | 'fs' | 'gs');
};

export type AbsentOperand = { readonly kind: 'absent'; readonly width: OperandWidth };

export type Operand =
  | RegisterOperand
  | XmmOperand
  | MemoryOperand
  | ImmediateOperand
  | SpecialOperand
  | AbsentOperand;

/** Only FS and GS have a base in long mode. */
export type Segment = 'flat' | 'stack' | 'fs' | 'gs';

export type Repeat = 'none' | 'while-equal' | 'while-unequal';

export type Instruction = {
  readonly form: Form;
  /** That of the form's definition: kept here, because every step asks for it. */
  readonly meaning: Definition['meaning'];
  readonly address: bigint;
  readonly length: number;
  /** Where execution continues unless the instruction jumps. */
  readonly next: Value;
  /** The width of the operation in bits. */
  readonly width: OperandWidth;
  readonly addressWidth: 32 | 64;
  readonly segment: Segment;
  readonly repeat: Repeat;
  readonly locked: boolean;
  /** The condition code of Jcc, SETcc and CMOVcc. */
  readonly condition: number;
  readonly first: Operand;
  readonly second: Operand;
  readonly third: Operand;
};

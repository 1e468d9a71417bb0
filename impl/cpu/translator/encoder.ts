// Writes WebAssembly modules in their binary format: numbers, sections and the instructions that
// the translator needs. It knows nothing of the guest. WebAssembly Core Specification 2.0, chapter 5.
// Spec: cpu.md, "Meaning".

import { assert } from '../../base/assert.ts';

/** Code of one function; an engine may refuse more than 7,654,321 bytes. */
export const FUNCTION_BYTES_MAX: number = 1 << 20;

// biome-ignore format: a table, several entries a line.
/** Opcodes, named as in the text format. */
export const OP = {
  unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c,
  brIf: 0x0d, call: 0x10, select: 0x1b, localGet: 0x20, localSet: 0x21, localTee: 0x22,
  i32Load: 0x28, i64Load: 0x29, i32Load8: 0x2d, i32Load16: 0x2f, i32Store: 0x36, i64Store: 0x37,
  f64Load: 0x2b, f64Store: 0x39, i32Store8: 0x3a, i32Store16: 0x3b, i32Const: 0x41, i64Const: 0x42, i32Eqz: 0x45, i32Eq: 0x46,
  i32Ne: 0x47, i32LtS: 0x48, i32LtU: 0x49, i32GeU: 0x4f, i64Eqz: 0x50, i64Eq: 0x51, i64LtS: 0x53,
  i64LtU: 0x54, i64GeU: 0x5a, i32Clz: 0x67, i32Ctz: 0x68, i32Popcnt: 0x69, i32Add: 0x6a,
  i32Sub: 0x6b, i32Mul: 0x6c, i32And: 0x71, i32Or: 0x72, i32Xor: 0x73, i32Shl: 0x74,
  i32ShrS: 0x75, i32ShrU: 0x76, i32Rotl: 0x77, i64Clz: 0x79, i64Ctz: 0x7a, i64Popcnt: 0x7b,
  i64Add: 0x7c, i64Sub: 0x7d, i64Mul: 0x7e, i64DivS: 0x7f, i64DivU: 0x80, i64RemS: 0x81,
  i64RemU: 0x82, i64And: 0x83, i64Or: 0x84, i64Xor: 0x85, i64Shl: 0x86, i64ShrS: 0x87,
  i64ShrU: 0x88, i64Rotl: 0x89, i32WrapI64: 0xa7, i64ExtendI32S: 0xac, i64ExtendI32U: 0xad,
  i32Extend8S: 0xc0, i32Extend16S: 0xc1,
  f32Eq: 0x5b, f32Lt: 0x5d, f64Eq: 0x61, f64Lt: 0x63, f32Nearest: 0x90, f32Sqrt: 0x91,
  f32Add: 0x92, f32Sub: 0x93, f32Mul: 0x94, f32Div: 0x95, f64Nearest: 0x9e, f64Sqrt: 0x9f,
  f64Add: 0xa0, f64Sub: 0xa1, f64Mul: 0xa2, f64Div: 0xa3, f32ConvertI32S: 0xb2,
  f32ConvertI64S: 0xb4, f32DemoteF64: 0xb6, f64ConvertI32S: 0xb7, f64ConvertI64S: 0xb9,
  f64PromoteF32: 0xbb, i32ReinterpretF32: 0xbc, i64ReinterpretF64: 0xbd, f32ReinterpretI32: 0xbe,
  f64ReinterpretI64: 0xbf, saturating: 0xfc,
} as const;

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64';

/** Growing bytes of a module. */
export class ByteSink {
  #bytes: Uint8Array = new Uint8Array(256);
  length = 0;

  byte(value: number): void {
    if (this.length === this.#bytes.length) {
      const grown = new Uint8Array(2 * this.length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.length] = value;
    this.length += 1;
  }

  /** LEB128, unsigned, of at most 32 bits. */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** LEB128, signed, of at most 64 bits. */
  signed(value: bigint): void {
    let rest = value;
    while (rest < -0x40n || rest >= 0x40n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }

  append(other: ByteSink): void {
    for (const byte of other.toBytes()) this.byte(byte);
  }

  toBytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

export type Signature = {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
};

export type FunctionCode = {
  readonly signature: Signature;
  /** Locals beside the parameters. */
  readonly locals: readonly ValueType[];
  readonly body: ByteSink;
};

export type ModuleParts = {
  /** The functions imported; they are numbered before those of the module. */
  readonly imports: readonly { readonly name: string; readonly signature: Signature }[];
  readonly functions: readonly FunctionCode[];
  /** From this place in the list on functions are exported, as '0', '1' and so on. */
  readonly exportFrom: number;
};

/** A module that imports its memory and functions from 'host'. */
export function moduleToBytes(parts: ModuleParts): Uint8Array {
  const { imports, functions, exportFrom } = parts;
  const signatures = [...imports, ...functions].map((part) => part.signature);
  const sink = new ByteSink();
  for (const byte of HEADER) sink.byte(byte);
  writeSection(sink, 1, signatures, writeSignature);
  writeSection(sink, 2, ['memory', ...imports.map(({ name }) => name)], (to, name, k) => {
    writeName(to, 'host');
    writeName(to, name);
    for (const byte of k === 0 ? ANY_MEMORY : [FUNCTION_KIND, k - 1]) to.byte(byte);
  });
  writeSection(sink, 3, functions, (to, _, k) => to.unsigned(imports.length + k));
  writeSection(sink, 7, functions.slice(exportFrom), (to, _, k) => {
    writeName(to, `${k}`);
    to.byte(FUNCTION_KIND);
    to.unsigned(imports.length + exportFrom + k);
  });
  writeSection(sink, 10, functions, writeFunction);
  return sink.toBytes();
}

function writeSection<Item>(
  sink: ByteSink,
  id: number,
  items: readonly Item[],
  write: (to: ByteSink, item: Item, index: number) => void,
): void {
  const content = new ByteSink();
  content.unsigned(items.length);
  items.forEach((item, k) => {
    write(content, item, k);
  });
  sink.byte(id);
  sink.unsigned(content.length);
  sink.append(content);
}

function writeSignature(to: ByteSink, { parameters, results }: Signature): void {
  to.byte(0x60);
  for (const types of [parameters, results]) {
    to.unsigned(types.length);
    for (const type of types) to.byte(TYPE_BYTES[type]);
  }
}

/** Names here are ASCII. */
function writeName(to: ByteSink, name: string): void {
  to.unsigned(name.length);
  for (const letter of name) to.byte(letter.charCodeAt(0));
}

function writeFunction(to: ByteSink, { locals, body }: FunctionCode): void {
  assert(body.length <= FUNCTION_BYTES_MAX, `encoder: ${body.length} bytes in one function`);
  const content = new ByteSink();
  const runs = runsOf(locals);
  content.unsigned(runs.length);
  for (const { type, count } of runs) {
    content.unsigned(count);
    content.byte(TYPE_BYTES[type]);
  }
  content.append(body);
  content.byte(OP.end);
  to.unsigned(content.length);
  to.append(content);
}

/** Locals are declared by runs of one type. */
function runsOf(locals: readonly ValueType[]): { type: ValueType; count: number }[] {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count += 1;
    else runs.push({ type, count: 1 });
  }
  return runs;
}

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const FUNCTION_KIND = 0;
/** A memory without a maximum, of at least one page. */
const ANY_MEMORY = [2, 0, 1];
const TYPE_BYTES: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
};

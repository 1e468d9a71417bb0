// The decoder against an independent one, iced-x86, on random bytes: the same length and mnemonic
// for every instruction of the table; what is not in the table must be invalid, and is counted.

import { Code, Decoder, DecoderOptions, Mnemonic } from 'iced-x86';
import { describe, expect, it } from 'vitest';
import { decode, INSTRUCTION_BYTES_MAX } from '../../impl/cpu/index.ts';
import { FORMS } from '../../impl/cpu/table.ts';
import { mnemonicOf } from '../../impl/cpu/text.ts';
import { createRandom, type Random } from './oracle/random.ts';

const SEED = 64;
const SAMPLES = 200_000;

describe('decoder and iced-x86', () => {
  it('agree on length and mnemonic', () => {
    const random = createRandom(SEED);
    const counts = { same: 0, invalid: 0, unsupported: 0 };
    const differences: string[] = [];
    for (let k = 0; k < SAMPLES; k += 1) {
      const bytes = randomBytes(random);
      const ours = describeOurs(bytes);
      const theirs = describeTheirs(bytes);
      if (ours === toOurNames(theirs.text, ours)) {
        counts[ours === 'invalid' ? 'invalid' : 'same'] += 1;
      } else if (ours === 'invalid' && !isSupported(theirs)) counts.unsupported += 1;
      else differences.push(`${Buffer.from(bytes).toString('hex')}: ${ours}, iced ${theirs.text}`);
    }
    console.log(`decoder: ${JSON.stringify(counts)}, seed ${SEED}`);
    expect(differences.length + counts.same + counts.invalid + counts.unsupported).toBe(SAMPLES);
    expect(differences.slice(0, 400)).toEqual([]);
    expect(counts.same).toBeGreaterThan(SAMPLES / 4);
  });
});

/** Half of the strings begin with an opcode of the table, behind random prefixes. */
function randomBytes(random: Random): Uint8Array {
  const bytes = new Uint8Array(INSTRUCTION_BYTES_MAX).map(() => random.below(256));
  if (random.oneIn(2)) return bytes;
  const prefixes = Array.from({ length: random.below(3) }, () => random.pick(PREFIXES));
  const form = random.pick(FORMS);
  const opcode = form.map === 1 ? [0x0f, form.opcode] : [form.opcode];
  const mandatory = form.prefix === undefined || form.prefix === 0 ? [] : [form.prefix];
  bytes.set([...prefixes, ...mandatory, ...opcode]);
  return bytes;
}

function describeOurs(bytes: Uint8Array): string {
  const decoded = decode(bytes, 0x1000n);
  if (decoded.kind !== 'instruction') return 'invalid';
  const { instruction } = decoded;
  return `${mnemonicOf(instruction)} ${instruction.length}`;
}

type Theirs = { readonly text: string; readonly code: string };

function describeTheirs(bytes: Uint8Array): Theirs {
  const decoder = new Decoder(64, bytes, DecoderOptions.None);
  decoder.ip = 0x1000n;
  const instruction = decoder.decode();
  const { code, mnemonic, length } = instruction;
  instruction.free();
  decoder.free();
  if (code === Code.INVALID) return { text: 'invalid', code: '' };
  return { text: `${Mnemonic[mnemonic]?.toLowerCase()} ${length}`, code: Code[code] ?? '' };
}

/**
 * SAL is SHL; TZCNT and LZCNT are not announced, so their bytes are BSF and BSR; every form of
 * 0F 1F is a NOP on processors; F3 90 with REX.B exchanges on processors, where iced says PAUSE.
 */
function toOurNames(theirs: string, ours: string): string {
  return theirs
    .replace(/^sal /, 'shl ')
    .replace(/^tzcnt /, 'bsf ')
    .replace(/^lzcnt /, 'bsr ')
    .replace(/^reservednop /, 'nop ')
    .replace(/^pause /, ours.startsWith('xchg ') ? 'xchg ' : 'pause ');
}

/** Forms outside the table whose mnemonic is in it; MMX among them. */
const UNSUPPORTED =
  /^((Call|Jmp)_m16|(Push|Pop)[wq]_[FG]S|Retf[wd]|Retfq_imm|Mov_(r64_[cd]r|[cd]r_r64))|_mm(_|$)/;

const MNEMONICS: ReadonlySet<string> = new Set(
  FORMS.flatMap((form) => form.definition.text.split('|')).flatMap(expand),
);

function isSupported(theirs: Theirs): boolean {
  return MNEMONICS.has(theirs.text.split(' ')[0] ?? '') && !UNSUPPORTED.test(theirs.code);
}

function expand(text: string): string[] {
  const letters = text.includes('#') ? ['b', 'w', 'd', 'q'] : [''];
  const conditions = text.includes('?')
    ? ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g']
    : [''];
  return letters.flatMap((letter) =>
    conditions.map((condition) => text.replace('#', letter).replace('?', condition)),
  );
}

const PREFIXES = [0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x2e, 0x64, 0x65, 0x40, 0x41, 0x44, 0x48, 0x4f];

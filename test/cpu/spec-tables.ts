// The tables of spec/cpu.md that follow from the code: instructions, undefined flags, identity,
// layout of the state, what is absent. The test compares them; `npm run spec:tables` rewrites.

import type { Flag } from '../../impl/cpu/algebra.ts';
import { IDENTITY } from '../../impl/cpu/index.ts';
import type { Definition, Family, UndefinedFlags } from '../../impl/cpu/instruction.ts';
import { SPECIAL_REGISTERS } from '../../impl/cpu/state.ts';
import { FAMILIES } from '../../impl/cpu/table.ts';
import { absentTable } from './absent-instructions.ts';

export const CHAPTER = new URL('../../spec/cpu.md', import.meta.url);

/** Replaces what stands between the marks of each table. */
export function withTables(chapter: string): string {
  return Object.entries(TABLES).reduce((text, [name, build]) => {
    const marks = new RegExp(`(<!-- table: ${name} -->\n)[^]*?(<!-- end -->)`);
    if (!marks.test(text)) throw new Error(`spec/cpu.md: expected the marks of table ${name}`);
    return text.replace(marks, (_, open: string, close: string) => `${open}${build()}\n${close}`);
  }, chapter);
}

const TABLES: Readonly<Record<string, () => string>> = {
  instructions: instructionTable,
  absent: absentTable,
  'undefined-flags': undefinedFlagsTable,
  identity: identityTable,
  state: stateTable,
};

function instructionTable(): string {
  const rows = FAMILIES.flatMap((family: Family) =>
    family.definitions.map(
      (definition) => `| ${family.name} | ${mnemonics(definition)} | ${encodings(definition)} |`,
    ),
  );
  return ['| family | instruction | encodings |', '|---|---|---|', ...rows].join('\n');
}

function mnemonics(definition: Definition): string {
  const names = definition.text
    .split('|')
    .map((name) => name.replace('?', 'cc').replace('#', 'b/w/d/q').toUpperCase());
  const lock = definition.lockable === true ? ' (LOCK)' : '';
  return [...new Set(names)].join(' ').replaceAll('CC', 'cc').replaceAll('B/W/D/Q', 'x') + lock;
}

function encodings(definition: Definition): string {
  return definition.encoding.map((line) => `\`${line}\``).join(', ');
}

function undefinedFlagsTable(): string {
  const rows = new Map<string, string[]>();
  for (const definition of FAMILIES.flatMap((family) => family.definitions)) {
    if (definition.undefinedFlags === undefined) continue;
    const key = `${undefinedText(definition.undefinedFlags)} | ${definition.undefinedFlags.here}`;
    rows.set(key, [
      ...new Set([...(rows.get(key) ?? []), mnemonics(definition).replace(' (LOCK)', '')]),
    ]);
  }
  const lines = [...rows].map(([key, names]) => `| ${names.join(' ')} | ${key} |`);
  return ['| instructions | undefined | here |', '|---|---|---|', ...lines].join('\n');
}

function undefinedText(rules: UndefinedFlags): string {
  return [
    flagNames(rules.always, ''),
    flagNames(rules.countNotOne, ' unless the count is 1'),
    flagNames(rules.countWide, ' for counts of the width or more'),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function flagNames(flags: readonly Flag[] | undefined, when: string): string {
  if (flags === undefined) return '';
  return (
    [...flags]
      .sort((a, b) => b - a)
      .map((flag) => FLAG_NAMES[flag])
      .join(' ') + when
  );
}

const FLAG_NAMES: Readonly<Record<Flag, string>> = {
  0: 'CF',
  2: 'PF',
  4: 'AF',
  6: 'ZF',
  7: 'SF',
  11: 'OF',
};

function identityTable(): string {
  const hex = (value: number): string => `0x${value.toString(16)}`;
  const rows = IDENTITY.map(({ leaf, eax, ebx, ecx, edx }) =>
    [leaf, eax, ebx, ecx, edx].map(hex).join(' | '),
  );
  return [
    '| leaf | EAX | EBX | ECX | EDX |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

function stateTable(): string {
  const special = SPECIAL_REGISTERS.map((name) => SPECIAL_NAMES[name] ?? name.toUpperCase());
  const retired = 18 + special.length;
  return [
    '| words | what |',
    '|---|---|',
    '| 0 to 15 | RAX RCX RDX RBX RSP RBP RSI RDI R8 R9 R10 R11 R12 R13 R14 R15 |',
    '| 16, 17 | RIP, RFLAGS |',
    `| 18 to ${retired - 1} | ${special.join(', ')} |`,
    `| ${retired} | steps retired |`,
    `| ${retired + 1} | status |`,
    `| ${retired + 2} to ${retired + 33} | XMM0 to XMM15: bits 0 to 63, then 64 to 127, of each |`,
  ].join('\n');
}

const SPECIAL_NAMES: Readonly<Record<string, string>> = {
  gdtBase: 'GDTR base',
  gdtLimit: 'GDTR limit',
  idtBase: 'IDTR base',
  idtLimit: 'IDTR limit',
  fsBase: 'FS base',
  gsBase: 'GS base',
  kernelGsBase: 'exchanged GS base',
  tscAux: 'TSC_AUX',
  ldt: 'LDTR',
  ldtBase: 'LDTR base',
  ldtLimit: 'LDTR limit',
  dataLevels: 'data levels',
  trBase: 'TR base',
  trLimit: 'TR limit',
  apicBase: 'APIC base',
};

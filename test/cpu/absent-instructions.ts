// The general-purpose instructions that 64-bit mode has and the processor has not, with the reason.
// The list is held against iced-x86 by spec-tables.test.ts; it becomes a table of the chapter.

import { CodeExt, EncodingKind, Code as IcedCode, Mnemonic } from 'iced-x86';
import { FORMS } from '../../impl/cpu/table.ts';

type Absence = { readonly what: string; readonly why: string; readonly mnemonics: string };

export const ABSENCES: readonly Absence[] = [
  {
    what: 'random numbers',
    why: 'nondeterminism that no log entry carries',
    mnemonics: 'rdrand rdseed',
  },
  {
    what: 'performance counters, tracing',
    why: 'they measure the host',
    mnemonics: 'rdpmc rdpru ptwrite rdudbg wrudbg spflt',
  },
  {
    what: 'system calls of other modes',
    why: 'SYSENTER is not announced; code of 32 bits cannot be entered',
    mnemonics: 'sysenter sysexit sysexitq sysret',
  },
  {
    what: 'virtual machines within',
    why: 'not announced',
    mnemonics:
      'clgi stgi invept invlpga invlpgb invvpid tlbsync skinit vmcall vmclear vmfunc vmgexit ' +
      'vmlaunch vmload vmmcall vmptrld vmptrst vmread vmresume vmrun vmsave vmwrite vmxoff vmxon ' +
      'psmash pvalidate rmpadjust rmpquery rmpupdate seamcall seamops seamret tdcall',
  },
  {
    what: 'enclaves, keys, measured start',
    why: 'not announced',
    mnemonics:
      'encls enclu enclv getsec getsecq pconfig pbndkb encodekey128 encodekey256 ' +
      'aesdecwide128kl aesdecwide256kl aesencwide128kl aesencwide256kl',
  },
  {
    what: 'shadow stacks',
    why: 'CET is not announced; ENDBR64 is a NOP',
    mnemonics:
      'clrssbsy incsspd incsspq rdsspd rdsspq rstorssp saveprevssp setssbsy wrssd wrssq wrussd wrussq',
  },
  {
    what: 'transactions',
    why: 'not announced',
    mnemonics: 'xabort xbegin xend xtest xresldtrk xsusldtrk',
  },
  {
    what: 'waiting on memory',
    why: 'not announced; there is one processor',
    mnemonics: 'monitor monitorx mwait mwaitx umonitor umwait tpause mcommit',
  },
  {
    what: 'paging and its keys',
    why: 'nothing is paged',
    mnemonics: 'clac stac invpcid rdpkru wrpkru',
  },
  {
    what: 'extended state',
    why: 'XSAVE is not announced',
    mnemonics:
      'xgetbv xsetbv xsave xsave64 xsavec xsavec64 xsaveopt xsaveopt64 xsaves xsaves64 xrstor ' +
      'xrstor64 xrstors xrstors64 ldtilecfg sttilecfg tilerelease',
  },
  {
    what: 'user interrupts, FRED, LKGS, lists of registers',
    why: 'not announced',
    mnemonics:
      'clui stui testui uiret senduipi erets eretu lkgs rdmsrlist wrmsrlist wrmsrns hreset',
  },
  {
    what: 'stores and additions of newer processors',
    why: 'not announced',
    mnemonics:
      'movdiri movdir64b enqcmd enqcmds aadd aand aor axor cmpbexadd cmpbxadd cmplexadd cmplxadd ' +
      'cmpnbexadd cmpnbxadd cmpnlexadd cmpnlxadd cmpnoxadd cmpnpxadd cmpnsxadd cmpnzxadd cmpoxadd ' +
      'cmppxadd cmpsxadd cmpzxadd clzero serialize wbnoinvd pcommit cldemote',
  },
  {
    what: 'bounds',
    why: 'MPX is not announced; its opcodes are NOPs',
    mnemonics: 'bndcl bndcn bndcu bndldx bndmk bndmov bndstx',
  },
  {
    what: 'system management',
    why: 'there is no such mode',
    mnemonics: 'rsm',
  },
];

/** Of one vendor's discontinued line, undocumented, or names of encodings that are NOPs here. */
const NOT_LISTED =
  /^(xstore|xcrypt|xsha|montmul|ccs_|undoc|delay|clevict|vprefetch|tzcnti|altinst|reservednop|prefetch|endbr32|sal$|wait$|emms$|f|v?(ld|st)mxcsr|movnti|vzero|iret|retf|push|pop)/;

/** Operands that are not of general-purpose registers, control or memory. */
const OTHER_OPERANDS = /xmm|ymm|zmm|\bmm|\bk[0-9]|\bST\b|tmm|m80|m28|m14|m94|m108/;

/** Mnemonics of iced-x86 that 64-bit mode has, general-purpose, and the table has not. */
export function absentMnemonics(): string[] {
  const present = new Set(FORMS.flatMap((form) => form.definition.text.split('|')));
  const found = new Set<string>();
  for (const code of Object.values(IcedCode)) {
    if (typeof code !== 'number') continue;
    const name = generalPurposeName(code);
    if (name !== '' && !NOT_LISTED.test(name) && !isPresent(name, present)) found.add(name);
  }
  return [...found].sort();
}

/** Nothing for instructions of other modes, encodings and kinds of operands. */
function generalPurposeName(code: IcedCode): string {
  const info = CodeExt.opCode(code);
  const isOld = info.encoding === EncodingKind.Legacy || info.encoding === EncodingKind.VEX;
  const isOurs =
    info.mode64 && info.isInstruction && isOld && !OTHER_OPERANDS.test(info.instructionString);
  const name = Mnemonic[info.mnemonic]?.toLowerCase() ?? '';
  info.free();
  return isOurs ? name : '';
}

function isPresent(name: string, present: ReadonlySet<string>): boolean {
  if (present.has(name)) return true;
  const isCondition = /^(j|set|cmov)([on]|n?[aboeszplg]e?)+$/.test(name);
  return isCondition || present.has(name.replace(/[bwdq]$/, '#'));
}

export function absentTable(): string {
  const absent = new Set(absentMnemonics());
  const rows = ABSENCES.map(({ what, why, mnemonics }) => {
    const names = mnemonics.split(' ').filter((name) => absent.has(name));
    return `| ${what} | ${names.join(' ').toUpperCase()} | ${why} |`;
  });
  return ['| what | instructions | why |', '|---|---|---|', ...rows].join('\n');
}

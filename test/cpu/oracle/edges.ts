// Instructions written by hand, where chance seldom leads: how prefixes are read, what encodes nothing, how
// long an instruction may be, and addresses that are not canonical. The recorder asks the processor about them
// as about all others. Spec: cpu.md, "Decoding" and "Faults".

import { decode } from '../../../impl/cpu/index.ts';
import { FORMS } from '../../../impl/cpu/table.ts';
import { CODE } from './layout.ts';
import { type Fields, lineToStart } from './sample.ts';
import type { Vector } from './vectors.ts';

export const EDGES = 'edges';

/** Not canonical, in either half of the address space. */
const NEITHER = ['800000000100', '8000000000000000', 'ffff7fffffffff00'];
/** Canonical, and mapped by nobody. */
const UNMAPPED = '500000000';

const edge = (code: string, before: Fields = {}): readonly [string, Fields] => [
  code.replaceAll(' ', ''),
  before,
];
const again = (byte: string, count: number): string => byte.repeat(count);
const bases: Fields = { fsBase: '10', gsBase: '20', rdi: '111000' };

const LENGTHS = [
  edge(`${again('66', 14)} 90`),
  edge(`${again('66', 15)} 90`),
  edge(`${again('66', 8)} 48 81c0 01020304`),
  edge(`${again('66', 9)} 48 81c0 01020304`),
  edge(`${again('2e', 13)} 01c8`),
  edge(`${again('66', 14)} 01c8`),
];

const PREFIXES = [
  edge('48 66 01c8'),
  edge('66 48 01c8'),
  edge('48 41 01c8'),
  edge('f2f3 0f58c1'),
  edge('f3f2 0f58c1'),
  edge('66f3 0f58c1'),
  edge('f366 0f58c1'),
  edge('6465 8b07', bases),
  edge('6564 8b07', bases),
  edge('652e 8b07', bases),
  edge('643e 8b07', bases),
  edge('36 8b07', bases),
  edge('67 8b07', { rdi: 'ffffffff00111000' }),
  edge('f3 01c8'),
  edge('f2 89c8'),
  edge('f3 90'),
];

const LOCKS = ['90', '01c8', '3907', '8b07', '0fa307', '50', 'c3', '8d07', '0fafc7', '660f58c1'];
const NOTHING = [
  ...['06', '07', '0e', '16', '17', '1e', '1f', '27', '2f', '37', '3f', '60', '61', '8200'],
  ...['9a000000000000', 'ce', 'd400', 'd500', 'd6', 'ea000000000000', '0f04', '0f0a', '0f36'],
  ...['8fc8', 'c60f00', 'c70f', 'fe17', '0fba07', '0fc70f', '0f24c0', '0f26c0'],
  ...['48c4e278f2c1', '66c4e278f2c1', 'f0c4e278f2c1', 'f3c4e278f2c1', 'c4e27cf2c1', 'ff3f'],
];

const VIA_RAX = ['ffe0', 'ffd0'];
const STACK = ['50', '58', 'c3', 'e800000000', '6a01', '9c', '9d', '8b0424', '89442408', 'c20800'];
const BY_RBP = ['8b4500', 'c9', '895500'];
const BY_RDI = ['8b07', '8907', '0107', 'a4', 'aa', '0f1007', 'ff37', '8f07', 'ff27', 'ff17'];

const ADDRESSES = [...NEITHER, UNMAPPED].flatMap((address) => [
  ...(address === UNMAPPED ? [] : VIA_RAX.map((code) => edge(code, { rax: address }))),
  ...(address === UNMAPPED
    ? []
    : [edge('c3', returnTo(address)), edge('c20800', returnTo(address))]),
  ...STACK.map((code) => edge(code, { rsp: address })),
  ...BY_RBP.map((code) => edge(code, { rbp: address })),
  ...BY_RDI.map((code) => edge(code, { rdi: address, rsi: '111000' })),
]);

const ALL = [
  ...LENGTHS,
  ...PREFIXES,
  ...LOCKS.map((code) => edge(`f0${code}`, { rdi: '111000' })),
  ...NOTHING.map((code) => edge(code, { rdi: '111000', rax: '111000' })),
  ...ADDRESSES,
];

/** Each named by the number of its place here. */
export function createEdges(): Vector[] {
  return ALL.map(([code, before]) => {
    const start = lineToStart({ code, before });
    const decoded = decode(start.code, BigInt(CODE));
    return { form: decoded.kind === 'instruction' ? decoded.instruction.form : NO_FORM, start };
  });
}

function returnTo(address: string): Fields {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(`0x${address}`));
  return { memory: { '110fc0': bytes.toString('hex') } };
}

/** The comparison looks at nothing but the name of an instruction, and these have none. */
const NO_FORM = formOf('ud2');

function formOf(text: string): (typeof FORMS)[number] {
  const found = FORMS.find(({ definition }) => definition.text === text);
  if (found === undefined) throw new Error(`edges: expected a form of ${text}, got none`);
  return found;
}

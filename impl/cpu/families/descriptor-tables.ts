// Descriptor tables: loading and storing their registers, and asking a descriptor what it is.
// Spec: cpu.md, "Descriptors" and "System registers".

import { type Algebra, type Flag, type SpecialRegister, ZF } from '../algebra.ts';
import {
  bitOf,
  descriptorBase,
  descriptorLevel,
  descriptorLimit,
  faultUnless,
  fieldOf,
  findDescriptor,
  isConforming,
  isNullSelector,
  isReadable,
  isWritableData,
  loadDescriptor,
  requestedLevel,
} from '../descriptors.ts';
import type { Definition, Family, Instruction } from '../instruction.ts';
import { addressUse, effectiveAddress, readOperand, writeOperand } from '../operands.ts';
import { faultUnlessPrivileged, faultUnlessShown, privilegeLevel } from '../privilege.ts';
import { faultUnlessCanonical } from './branches.ts';

const lgdt: Definition = {
  encoding: ['0F 01 /2 M'],
  meaning(m, i) {
    loadTable(m, i, 'gdtBase', 'gdtLimit');
  },
  text: 'lgdt',
};

const lidt: Definition = {
  encoding: ['0F 01 /3 M'],
  meaning(m, i) {
    loadTable(m, i, 'idtBase', 'idtLimit');
  },
  text: 'lidt',
};

const sgdt: Definition = {
  encoding: ['0F 01 /0 M'],
  meaning(m, i) {
    storeTable(m, i, 'gdtBase', 'gdtLimit');
  },
  text: 'sgdt',
};

const sidt: Definition = {
  encoding: ['0F 01 /1 M'],
  meaning(m, i) {
    storeTable(m, i, 'idtBase', 'idtLimit');
  },
  text: 'sidt',
};

const sldt: Definition = {
  encoding: ['0F 00 /0 Mw', '0F 00 /0 Rv'],
  meaning(m, i) {
    faultUnlessShown(m);
    writeOperand(m, i.first, m.truncate(64, i.first.width, m.readSpecial('ldt')));
  },
  text: 'sldt',
};

const str: Definition = {
  encoding: ['0F 00 /1 Mw', '0F 00 /1 Rv'],
  meaning(m, i) {
    faultUnlessShown(m);
    writeOperand(m, i.first, m.truncate(64, i.first.width, m.readSpecial('tr')));
  },
  text: 'str',
};

/** The null selector makes every use of the local table a fault. */
const lldt: Definition = {
  encoding: ['0F 00 /2 Ew'],
  meaning(m, i) {
    faultUnlessPrivileged(m);
    const selector = m.zeroExtend(16, 64, readOperand(m, i.first));
    const isNull = isNullSelector(m, selector);
    m.when(isNull, () => writeSystemSegment(m, LDT, selector, m.constant(64, 0)));
    m.when(m.not(1, isNull), () => {
      const low = loadSystemDescriptor(m, selector, TYPE_LDT);
      writeSystemSegment(m, LDT, selector, low, loadBaseAbove(m, selector));
    });
  },
  text: 'lldt',
};

/** Takes base and limit of the task state segment and marks its descriptor as busy. */
const ltr: Definition = {
  encoding: ['0F 00 /3 Ew'],
  meaning(m, i) {
    faultUnlessPrivileged(m);
    const selector = m.zeroExtend(16, 64, readOperand(m, i.first));
    m.faultWhen(isNullSelector(m, selector), '#GP');
    const low = loadSystemDescriptor(m, selector, TYPE_TASK);
    const above = loadBaseAbove(m, selector);
    const { address } = findDescriptor(m, selector, 0n);
    m.store(64, address, m.or(64, low, m.constant(64, BUSY)), 'system');
    writeSystemSegment(m, TR, selector, low, above);
  },
  text: 'ltr',
};

const lar: Definition = {
  encoding: ['0F 02 /r Gv Ew'],
  meaning(m, i) {
    whenVisible(m, i.second, RIGHTS_TYPES, (descriptor) => {
      const rights = m.and(64, fieldOf(m, descriptor, 32n, 32n), m.constant(64, 0xff_ff00n));
      writeOperand(m, i.first, m.truncate(64, i.width, rights));
    });
  },
  text: 'lar',
};

const lsl: Definition = {
  encoding: ['0F 03 /r Gv Ew'],
  meaning(m, i) {
    whenVisible(m, i.second, LIMIT_TYPES, (descriptor) => {
      writeOperand(m, i.first, m.truncate(64, i.width, descriptorLimit(m, descriptor)));
    });
  },
  text: 'lsl',
};

const verr: Definition = {
  encoding: ['0F 00 /4 Ew'],
  meaning(m, i) {
    whenVisible(m, i.first, 0n, (descriptor) => {
      m.writeFlags(ZERO_ONLY, () => isReadable(m, descriptor));
    });
  },
  text: 'verr',
};

const verw: Definition = {
  encoding: ['0F 00 /5 Ew'],
  meaning(m, i) {
    whenVisible(m, i.first, 0n, (descriptor) => {
      m.writeFlags(ZERO_ONLY, () => isWritableData(m, descriptor));
    });
  },
  text: 'verw',
};

function loadTable<V>(
  m: Algebra<V>,
  i: Instruction,
  base: SpecialRegister,
  limit: SpecialRegister,
): void {
  if (i.first.kind !== 'memory') return;
  faultUnlessPrivileged(m);
  const at = effectiveAddress(m, i.first);
  const use = addressUse(i.first);
  const limitValue = m.load(16, at, use);
  const baseValue = m.load(64, m.add(64, at, m.constant(64, 2)), use);
  faultUnlessCanonical(m, baseValue);
  m.writeSpecial(limit, m.zeroExtend(16, 64, limitValue));
  m.writeSpecial(base, baseValue);
}

function storeTable<V>(
  m: Algebra<V>,
  i: Instruction,
  base: SpecialRegister,
  limit: SpecialRegister,
): void {
  if (i.first.kind !== 'memory') return;
  faultUnlessShown(m);
  const at = effectiveAddress(m, i.first);
  const above = m.add(64, at, m.constant(64, 2));
  const use = addressUse(i.first);
  m.probe(2, at, use, 'store');
  m.probe(8, above, use, 'store');
  m.store(16, at, m.truncate(64, 16, m.readSpecial(limit)), use);
  m.store(64, above, m.readSpecial(base), use);
}

/** A descriptor of the global table, of one type, that is present. */
function loadSystemDescriptor<V>(m: Algebra<V>, selector: V, type: bigint): V {
  faultUnless(m, m.not(1, bitOf(m, selector, 2n)), '#GP', selector);
  const low = loadDescriptor(m, selector);
  const isRight = m.equal(64, fieldOf(m, low, 40n, 5n), m.constant(64, type));
  faultUnless(m, isRight, '#GP', selector);
  faultUnless(m, bitOf(m, low, 47n), '#NP', selector);
  return low;
}

/** Bits 32 to 63 of the base, in place. */
function loadBaseAbove<V>(m: Algebra<V>, selector: V): V {
  const high = loadDescriptor(m, selector, 'high');
  const type = fieldOf(m, high, 40n, 5n);
  faultUnless(m, m.equal(64, type, m.constant(64, 0)), '#GP', selector);
  return m.shiftLeft(64, high, m.constant(8, 32));
}

type SystemSegment = {
  readonly selector: SpecialRegister;
  readonly base: SpecialRegister;
  readonly limit: SpecialRegister;
};

function writeSystemSegment<V>(
  m: Algebra<V>,
  registers: SystemSegment,
  selector: V,
  low: V,
  above?: V,
): void {
  const base = descriptorBase(m, low);
  m.writeSpecial(registers.base, above === undefined ? base : m.or(64, base, above));
  m.writeSpecial(registers.limit, descriptorLimit(m, low));
  m.writeSpecial(registers.selector, selector);
}

/**
 * Sets ZF and carries out `body` if a selector names a descriptor that this level may see: code or
 * data, or a system segment of one of the types. Otherwise ZF is 0 and nothing faults.
 */
function whenVisible<V>(
  m: Algebra<V>,
  operand: Instruction['first'],
  types: bigint,
  body: (descriptor: V) => void,
): void {
  const selector = m.zeroExtend(16, 64, readOperand(m, operand));
  const { address, isWithin } = findDescriptor(m, selector, 0n);
  m.writeFlags(ZERO_ONLY, () => m.constant(1, 0));
  m.when(m.and(1, isWithin, m.not(1, isNullSelector(m, selector))), () => {
    const descriptor = m.load(64, address, 'system');
    const type = m.truncate(64, 8, fieldOf(m, descriptor, 40n, 4n));
    const isKnown = m.truncate(64, 1, m.shiftRight(64, m.constant(64, types), type));
    const isRight = m.or(1, bitOf(m, descriptor, 44n), isKnown);
    m.when(m.and(1, isRight, isVisible(m, selector, descriptor)), () => {
      m.writeFlags(ZERO_ONLY, () => m.constant(1, 1));
      body(descriptor);
    });
  });
}

function isVisible<V>(m: Algebra<V>, selector: V, descriptor: V): V {
  const level = descriptorLevel(m, descriptor);
  const isTooHigh = m.or(
    1,
    m.less(64, level, privilegeLevel(m)),
    m.less(64, level, requestedLevel(m, selector)),
  );
  return m.or(1, isConforming(m, descriptor), m.not(1, isTooHigh));
}

const ZERO_ONLY: readonly Flag[] = [ZF];
const LDT: SystemSegment = { selector: 'ldt', base: 'ldtBase', limit: 'ldtLimit' };
const TR: SystemSegment = { selector: 'tr', base: 'trBase', limit: 'trLimit' };

/** Types of system segments; a task state segment that is busy has two more. */
const TYPE_LDT = 2n;
const TYPE_TASK = 9n;
const BUSY = 2n << 40n;
/** A bit for each type: local table, task state segment free and busy, call gate. */
const LIMIT_TYPES = (1n << 2n) | (1n << 9n) | (1n << 11n);
const RIGHTS_TYPES = LIMIT_TYPES | (1n << 12n);

export const descriptorTables: Family = {
  name: 'descriptor tables',
  definitions: [...[lgdt, lidt, sgdt, sidt, sldt, str, lldt, ltr], ...[lar, lsl, verr, verw]],
};

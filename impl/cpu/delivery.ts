// Delivery of exceptions and interrupts through the interrupt descriptor table, as long mode does
// it, from any privilege level. Spec: cpu.md, "Faults" and "Interrupts".

import type { SpecialRegister } from './algebra.ts';
import {
  bitOf,
  descriptorLevel,
  isConforming,
  isLongCode,
  isNullSelector,
  loadDescriptor,
} from './descriptors.ts';
import { type Exception, exceptionOf, isDoubleFault, VECTORS } from './exception.ts';
import { bigintToValue, valueToBigint } from './fast-values.ts';
import { IF_BIT, NT_BIT, TF_BIT } from './flags.ts';
import { ERROR_WRITE, type Interpreter } from './interpreter.ts';
import { isCanonical } from './memory.ts';
import { RSP } from './operands.ts';
import { privilegeLevel } from './privilege.ts';

export type Event = {
  readonly vector: number;
  readonly errorCode?: number;
  /** Where the handler returns to. */
  readonly returnAddress: bigint;
  /** INT n and INT3: asked for by the program itself. */
  readonly isSoftware: boolean;
};

/**
 * Delivers an exception, and the exceptions that its delivery raises. False means shutdown.
 *
 * spec: cpu.double-fault
 */
export function deliverException(m: Interpreter, first: Exception, returnAddress: bigint): boolean {
  let current = first;
  for (;;) {
    const vector = VECTORS[current.name];
    const { errorCode } = current;
    const code = errorCode === undefined ? {} : { errorCode };
    const second = enterHandler(m, { vector, ...code, returnAddress, isSoftware: false });
    if (second === undefined) return true;
    if (current.name === '#DF') return false;
    current = isDoubleFault(current.name, second.name) ? exceptionOf('#DF') : second;
  }
}

/**
 * Enters the handler of a vector: checks everything first, then pushes, then changes registers.
 * Returns the exception that stands in the way, with nothing changed but CR2.
 *
 * spec: cpu.delivery
 */
export function enterHandler(m: Interpreter, event: Event): Exception | undefined {
  m.fault = undefined;
  return m.asSystem(() => enterAsSystem(m, event));
}

function enterAsSystem(m: Interpreter, event: Event): Exception | undefined {
  const gate = readGate(m, event);
  const stack = gate === undefined ? 0n : readStack(m, gate, event);
  const words = frameWords(m, event);
  const bytes = 8 * words.length;
  const top = BigInt.asUintN(64, stack - BigInt(bytes));
  if (m.fault === undefined) m.faultAtBadAddress(bigintToValue(top), bytes, 'stack', ERROR_WRITE);
  words.forEach((word, k) => {
    storeWord(m, top + BigInt(8 * k), word);
  });
  const { fault } = m;
  m.fault = undefined;
  if (fault !== undefined || gate === undefined) return fault;
  m.writeRegister(RSP, bigintToValue(top));
  if (gate.level !== currentLevel(m)) m.writeSpecial('ss', bigintToValue(gate.level));
  m.writeSpecial('cs', bigintToValue((gate.selector & 0xfffcn) | gate.level));
  m.writeSpecial('control', bigintToValue(special(m, 'control') & ~gate.clearedFlags));
  m.shadow = false;
  m.rip = bigintToValue(gate.target);
  return undefined;
}

type Gate = {
  readonly target: bigint;
  readonly selector: bigint;
  /** The privilege level of the handler. */
  readonly level: bigint;
  /** Number of the interrupt stack, or 0 for the current one. */
  readonly stackNumber: bigint;
  readonly clearedFlags: bigint;
};

/** A gate has 16 bytes; see the figure in the chapter. */
function readGate(m: Interpreter, event: Event): Gate | undefined {
  const offset = BigInt(event.vector) * 16n;
  const external = event.isSoftware ? 0 : 1;
  const code = event.vector * 8 + 2 + external;
  if (special(m, 'idtLimit') < offset + 15n) return raise(m, { name: '#GP', errorCode: code });
  const at = BigInt.asUintN(64, special(m, 'idtBase') + offset);
  const low = loadWord(m, at);
  const high = loadWord(m, BigInt.asUintN(64, at + 8n));
  if (m.fault !== undefined) return undefined;
  const type = (low >> 40n) & 0x1fn;
  if (type !== INTERRUPT_GATE && type !== TRAP_GATE) {
    return raise(m, { name: '#GP', errorCode: code });
  }
  if (event.isSoftware && currentLevel(m) > levelOf(m, low)) {
    return raise(m, { name: '#GP', errorCode: code });
  }
  if ((low & PRESENT) === 0n) return raise(m, { name: '#NP', errorCode: code });
  const selector = (low >> 16n) & 0xffffn;
  const target = (low & 0xffffn) | ((low >> 32n) & 0xffff_0000n) | ((high & 0xffff_ffffn) << 32n);
  const level = readHandlerLevel(m, selector, external);
  if (level === undefined) return undefined;
  if (!isCanonical(target)) return raise(m, { name: '#GP', errorCode: external });
  const clearedFlags = type === INTERRUPT_GATE ? CLEARED | IF_MASK : CLEARED;
  return { target, selector, level, stackNumber: (low >> 32n) & 7n, clearedFlags };
}

/**
 * A handler runs at the level of its code segment, at most the current one; in conforming code at
 * the current one.
 *
 * spec: cpu.handler-level
 */
function readHandlerLevel(m: Interpreter, selector: bigint, external: number): bigint | undefined {
  const value = bigintToValue(selector);
  if (isNullSelector(m, value) === 1) return raise(m, { name: '#GP', errorCode: external });
  const errorCode = Number(selector & 0xfffcn) + external;
  const descriptor = loadDescriptor(m, value);
  if (m.fault !== undefined) return raise(m, withExternal(m.fault, external));
  const level = valueToBigint(descriptorLevel(m, descriptor));
  const current = currentLevel(m);
  const isAllowed = isLongCode(m, descriptor) === 1 && level <= current;
  if (!isAllowed) return raise(m, { name: '#GP', errorCode });
  if (bitOf(m, descriptor, 47n) === 0) return raise(m, { name: '#NP', errorCode });
  return isConforming(m, descriptor) === 1 ? current : level;
}

/** A selector beyond its table is named with the bit that says who asked; #PF has its own. */
function withExternal(fault: Exception, external: number): Exception {
  if (fault.name !== '#GP' || fault.errorCode === undefined) return fault;
  return { ...fault, errorCode: fault.errorCode + external };
}

/** The stack of the handler, aligned to 16 bytes. */
function readStack(m: Interpreter, gate: Gate, event: Event): bigint {
  const isSame = gate.level === currentLevel(m);
  if (gate.stackNumber === 0n && isSame) return valueToBigint(m.readRegister(RSP)) & ALIGNED;
  const offset = gate.stackNumber === 0n ? 4n + 8n * gate.level : 28n + 8n * gate.stackNumber;
  if (special(m, 'trLimit') < offset + 7n) {
    const errorCode = Number(special(m, 'tr') & 0xfffcn) + (event.isSoftware ? 0 : 1);
    raise(m, { name: '#TS', errorCode });
    return 0n;
  }
  return loadWord(m, BigInt.asUintN(64, special(m, 'trBase') + offset)) & ALIGNED;
}

/** From the lowest address up: error code if any, RIP, CS, RFLAGS, RSP, SS. */
function frameWords(m: Interpreter, event: Event): bigint[] {
  const { rflags } = m.save();
  const frame = [event.returnAddress, special(m, 'cs'), rflags, valueToBigint(m.readRegister(RSP))];
  const code = event.errorCode === undefined ? [] : [BigInt(event.errorCode)];
  return [...code, ...frame, special(m, 'ss')];
}

function loadWord(m: Interpreter, address: bigint): bigint {
  return valueToBigint(m.load(64, bigintToValue(address), 'data'));
}

function storeWord(m: Interpreter, address: bigint, word: bigint): void {
  m.store(64, bigintToValue(BigInt.asUintN(64, address)), bigintToValue(word), 'stack');
}

function special(m: Interpreter, register: SpecialRegister): bigint {
  return valueToBigint(m.readSpecial(register));
}

function currentLevel(m: Interpreter): bigint {
  return valueToBigint(privilegeLevel(m));
}

function levelOf(m: Interpreter, descriptor: bigint): bigint {
  return valueToBigint(descriptorLevel(m, bigintToValue(descriptor)));
}

function raise(m: Interpreter, exception: Exception): undefined {
  m.fault = exception;
  return undefined;
}

const INTERRUPT_GATE = 0xen;
const TRAP_GATE = 0xfn;
const PRESENT = 1n << 47n;
const ALIGNED = 0xffff_ffff_ffff_fff0n;
const IF_MASK = 1n << BigInt(IF_BIT);
const CLEARED = (1n << BigInt(TF_BIT)) | (1n << BigInt(NT_BIT));

// Exceptions of the processor: what an instruction may raise, as a value. Delivery through the
// interrupt descriptor table is in delivery.ts. Spec: cpu.md, "Faults".

export type ExceptionName =
  | ('#DE' | '#DB' | '#UD' | '#DF')
  | ('#TS' | '#NP' | '#SS' | '#GP' | '#PF' | '#AC');

/** An exception with the error code that its handler finds on the stack, if it has one. */
export type Exception = {
  readonly name: ExceptionName;
  readonly errorCode?: number;
};

export const VECTORS: Readonly<Record<ExceptionName, number>> = {
  '#DE': 0,
  '#DB': 1,
  '#UD': 6,
  '#DF': 8,
  '#TS': 10,
  '#NP': 11,
  '#SS': 12,
  '#GP': 13,
  '#PF': 14,
  '#AC': 17,
};

/** The plain form of an exception: an error code of zero where there is one. */
export function exceptionOf(name: ExceptionName): Exception {
  return VECTORS[name] >= 8 ? { name, errorCode: 0 } : { name };
}

/**
 * What a second exception during the delivery of a first one leads to.
 *
 * spec: cpu.double-fault
 */
export function isDoubleFault(first: ExceptionName, second: ExceptionName): boolean {
  if (first === '#PF') return second === '#PF' || CONTRIBUTORY.has(second);
  return CONTRIBUTORY.has(first) && CONTRIBUTORY.has(second);
}

const CONTRIBUTORY: ReadonlySet<ExceptionName> = new Set<ExceptionName>([
  '#DE',
  '#TS',
  '#NP',
  '#SS',
  '#GP',
]);

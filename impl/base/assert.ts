// Assertions: what we did wrong. Always on, never caught below the outer shell.
// What the world may do (a guest, a peer, a disk) is a value, never an assertion.
// Spec: conventions.md, "Errors".

/** Thrown when an invariant of our own code is broken; never for bad input from outside. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws unless `condition` holds. The message says what was expected and what was found. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Ends a switch over a closed union: a new member that nobody handles does not compile. */
export function unreachable(value: never): never {
  throw new AssertionError(`unhandled case: ${JSON.stringify(value)}`);
}

// Verdicts of a case, and exit codes of every verb. Totals, never a count as exit code.
// Spec: conformance.md, "Verdicts" and "Exit codes".

export const verdicts = [
  'pass',
  'fail',
  'expected-fail',
  'unexpected-pass',
  'flaky',
  'error',
  'not-applicable',
  'untestable',
  'inconclusive',
  'quarantined',
] as const;
export type Verdict = (typeof verdicts)[number];

export const exitCode = {
  conformant: 0,
  nonConformant: 1,
  inconclusive: 2,
  usage: 64,
  badInput: 65,
  unavailable: 69,
  runnerBug: 70,
  interrupted: 130,
} as const;

export type Totals = { readonly [verdict in Verdict]: number };

export function countVerdicts(list: readonly Verdict[]): Totals {
  const totals = {
    pass: 0,
    fail: 0,
    'expected-fail': 0,
    'unexpected-pass': 0,
    flaky: 0,
    error: 0,
    'not-applicable': 0,
    untestable: 0,
    inconclusive: 0,
    quarantined: 0,
  };
  for (const verdict of list) totals[verdict] += 1;
  return totals;
}

/** Whether one such case is enough for the run not to conform. */
export function isBad(verdict: Verdict): boolean {
  return ['fail', 'error', 'untestable', 'unexpected-pass'].includes(verdict);
}

/** The exit code of a run that was carried out to its end. */
export function totalsToExitCode(totals: Totals, planned: number, executed: number): number {
  if (executed !== planned) return exitCode.nonConformant;
  const bad = verdicts.filter(isBad).reduce((sum, verdict) => sum + totals[verdict], 0);
  if (bad > 0) return exitCode.nonConformant;
  // Where nothing was about the implementation, nothing was shown of it.
  const isEmpty = executed > 0 && totals['not-applicable'] === executed;
  return totals.inconclusive > 0 || isEmpty ? exitCode.inconclusive : exitCode.conformant;
}

/** An input file, pattern or case that cannot be used: exit 65. */
export class BadInputError extends Error {
  override readonly name = 'BadInputError';
}

/** The adapter could not be started or its handshake failed: exit 69. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** We sent, or were about to send, what our own schema forbids: exit 70. */
export class RunnerBugError extends Error {
  override readonly name = 'RunnerBugError';
}

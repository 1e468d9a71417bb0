// The public entry of the conformance suite: plan, run and judge an implementation from a program.
// Spec: conformance.md.

export type { AdapterCommand, AdapterTimeouts } from './adapter.ts';
export { defaultTimeouts, generousTimeouts } from './adapter.ts';
export type { Case, Expectation, Given, Step, Tier } from './case.ts';
export { registerConformance } from './cli.ts';
export { monitors } from './monitors/index.ts';
export type { Finding, Monitor } from './monitors/monitor.ts';
export type { Plan, PlanOptions } from './plan.ts';
export { planRun } from './plan.ts';
export type { Result } from './play.ts';
export { reportOf } from './report/json.ts';
export type { Run, RunOptions } from './runner.ts';
export { runPlan } from './runner.ts';
export type { Totals, Verdict } from './verdict.ts';
export { exitCode, verdicts } from './verdict.ts';

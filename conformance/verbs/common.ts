// What the verbs share: the adapter's command line, seeds, texts of clauses, ends of the process.
// Spec: conformance.md, "Running".

import { randomBytes } from 'node:crypto';
import { extraStatesMax } from '../../model/generation/methods.ts';
import type { AdapterCommand } from '../adapter.ts';
import { type Profile, profiles, type Tier, tiers } from '../case.ts';
import { loadRequirements } from '../requirements.ts';
import { inRoot } from '../root.ts';
import { parseSeed } from '../seed.ts';
import { defaultExtraStates } from '../tiers.ts';
import { BadInputError, exitCode, RunnerBugError, UnavailableError } from '../verdict.ts';

/** A misuse of the command line: exit 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The adapter that the words after `--` name, or the reference that the package carries. */
export function commandOf(words: readonly string[], reference: boolean): AdapterCommand {
  const [file, ...args] = words;
  if (reference) {
    if (file !== undefined) throw new UsageError('--reference takes no command after --');
    return { file: process.execPath, args: [inRoot('lockstep.js'), 'host', 'adapter'] };
  }
  if (file === undefined) {
    throw new UsageError('no adapter: expected -- <command> [arguments], or --reference');
  }
  return { file, args };
}

export function commandText({ file, args }: AdapterCommand): string {
  return [file, ...args].map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}

export function seedOf(text: string | undefined): bigint {
  if (text === undefined) return randomBytes(8).readBigUInt64BE(0);
  const seed = parseSeed(text);
  if (seed === undefined) throw new UsageError(`--seed: expected a 64-bit number, got ${text}`);
  return seed;
}

export function countOf(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new UsageError(`${option}: expected a number from 1 to 999999, got ${text}`);
  }
  return Number(text);
}

export interface TierFlags {
  /** Absent: `protocol`. */
  readonly profile?: string;
  readonly tier: string;
  readonly k?: string;
}

export interface ChosenTier {
  readonly profile: Profile;
  readonly tier: Tier;
  readonly extraStates: number;
}

export function tierOf({ profile: named = 'protocol', ...flags }: TierFlags): ChosenTier {
  const profile = profiles.find((one) => one === named);
  if (profile === undefined) {
    throw new UsageError(`--profile: expected one of ${profiles.join(', ')}, got ${named}`);
  }
  const chosen = tierAlone(flags);
  if (profile === 'replay' && chosen.tier !== 'smoke' && chosen.tier !== 'core') {
    throw new UsageError(`--profile replay has the tiers smoke and core, got ${chosen.tier}`);
  }
  return { profile, ...chosen };
}

function tierAlone({ tier: text, k }: Omit<TierFlags, 'profile'>): Omit<ChosenTier, 'profile'> {
  const tier = tiers.find((one) => one === text);
  if (tier === undefined) {
    throw new UsageError(`--tier: expected one of ${tiers.join(', ')}, got ${text}`);
  }
  if (k === undefined) return { tier, extraStates: tier === 'deep' ? defaultExtraStates : 0 };
  if (tier !== 'deep') throw new UsageError(`--k belongs to --tier deep, got --tier ${tier}`);
  if (!/^[0-8]$/.test(k)) {
    throw new UsageError(`--k: expected 0 to ${extraStatesMax} extra states, got ${k}`);
  }
  return { tier, extraStates: Number(k) };
}

/** The sentence of a clause in the registry. */
export function clauseTexts(): (clause: string) => string | undefined {
  const clauses = loadRequirements(inRoot('spec', 'requirements'));
  const texts = new Map(clauses.map(({ name, level, text }) => [name, `${level}: ${text}`]));
  return (clause) => texts.get(clause);
}

/** Runs a verb and turns its end into an exit code; what is ours to mend says so. */
export async function asExitCode(verb: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await verb();
  } catch (error) {
    process.exitCode = errorToExitCode(error);
    const text = error instanceof Error ? error.message : String(error);
    const isOurs = process.exitCode === exitCode.runnerBug;
    console.error(isOurs && error instanceof Error ? `a bug in the runner: ${error.stack}` : text);
  }
}

function errorToExitCode(error: unknown): number {
  if (error instanceof UsageError) return exitCode.usage;
  if (error instanceof BadInputError) return exitCode.badInput;
  if (error instanceof UnavailableError) return exitCode.unavailable;
  if (error instanceof RunnerBugError) return exitCode.runnerBug;
  return exitCode.runnerBug;
}

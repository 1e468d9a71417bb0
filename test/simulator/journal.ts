// What happened in one run: its lines, their digest, and what the watchers found wrong. Equal runs
// have equal digests.

import { createHash } from 'node:crypto';
import type { Schedule } from './schedule.ts';
import type { Watcher } from './watcher.ts';

export interface Journal {
  readonly violations: readonly string[];
  log(text: string): void;
  /** Asks every watcher, and keeps what it finds wrong. */
  watch(ask: (watcher: Watcher) => string | null | undefined): void;
  /** Digest of every line so far. */
  digest(): string;
  /** The last lines. */
  lines(): readonly string[];
}

export function createJournal(schedule: Schedule, watchers: readonly Watcher[]): Journal {
  const violations: string[] = [];
  const hash = createHash('sha256');
  let lines: string[] = [];

  function log(text: string): void {
    const line = `${schedule.now / 1000n} ${text}`;
    hash.update(`${line}\n`);
    lines.push(line);
    if (lines.length > 2 * linesMax) lines = lines.slice(-linesMax);
  }

  return {
    violations,
    log,
    watch(ask) {
      for (const watcher of watchers) {
        const problem = ask(watcher);
        if (problem === null || problem === undefined) continue;
        violations.push(`${watcher.name}: ${problem} at ${schedule.now / 1000n} us`);
        log(`VIOLATION ${watcher.name}: ${problem}`);
      }
    },
    digest: () => hash.copy().digest('hex'),
    lines: () => lines,
  };
}

/** At least so many of the last lines are kept, and at most twice as many. */
const linesMax = 400;

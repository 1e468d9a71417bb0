// `lockstep model walk`: a walk through the model by hand, on a terminal or by lines from a pipe. What a line means:
// walk-session.ts.

import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { type JobOptions, jobsOf, jobWords } from './jobs.ts';
import { exitCodes, print, refuseUsage } from './print.ts';
import { createWalkSession, pathLine, type WalkSession } from './walk-session.ts';

export interface WalkOptions extends JobOptions {
  path?: number[];
}

export async function runWalk(options: WalkOptions): Promise<void> {
  const [job] = jobsOf(options) ?? [];
  if (job === undefined) return;
  const session = createWalkSession(job, () => randomInt(2 ** 32));
  for (const [index, choice] of (options.path ?? []).entries()) {
    const { text, isRefused } = session.answer(String(choice));
    if (isRefused === true) {
      refuseUsage(`at step ${index + 1} of the path: ${text}`, ['the paths that check prints']);
      return;
    }
  }
  await readLines(session, `${job.name}: ${job.about}. ? for help.\n${session.show()}`);
  print(`\n${pathLine(session.path())}`);
  if (session.path().length > 0) {
    const words = jobWords({ ...options, row: job.name });
    print(`lockstep model check ${words} --path ${session.path().join('.')}`);
  }
}

/** Ends with `q`, at the end of the input, or by an interrupt. */
async function readLines(session: WalkSession, greeting: string): Promise<void> {
  const isTerminal = process.stdin.isTTY === true;
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: isTerminal,
    prompt: '> ',
  });
  const interrupt = (): void => {
    process.exitCode = exitCodes.interrupted;
    lines.close();
  };
  // A terminal in raw mode tells the reader of lines; elsewhere the process is told.
  lines.on('SIGINT', interrupt);
  process.once('SIGINT', interrupt);
  print(greeting);
  if (isTerminal) lines.prompt();
  for await (const line of lines) {
    if (!isTerminal) print(`> ${line}`);
    const { text, isRefused, isOver } = session.answer(line);
    if (text !== '') print(text);
    // A script that says what is not possible has gone astray; a person only mistyped.
    if (isRefused === true && !isTerminal) process.exitCode = exitCodes.usage;
    if (isOver === true) break;
    if (isTerminal) lines.prompt();
  }
  process.off('SIGINT', interrupt);
  lines.close();
}

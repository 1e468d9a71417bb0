// What the model's commands share: tables without frames, colours only on a terminal, usage errors.

import Table from 'cli-table3';
import pc from 'picocolors';

export const exitCodes = {
  ok: 0,
  violated: 1,
  partial: 2,
  usage: 64,
  malformed: 65,
  interrupted: 130,
} as const;

/** Beside a terminal, a pipe and a file get plain text. */
export const colours = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    chars: frameless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Says what is wrong and what to do, and sets the exit code of a wrong command line. */
export function refuseUsage(what: string, known: readonly string[]): void {
  process.stderr.write(`lockstep model: ${what}. Known: ${known.join(', ')}.\n`);
  process.exitCode = exitCodes.usage;
}

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const frameless = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((part) => [part, '']),
);

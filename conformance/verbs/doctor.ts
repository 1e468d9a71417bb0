// The verb `doctor`: examines an adapter and says what it found, for a person or as JSON.
// Spec: conformance.md, "The doctor".

import { defaultTimeouts, generousTimeouts } from '../adapter.ts';
import type { Check, CheckStanding } from '../doctor/check.ts';
import { examine } from '../doctor/doctor.ts';
import { type Paint, paintFor } from '../report/console.ts';
import { commandOf, commandText } from './common.ts';

export interface DoctorFlags {
  readonly reference?: boolean;
  readonly generous?: boolean;
  readonly json?: boolean;
}

export async function doctor(words: readonly string[], flags: DoctorFlags): Promise<number> {
  const command = commandOf(words, flags.reference === true);
  const timeouts = flags.generous === true ? generousTimeouts : defaultTimeouts;
  const { implementation, checks, exit } = await examine(command, timeouts);
  if (flags.json === true) {
    const format = 'lockstep-doctor/1';
    const told = { format, command: commandText(command), implementation: implementation ?? null };
    console.log(JSON.stringify({ ...told, checks, exit }, null, 2));
    return exit;
  }
  const paint = paintFor(process.stdout);
  for (const check of checks) console.log(checkText(check, paint));
  return exit;
}

function checkText({ name, standing, text, remedy }: Check, paint: Paint): string {
  const marks: Readonly<Record<CheckStanding, string>> = {
    good: paint.green('✓'),
    bad: paint.red('✗'),
    remark: paint.yellow('·'),
  };
  const advice = remedy === undefined ? '' : `\n    → ${remedy}`;
  return `${marks[standing]} ${name.padEnd(12)} ${text}${advice}`;
}

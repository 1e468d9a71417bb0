// The command line `lockstep`: reads the verb and loads only the chapter that knows it.
// Not a place for work: each chapter registers its own verbs. Nothing imports this file.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';

type Register = (program: Command) => void;

/** Verbs of a chapter, and how to load it; a verb that no chapter has loads them all for help. */
const chapters: readonly { verbs: readonly string[]; load: () => Promise<Register> }[] = [
  {
    verbs: [
      'init',
      'run',
      'seat',
      'list',
      'replay',
      'explain',
      'doctor',
      'check-trace',
      'mutants',
      'report',
      'baseline',
      'shrink',
      'diff',
      'export-vectors',
    ],
    load: async () => (await import('./conformance/cli.ts')).registerConformance,
  },
  {
    verbs: ['matrix'],
    load: async () => (await import('./conformance/matrix-cli.ts')).registerMatrix,
  },
  { verbs: ['model'], load: async () => (await import('./model/cli.ts')).registerModel },
  { verbs: ['vm', 'host'], load: async () => (await import('./impl/host/cli.ts')).registerHost },
];

const exitUsage = 64;
const exitInternal = 70;
/** As a shell tells of a program that wrote to a pipe without a reader: 128 and SIGPIPE. */
const exitUnread = 141;

/** Where package.json stands: beside the sources in a checkout, above the build when installed. */
function packageVersion(): string {
  for (const place of ['./package.json', '../package.json']) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) {
        return String(parsed.version);
      }
    } catch {
      // Not here: the other place has it.
    }
  }
  return 'unknown';
}

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('lockstep')
    .description('Fault-tolerant virtual machines by deterministic replay: model, engine, suite.')
    .version(packageVersion())
    .showHelpAfterError('(lockstep --help lists the verbs)')
    .exitOverride();
  const verb = argv[2];
  const known = chapters.filter(({ verbs }) => verb !== undefined && verbs.includes(verb));
  for (const { load } of known.length > 0 ? known : chapters) (await load())(program);
  await program.parseAsync([...argv]);
}

/** The reader of our output is gone, as `head` is after ten lines: nobody is left to write for. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitUnread);
  throw error;
});

try {
  await main(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitUsage;
  } else {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = exitInternal;
  }
}

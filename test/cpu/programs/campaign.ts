// Every program at every level, stepped through on the processor and run on both engines:
// `npm run programs -- --steps 2000000 --program json,regex`. A program repeats its work until it has
// about so many steps; those of the benchmark have what one round takes. Prints a line for each image,
// exits with 1 if there is a difference. Single-stepping takes the time: some 40,000 steps a second.

import { parseArgs } from 'node:util';
import { type Build, compileForEngine, createBuildDirectory, type Level } from '../host-tools.ts';
import { LEVELS, PROGRAMS } from './programs.ts';
import { createTracer, findDifference, type NativeRun } from './tracer.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '300000' },
    program: { type: 'string', default: PROGRAMS.map(({ name }) => name).join() },
  },
});
const THRESHOLD = 20;

const stepsWanted = Number(values.steps);
const wanted = values.program.split(',');
const directory = createBuildDirectory();
const tracer = createTracer(directory.path);
const totals = { images: 0, steps: 0, longest: 0, differences: 0 };
for (const program of PROGRAMS.filter(({ name }) => wanted.includes(name))) {
  for (const level of LEVELS) compareImage(program, level);
}
directory.remove();
const { images, steps, longest, differences } = totals;
console.log(
  `${images} images, ${steps} steps, ${longest} the longest, on the processor, the interpreter ` +
    `and the translator: ${differences} differences`,
);
process.exitCode = differences === 0 ? 0 : 1;

function compareImage(program: (typeof PROGRAMS)[number], level: Level): void {
  const { image, native } = prepare(program, level);
  const engines = [
    ['interpreter', findDifference(image, native)],
    ['translator', findDifference(image, native, THRESHOLD)],
  ] as const;
  const found = engines.filter(([, difference]) => difference !== undefined);
  console.log(`${program.name} ${level}: ${native.steps} steps, ${found.length} differences`);
  for (const [engine, difference] of found) console.log(`  ${engine}: ${difference}`);
  totals.images += 1;
  totals.steps += native.steps;
  totals.longest = Math.max(totals.longest, native.steps);
  totals.differences += found.length;
}

/** One round tells how many are wanted. */
function prepare(
  { name, folder, hasRounds, isShort }: (typeof PROGRAMS)[number],
  level: Level,
): { image: Uint8Array; native: NativeRun } {
  const build = { target: { level, hasSse: true }, folder } satisfies Build;
  const image = compileForEngine(directory.path, name, build);
  const native = tracer(image);
  const rounds = Math.floor(stepsWanted / native.steps);
  if (!hasRounds || !isShort || rounds < 2) return { image, native };
  const repeated = compileForEngine(directory.path, name, { ...build, rounds });
  return { image: repeated, native: tracer(repeated) };
}

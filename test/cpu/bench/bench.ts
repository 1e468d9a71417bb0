// Speed of the engine beside its peers: `npm run bench:cpu -- --runs 5 --program core,lz77 --json`.
// All must give the same result, or it ends with an error; a peer that is not installed is left out
// and named. Asserts no speed. What the figures mean is in `NOTES`, below the table.

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { createBuildDirectory } from '../host-tools.ts';
import { type Outcome, PACKAGES, PEERS, type Peer, runOnEngine, THRESHOLD } from './peers.ts';
import { EMPTY, Images, PROGRAMS, type Program } from './programs.ts';

type Spread = { readonly best: number; readonly median: number; readonly worst: number };

type Row = {
  readonly program: string;
  readonly peer: string;
  readonly steps: number;
  /** Seconds of the processor, less those of an empty program. */
  readonly seconds: Spread;
  readonly start: number;
  readonly mips: number;
};

type Ratio = {
  readonly program: string;
  readonly toIcount?: number;
  readonly toV86?: number;
  readonly coldToInterpreter?: number;
};

const USAGE = `npm run bench:cpu -- [--runs N] [--program A,B] [--peer A,B] [--json] [--install]
  programs: ${PROGRAMS.map(({ name }) => name).join()}
  peers:    ${PEERS.map(({ name }) => name).join()}
  --install has root install the peers by apt-get: ${PACKAGES.join(' ')}`;

const NOTES = `MIPS: instructions that the engine counts for the program, by the median of the seconds.
Seconds are those of the processor in all threads of a process, not of a clock. A peer that is not
the engine has the median of an empty program subtracted as its start; the engine measures itself
from the first instruction on, in a new process each time, and its translation, and the host's
compilation of JavaScript, are contained. interpreter and cold run the short program of some ten
million instructions, all others the long one. v86 runs a 32-bit build of the same source, with
other instructions: only its seconds compare. native and qemu-x86_64 do not run shared: no process
may store there.`;

/** The clock of a process counts in thousandths. */
const SECONDS_MIN = 0.001;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    program: { type: 'string', default: PROGRAMS.map(({ name }) => name).join() },
    peer: { type: 'string', default: PEERS.map(({ name }) => name).join() },
    json: { type: 'boolean', default: false },
    install: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else bench();

function bench(): void {
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new Error(`bench: --runs: expected an integer from 1, got '${values.runs}'`);
  }
  if (values.install) installPeers();
  const programs = chosen('program', PROGRAMS, values.program);
  const wanted = chosen('peer', PEERS, values.peer);
  const peers = wanted.filter((peer) => peer.isPresent());
  const absent = wanted.filter((peer) => !peers.includes(peer)).map(({ name }) => name);
  const directory = createBuildDirectory();
  try {
    const images = new Images(directory.path);
    const starts = new Map(peers.map((peer) => [peer, startOf(peer, images, runs)]));
    const rows = programs.flatMap((program) => measureProgram(program, starts, images, runs));
    const ratios = programs.map(({ name }) => ratiosOf(name, rows));
    const means = meansOf(ratios);
    const sharing = sharingOf(rows);
    if (values.json) console.log(JSON.stringify({ runs, absent, rows, ratios, means, sharing }));
    else console.log(textOf({ runs, absent, rows, ratios, means, sharing }));
  } finally {
    directory.remove();
  }
}

function chosen<T extends { readonly name: string }>(
  option: string,
  all: readonly T[],
  names: string,
): readonly T[] {
  return names.split(',').map((name) => {
    const found = all.find((one) => one.name === name);
    if (found !== undefined) return found;
    const known = all.map((one) => one.name).join();
    throw new Error(`bench: --${option}: expected some of ${known}, got '${name}'`);
  });
}

/** Seconds that a peer takes before it runs anything. */
function startOf(peer: Peer, images: Images, runs: number): number {
  if (!peer.isProcess) return 0;
  const run = peer.prepare(EMPTY, images);
  return spreadOf(repeat(runs, run).map(({ seconds }) => seconds)).median;
}

function measureProgram(
  program: Program,
  starts: ReadonlyMap<Peer, number>,
  images: Images,
  runs: number,
): Row[] {
  const expected = {
    short: runOnEngine(images.engineFile(program, program.short), THRESHOLD),
    long: runOnEngine(images.engineFile(program, program.long), THRESHOLD),
  };
  return [...starts].flatMap(([peer, start]) => {
    if (!peer.runs(program)) return [];
    const reference = expected[peer.rounds];
    const outcomes = repeat(runs, peer.prepare(program, images));
    for (const outcome of outcomes) check(`${program.name} on ${peer.name}`, outcome, reference);
    const seconds = spreadOf(outcomes.map((one) => Math.max(one.seconds - start, SECONDS_MIN)));
    const { steps = 0 } = reference;
    const mips = steps / seconds.median / 1e6;
    return [{ program: program.name, peer: peer.name, steps, seconds, start, mips }];
  });
}

function check(what: string, { result }: Outcome, reference: Outcome): void {
  if (result === reference.result) return;
  throw new Error(`bench: ${what}: expected ${reference.result}, got ${result}`);
}

function repeat<T>(count: number, run: () => T): T[] {
  return Array.from({ length: count }, run);
}

function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (k: number): number => sorted[k] ?? 0;
  const last = sorted.length - 1;
  return { best: at(0), median: at(sorted.length >> 1), worst: at(last) };
}

/** How many times as fast the engine is. */
function ratiosOf(program: string, rows: readonly Row[]): Ratio {
  const secondsOf = (name: string): number | undefined =>
    rows.find((row) => row.program === program && row.peer === name)?.seconds.median;
  const ratio = (key: keyof Ratio, of: string, by: string): Partial<Ratio> => {
    const [over, under] = [secondsOf(of), secondsOf(by)];
    return over === undefined || under === undefined ? {} : { [key]: over / under };
  };
  return {
    program,
    ...ratio('toIcount', 'qemu-system-icount', 'translator'),
    ...ratio('toV86', 'v86', 'translator'),
    ...ratio('coldToInterpreter', 'interpreter', 'cold'),
  };
}

/** Geometric means over the programs. */
function meansOf(ratios: readonly Ratio[]): Ratio {
  const mean = (key: 'toIcount' | 'toV86' | 'coldToInterpreter'): Partial<Ratio> => {
    const known = ratios.map((ratio) => ratio[key]).filter((value) => value !== undefined);
    if (known.length === 0) return {};
    const sum = known.reduce((total, value) => total + Math.log(value), 0);
    return { [key]: Math.exp(sum / known.length) };
  };
  return {
    program: 'geometric mean',
    ...mean('toIcount'),
    ...mean('toV86'),
    ...mean('coldToInterpreter'),
  };
}

/** How many times as long each peer takes when data share a page with running code. */
function sharingOf(rows: readonly Row[]): Readonly<Record<string, number>> {
  const pairs = rows.flatMap((shared) => {
    if (shared.program !== 'shared') return [];
    const apart = rows.find((row) => row.program === 'unshared' && row.peer === shared.peer);
    return apart === undefined ? [] : [[shared.peer, shared.seconds.median / apart.seconds.median]];
  });
  return Object.fromEntries(pairs);
}

function textOf(all: {
  readonly runs: number;
  readonly absent: readonly string[];
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
  readonly means: Ratio;
  readonly sharing: Readonly<Record<string, number>>;
}): string {
  const style = { head: [], border: [] };
  const head = ['program', 'peer', 'MIPS', 'seconds', 'best', 'worst', 'start', 'of native'];
  const speeds = new Table({ head, style });
  for (const { program, peer, mips, seconds, start } of all.rows) {
    const native = all.rows.find((row) => row.program === program && row.peer === 'native');
    const share = native === undefined ? '' : (mips / native.mips).toFixed(4);
    const { best, median, worst } = seconds;
    const figures = [median, best, worst, start].map((value) => value.toFixed(3));
    speeds.push([program, peer, mips.toPrecision(4), ...figures, share]);
  }
  const ratios = new Table({
    head: ['times as fast', 'translator : qemu icount', 'translator : v86', 'cold : interpreter'],
    style,
  });
  for (const { program, toIcount, toV86, coldToInterpreter } of [...all.ratios, all.means]) {
    const figures = [toIcount, toV86, coldToInterpreter];
    ratios.push([program, ...figures.map((value) => value?.toFixed(2) ?? '')]);
  }
  const absent = all.absent.length === 0 ? 'none' : all.absent.join();
  const runs = `${all.runs} runs each; absent: ${absent}`;
  const costs = Object.entries(all.sharing).map(([peer, cost]) => `${peer} ${cost.toFixed(1)}`);
  const sharing = costs.length === 0 ? [] : [`shared : unshared, in seconds: ${costs.join(', ')}`];
  return [speeds.toString(), ratios.toString(), ...sharing, runs, NOTES].join('\n');
}

function installPeers(): void {
  if (process.getuid?.() !== 0) throw new Error('bench: --install: expected root, got a user');
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', ...PACKAGES]]) {
    const { status } = spawnSync('apt-get', ['-q', ...words], { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`bench: apt-get ${words[0]}: expected exit 0, got ${status}`);
  }
}

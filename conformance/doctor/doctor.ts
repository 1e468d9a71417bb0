// The first thing to run against a new adapter: does it speak the protocol, frame its lines, answer at once, forget at
// reset, and do the same twice? What is wrong is said once, with the remedy. It judges no clause of the protocol between
// nodes: of the cases that it plays it only says what to write next. Spec: conformance.md, "The doctor".

import type { AdapterCommand, AdapterTimeouts } from '../adapter.ts';
import { type Case, isApplicable } from '../case.ts';
import { firstDivergence } from '../difference.ts';
import { planRun } from '../plan.ts';
import type { Result } from '../play.ts';
import { stepText } from '../report/failure.ts';
import { canonical } from '../seed.ts';
import { exitCode } from '../verdict.ts';
import { type Bench, openBench, type Sightings } from './bench.ts';
import { bad, type Check, good, remark, remedyOf } from './check.ts';
import { examineOffers } from './offers.ts';

export interface Examination {
  /** As the adapter presents itself; undefined: it never came to that. */
  readonly implementation: { name: string; version: string; language: string } | undefined;
  readonly checks: readonly Check[];
  readonly exit: number;
}

export async function examine(
  command: AdapterCommand,
  timeouts: AdapterTimeouts,
): Promise<Examination> {
  const bench = await openBench(command, timeouts);
  if ('name' in bench) {
    return { implementation: undefined, checks: [bench], exit: exitCode.unavailable };
  }
  const { hello } = bench.shaken;
  const { name, version, language } = hello.implementation;
  const checks = [good('handshake', `${name} ${version} (${language}), lockstep/1`)];
  const { isWhole, found } = await examinePlays(bench);
  checks.push(...found);
  await bench.close();
  // Of an adapter that breaks the protocol the rest says nothing, and would hide what matters.
  if (isWhole) {
    checks.push(...sightingChecks(bench.sightings(), timeouts));
    checks.push(observeCheck(hello.capabilities.observe));
  }
  const isBad = checks.some(({ standing }) => standing === 'bad');
  const exit = isBad ? exitCode.nonConformant : exitCode.conformant;
  return { implementation: { name, version, language }, checks, exit };
}

/** Adapter faults in a row after which nothing more is played. */
const faultsMax = 5;

interface Plays {
  /** No case broke the adapter. */
  readonly isWhole: boolean;
  readonly found: readonly Check[];
}

async function examinePlays(bench: Bench): Promise<Plays> {
  const { capabilities } = bench.shaken.hello;
  const smoke = planRun({ tier: 'smoke', only: [], skip: [] }).cases;
  const first = await playAll(
    bench,
    smoke.filter((one) => isApplicable(one, capabilities)),
  );
  const errors = first.filter(({ verdict }) => verdict === 'error');
  if (errors.length > 0) {
    return { isWhole: false, found: [framingFault(errors, first.length)] };
  }
  const framing = good('framing', `${first.length} cases: whole lines that fit the schema`);
  const same = await examineRepetition(bench, first);
  // An adapter that does not do the same twice cannot be held against itself.
  const isSame = same.every(({ standing }) => standing === 'good');
  const plays = { bench, played: first, storyOf, divergenceText };
  const offers = isSame ? await examineOffers(plays) : [];
  return { isWhole: true, found: [framing, ...same, ...offers, workCheck(first)] };
}

async function playAll(bench: Bench, cases: readonly Case[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  let faults = 0;
  for (const one of cases) {
    const result = await bench.play(one);
    results.push(result);
    faults = result.verdict === 'error' ? faults + 1 : 0;
    if (faults === faultsMax) break;
  }
  return results;
}

/** One message, however many cases broke the adapter: the most frequent, with an example. */
function framingFault(errors: readonly Result[], played: number): Check {
  const kinds = new Map<string, readonly Result[]>();
  for (const error of errors) {
    const kind = withoutNumbers(`${error.fault} ${error.text}`);
    kinds.set(kind, [...(kinds.get(kind) ?? []), error]);
  }
  const [most = errors] = [...kinds.values()].sort((a, b) => b.length - a.length);
  const [example] = most;
  const others = kinds.size - 1;
  const also = others === 0 ? '' : `, and ${errors.length - most.length} broke it otherwise`;
  const all = errors.length === played ? 'every case that was played broke it' : undefined;
  const count = all ?? `${errors.length} of ${played} cases broke it`;
  const where = `${count}${also}; as in ${example?.case.id}`;
  // The fault's code, which stands before the text, is for programs.
  const text = (example?.text ?? '').replace(/^[a-z-]+: /, '');
  return bad('framing', `${text}\n    ${where}`, remedyOf(example?.fault));
}

/** Of one kind are faults that differ in identifiers and places alone. */
const withoutNumbers = (text: string): string => text.replaceAll(/\d+/g, '0').slice(0, 80);

/** Every case once more, in the opposite order; where one differs, fresh processes say why. */
async function examineRepetition(bench: Bench, first: readonly Result[]): Promise<Check[]> {
  for (const once of first.toReversed()) {
    const twice = await bench.play(once.case);
    if (storyOf(once) === storyOf(twice)) continue;
    const [one, other] = [await bench.playFresh(once.case), await bench.playFresh(once.case)];
    const isStable = storyOf(one) === storyOf(other);
    const found = isStable
      ? // Begun anew it does one thing each time: what came before changed it.
        divergenceText(one, storyOf(one) === storyOf(once) ? twice : once)
      : divergenceText(one, other);
    if (!isStable) {
      const text = `the same case twice, each on a new process, differs: ${found}`;
      return [bad('determinism', text, determinismRemedy)];
    }
    const text = `a case does something else after others than on a new process: ${found}`;
    return [
      good('determinism', 'the same case twice does the same'),
      bad('reset', text, resetRemedy),
    ];
  }
  return [
    good('determinism', 'the same case twice does the same'),
    good('reset', 'a case does the same after others'),
  ];
}

const determinismRemedy =
  'take instants from "at" and "to" and chance from "seed" alone; iterate over maps in a fixed order; read no clock and no random source';
const resetRemedy = 'reset forgets every node, timer and counter of the case before';

function divergenceText(one: Result, other: Result): string {
  const { id } = one.case;
  if (other.verdict === 'error') return `${id} breaks the adapter: ${other.text}`;
  const found = firstDivergence(one.case, one, other);
  if (found === undefined) return `${id}, in its refusals or instants`;
  const at = found.one.findIndex((effect, index) => effect !== found.other[index]);
  const from = at < 0 ? found.one.length : at;
  const shown = (list: readonly string[]): string => short(list[from] ?? 'nothing more');
  return [
    `${id}, step ${found.step} (${short(found.given)})`,
    `    once   ${shown(found.one)}`,
    `    again  ${shown(found.other)}`,
  ].join('\n');
}

const shownMax = 160;
const short = (text: string): string =>
  text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;

function storyOf({ verdict, steps, story, failure }: Result): string {
  const lines = (story ?? []).map(({ at, ...line }) => ({ at: String(at), ...line }));
  return canonical({ verdict, steps, lines, reason: failure?.reason ?? null });
}

/** What to write next: it says nothing against the adapter. */
function workCheck(results: readonly Result[]): Check {
  const passed = results.filter(({ verdict }) => verdict === 'pass').length;
  const count = `${passed} of ${results.length} smoke cases pass`;
  const failed = results.filter(({ failure }) => failure !== undefined);
  const [next] = failed.sort((a, b) => (a.failure?.step ?? 0) - (b.failure?.step ?? 0));
  if (next?.failure === undefined) return good('smoke', `${count}: next, lockstep run`);
  const { step, expected, actual } = next.failure;
  const given = stepText(next.case.steps[step - 1]);
  const first = `the first to mend: ${next.case.id}, step ${step}, given ${short(given)}`;
  const text = `${count}; ${first}\n    expected  ${short(expected)}\n    actual    ${short(actual)}`;
  return remark('smoke', text, 'lockstep run --tier smoke tells each failure with its clause');
}

function sightingChecks(seen: Sightings, timeouts: AdapterTimeouts): Check[] {
  const checks = [latencyCheck(seen, timeouts)];
  if (seen.unknown.length > 0) {
    const shown = seen.unknown.slice(0, unknownShownMax).join(', ');
    const more = seen.unknown.length - unknownShownMax;
    const text = `fields that the schema does not name: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
    checks.push(remark('fields', text, 'they are ignored; is one of them misspelt?'));
  } else checks.push(good('fields', 'no field that the schema does not name'));
  checks.push(endingCheck(seen.ending));
  return checks;
}

const unknownShownMax = 5;

function latencyCheck(
  { replies, median, slowest }: Sightings,
  { step, reset }: AdapterTimeouts,
): Check {
  if (slowest === undefined) return remark('latency', 'no reply was timed');
  const limit = slowest.method === 'reset' ? reset : step;
  const ms = (time: number): string => `${time.toFixed(1)} ms`;
  const text = `${replies} replies, median ${ms(median)}, slowest ${ms(slowest.milliseconds)} (${slowest.method}; the limit is ${limit} ms)`;
  if (slowest.milliseconds < limit / 2) return good('latency', text);
  return remark('latency', text, 'near the limit: on a slow machine use run --generous');
}

function endingCheck(ending: Sightings['ending']): Check {
  if (ending === undefined) return remark('bye', 'not tried: no process lived to be told bye');
  if (ending === 'itself') return good('bye', 'the process ended by itself');
  return remark(
    'bye',
    `the process stayed and was sent ${ending}`,
    'end it after the reply to bye',
  );
}

function observeCheck(isOffered: boolean): Check {
  if (isOffered) return good('observe', 'offered: facts are compared');
  const remedy = 'answer observe with the facts of spec/conformance.md, and offer it in hello';
  return remark('observe', 'not offered: fewer faults show', remedy);
}

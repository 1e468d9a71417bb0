// `lockstep model bugs`: every seeded bug, the property that finds it and its shortest counterexample.

import { follow, type Verdict } from '../explore.ts';
import type { SeededBug } from '../seeded-bugs/bug.ts';
import { livenessBugs } from '../seeded-bugs/liveness.ts';
import { seededBugs } from '../seeded-bugs.ts';
import { renderSwimLane } from '../swim-lane.ts';
import { createSystem, type Transition } from '../system.ts';
import { exploreRow, type Limits, type RowRun } from './explore-row.ts';
import { listenForInterrupt } from './interrupt.ts';
import { everything, type Judged, judgedIn } from './judged.ts';
import { colours, exitCodes, print, renderTable } from './print.ts';

/** More states than any bug of the list needs. */
const limits: Limits = { statesMax: 200_000 };

/** `bugs`: those that are sown, all of the list but in a test. */
export async function runBugs(
  options: { show?: boolean; json?: boolean },
  bugs: readonly SeededBug[] = [...seededBugs, ...livenessBugs],
): Promise<void> {
  const interrupt = listenForInterrupt();
  const found: Found[] = [];
  for (const bug of bugs) {
    const run = await exploreRow({ ...bug, ...judgedFor(bug), limits, interrupt });
    if (interrupt.isHeard()) break;
    found.push(foundOf(bug, run));
  }
  interrupt.stop();
  const missed = found.filter(({ bug, steps }) => steps !== bug.steps);
  if (missed.length > 0) process.exitCode = exitCodes.violated;
  if (interrupt.isHeard()) process.exitCode = exitCodes.interrupted;
  if (options.json === true) {
    print(JSON.stringify(found.map(documentOf), null, 2));
    return;
  }
  printTable(found);
  if (interrupt.isHeard()) print(`\nInterrupted after ${found.length} of ${bugs.length} bugs.`);
  for (const { bug } of missed) {
    print(`\n${bug.name} is not found by ${bug.property} after ${bug.steps} steps.`);
  }
  if (options.show === true) for (const one of found) show(one);
}

/** What always holds would end the search for what never happens: a bug may break both. */
const judgedFor = (bug: SeededBug): Judged => {
  const judged = judgedIn(bug, everything);
  if (bug.onlyItsOwn === true) {
    const properties = judged.properties.filter(({ name }) => name === bug.property);
    return { ...judged, properties };
  }
  return bug.liveness === true ? { ...judged, properties: [] } : judged;
};

interface Found {
  bug: SeededBug;
  /** Of its own property; null: it did not find the bug. */
  verdict: Verdict<Transition> | null;
  /** The length of the shortest counterexample. */
  steps: number | null;
  states: number;
  seconds: number;
}

function foundOf(bug: SeededBug, { report, seconds }: RowRun): Found {
  const verdict =
    report.verdicts.find(
      ({ property, outcome }) => outcome === 'violated' && property === bug.property,
    ) ?? null;
  const steps = verdict?.path?.choices.length ?? null;
  return { bug, verdict, steps, states: report.states, seconds };
}

const documentOf = ({ bug, verdict, steps, states }: Found): unknown => ({
  name: bug.name,
  property: bug.property,
  steps,
  expected: bug.steps,
  states,
  path: verdict?.path?.choices.join('.') ?? null,
  complaints: verdict?.complaints ?? [],
  about: bug.about,
});

function printTable(found: readonly Found[]): void {
  const rows = found.map(({ bug, steps, states, seconds }) => [
    bug.name,
    bug.property,
    stepsText(steps, bug.steps),
    String(states),
    seconds.toFixed(1),
    bug.about,
  ]);
  print(renderTable(['bug', 'violates', 'steps', 'states', 'seconds', ''], rows));
}

function stepsText(steps: number | null, expected: number): string {
  if (steps === null) return colours.red(`not found in ${expected}`);
  return steps === expected ? String(steps) : colours.red(`${steps}, not ${expected}`);
}

function show({ bug, verdict }: Found): void {
  if (verdict === null || verdict.path === null) return;
  const { choices, stem } = verdict.path;
  const run = follow(createSystem(bug.bounds, bug.variant), choices);
  print(`\n${bug.name}: ${bug.about}. Violates ${bug.property} after ${choices.length} steps.`);
  print(`lockstep model check --bug ${bug.name} --path ${choices.join('.')}\n`);
  print(
    renderSwimLane(run, { complaints: verdict.complaints, ...(stem !== undefined && { stem }) }),
  );
}

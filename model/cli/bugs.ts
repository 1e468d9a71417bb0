// `lockstep model bugs`: every seeded bug, the property that finds it and its shortest counterexample.

import { follow } from '../explore.ts';
import { seededBugs } from '../seeded-bugs.ts';
import { livenessBugs } from '../seeded-liveness-bugs.ts';
import { renderSwimLane } from '../swim-lane.ts';
import { createSystem } from '../system.ts';
import { exploreRow } from './explore-row.ts';
import { judgedIn } from './judged.ts';
import { colours, exitCodes, print, renderTable } from './print.ts';

/** More than any bug of the list needs. */
const statesMax = 200_000;

export async function runBugs(options: { show?: boolean; json?: boolean }): Promise<void> {
  const found = [];
  for (const bug of [...seededBugs, ...livenessBugs]) {
    const run = await exploreRow({ ...bug, ...judgedIn(bug, undefined), statesMax });
    const violated = run.report.verdicts.filter(({ outcome }) => outcome === 'violated');
    found.push({ bug, violated, states: run.report.states });
    if (run.isInterrupted) {
      process.exitCode = exitCodes.interrupted;
      break;
    }
  }
  const missed = found.filter(
    ({ bug, violated }) => !violated.some(({ property }) => property === bug.property),
  );
  if (missed.length > 0) process.exitCode = exitCodes.violated;
  const rows = found.map(({ bug, violated, states }) => {
    const verdict = violated.find(({ property }) => property === bug.property);
    const steps = verdict?.path?.choices.length ?? null;
    const path = verdict?.path?.choices.join('.') ?? null;
    return { name: bug.name, property: bug.property, steps, states, path, about: bug.about };
  });
  if (options.json === true) {
    print(JSON.stringify(rows, null, 2));
    return;
  }
  print(
    renderTable(
      ['bug', 'violates', 'steps', 'states'],
      rows.map(({ name, property, steps, states }) => [
        name,
        property,
        steps === null ? colours.red('not found') : String(steps),
        String(states),
      ]),
    ),
  );
  if (options.show !== true) return;
  for (const { bug, violated } of found) {
    const verdict = violated.find(({ property }) => property === bug.property);
    if (verdict?.path == null) continue;
    const run = follow(createSystem(bug.bounds, bug.variant), verdict.path.choices);
    print(`\n${bug.name}: ${bug.about}. Violates ${bug.property}.\n`);
    print(renderSwimLane(run, verdict.complaints, verdict.path.stem));
  }
}

// `lockstep model check --path`: a run by its choices, what each step changed, and what chosen properties say of it.

import { follow, type Moment } from '../explore.ts';
import type { SystemProperty } from '../properties.ts';
import { differences, renderSwimLane, type SystemRun } from '../swim-lane.ts';
import { createSystem, type SystemView, type Transition } from '../system.ts';
import type { Job } from './jobs.ts';
import { colours, print, refuseUsage } from './print.ts';

export function showPath(
  job: Job,
  choices: readonly number[],
  { properties, json }: { properties: readonly SystemProperty[]; json: boolean },
): void {
  const run = runOf(job, choices);
  if (run === null) return;
  if (json) {
    print(JSON.stringify(documentOf({ job, choices, run, properties }), null, 2));
    return;
  }
  const notes = (moment: Moment<SystemView, Transition>): string[] =>
    properties.map((property) => painted(`${property.name}: ${sayOf(property, moment)}`));
  print(renderSwimLane(run, [], notes));
}

/** Null: there is no such run, and this was said. */
function runOf(job: Job, choices: readonly number[]): SystemRun | null {
  try {
    return follow(createSystem(job.bounds, job.variant), choices);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuseUsage(`${reason} in row ${job.name}`, ['the paths that check, walk and sample print']);
    return null;
  }
}

/** What a property says of one step: that it has nothing to say, that it holds, or what is false with its values. */
export function sayOf(property: SystemProperty, moment: Moment<SystemView, Transition>): string {
  if (property.kind === 'sometimes') return property.isWitness(moment) ? 'witnessed' : 'not here';
  const complaints = property.check(moment);
  if (complaints === null) return 'nothing to judge';
  return complaints.length === 0 ? 'holds' : `FALSE: ${complaints.join('; ')}`;
}

const painted = (said: string): string =>
  said.includes(': FALSE: ') ? colours.red(said) : colours.dim(said);

function documentOf(shown: {
  job: Job;
  choices: readonly number[];
  run: SystemRun;
  properties: readonly SystemProperty[];
}): unknown {
  const { job, choices, run, properties } = shown;
  return {
    row: job.name,
    bounds: job.bounds,
    path: choices.join('.'),
    steps: run.map((moment, index) => ({
      choice: choices[index],
      label: moment.step.label,
      deeds: moment.step.deeds,
      differences: differences(moment.before, moment.after),
      properties: Object.fromEntries(
        properties.map((property) => [property.name, sayOf(property, moment)]),
      ),
    })),
  };
}

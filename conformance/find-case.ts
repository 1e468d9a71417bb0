// One case by its identifier or from a file. A case of a complete suite is found by making that suite again:
// its generator says which. Spec: conformance.md, "Replay".

import { existsSync } from 'node:fs';
import type { Case } from './case.ts';
import { completeSlice, parseGenerator } from './complete.ts';
import { playableSlices } from './generate.ts';
import { allCases, matcherOf } from './plan.ts';
import { BadInputError } from './verdict.ts';
import { parseCaseFile } from './written-cases.ts';

export function findCase(what: string): Case {
  if (existsSync(what)) {
    const [played] = parseCaseFile(what);
    if (played !== undefined) return played;
    throw new BadInputError(`${what} holds no case`);
  }
  const isMeant = matcherOf(what);
  for (const one of candidates(what)) if (isMeant(one)) return one;
  throw new BadInputError(`no case ${what}; see 'lockstep list'`);
}

function* candidates(what: string): Generator<Case> {
  const suite = parseGenerator(what.split('/')[1] ?? '');
  if (suite === undefined) {
    yield* allCases();
    return;
  }
  const slice = playableSlices().find(({ name }) => name === suite.slice);
  if (slice === undefined) return;
  for (const made of completeSlice(slice, suite).cases()) yield made.case;
}

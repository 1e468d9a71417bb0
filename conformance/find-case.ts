// One case by its identifier, from a file or from a token. A case of a complete suite is found by making that suite again:
// its generator says which. Spec: conformance.md, "Replay".

import { existsSync } from 'node:fs';
import { slices } from '../model/slices.ts';
import { type Case, profiles } from './case.ts';
import { completeSlice, parseGenerator } from './complete.ts';
import { generateSlice } from './generate.ts';
import { allCases, matcherOf } from './plan.ts';
import { decodeToken, isToken } from './token.ts';
import { BadInputError } from './verdict.ts';
import { loadWrittenCases, parseCaseFile } from './written-cases.ts';

/** Characters of what was given that an error repeats. */
const shownMax = 120;

export function findCase(what: string): Case {
  if (isToken(what)) return decodeToken(what);
  if (existsSync(what)) {
    const [played] = parseCaseFile(what);
    if (played !== undefined) return played;
    throw new BadInputError(`${what} holds no case`);
  }
  const isMeant = matcherOf(what);
  for (const one of candidates(what)) if (isMeant(one)) return one;
  const shown = what.length > shownMax ? `${what.slice(0, shownMax)}…` : what;
  throw new BadInputError(`no case, file or token ${shown}; see 'lockstep list'`);
}

function* candidates(what: string): Generator<Case> {
  // Reading what people wrote is quick, making the cases of every slice is not.
  for (const profile of profiles) yield* loadWrittenCases(profile);
  const generator = what.split('/')[1] ?? '';
  const suite = parseGenerator(generator);
  const slice = slices.find(({ name }) => name === (suite?.slice ?? generator));
  if (suite === undefined) yield* slice === undefined ? allCases() : generateSlice(slice).cases;
  else if (slice !== undefined)
    for (const made of completeSlice(slice, suite).cases()) yield made.case;
}

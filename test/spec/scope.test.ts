// Every clause of the protocol is cited by the model, or the registry says why it is not: one of the two, never both.

import { describe, expect, it } from 'vitest';
import { gatherModelCitations } from '../../conformance/coverage.ts';
import { loadRequirements, type Requirement } from '../../conformance/requirements.ts';
import { citingPlaces, type ModelCitations, scopeOf } from '../../conformance/scope.ts';
import { requirementsDirectory } from './files.ts';

const requirements = loadRequirements(requirementsDirectory);
const names = new Set(requirements.map(({ name }) => name));
const areas = new Set(requirements.map(({ area }) => area));
const citations = gatherModelCitations();
const uncited: ModelCitations = { chart: [], properties: [], slices: [] };
const citedOf = ({ name }: Requirement): ModelCitations => citations[name] ?? uncited;
const reasons = requirements.flatMap(({ name, unmodelled }) =>
  unmodelled === undefined ? [] : [{ name, reason: unmodelled }],
);

describe('the scope of the model', () => {
  it('forgets no clause of the protocol', () => {
    const forgotten = requirements.filter((one) => scopeOf(one, citedOf(one)) === 'unclaimed');
    expect(
      forgotten.map(({ name }) => `${name}: cite it in the model, or say in 'unmodelled' why not`),
    ).toEqual([]);
  });

  it('cites no clause that it leaves out', () => {
    const both = requirements.flatMap((one) =>
      one.unmodelled === undefined ? [] : citingPlaces(citedOf(one)).map((at) => [one.name, at]),
    );
    expect(both).toEqual([]);
  });

  it('cites clauses of the registry only', () => {
    expect(Object.keys(citations).filter((name) => !names.has(name))).toEqual([]);
  });

  it('leaves out every area that the protocol chapter does not explain, and no other', () => {
    const outside = requirements.filter((one) => scopeOf(one, citedOf(one)) === 'other-chapter');
    expect(new Set(outside.map(({ area }) => area))).toEqual(new Set(['cpu', 'machine', 'replay']));
  });
});

describe('the reasons', () => {
  it('are fragments in lower case, on one line', () => {
    const odd = reasons.filter(({ reason }) => !/^[a-z`][^\n]* [^\n]*[^.]$/.test(reason));
    expect(odd).toEqual([]);
  });

  it('name clauses of the registry only', () => {
    const unknown = reasons.flatMap(({ name, reason }) =>
      clausesIn(reason).flatMap((one) => (names.has(one) ? [] : [`${name}: no clause ${one}`])),
    );
    expect(unknown).toEqual([]);
  });

  it('name a clause somewhere, so that the rule above has something to look at', () => {
    expect(reasons.flatMap(({ reason }) => clausesIn(reason)).length).toBeGreaterThan(0);
  });
});

/** What stands in backticks and begins with an area; `guest.diverged` is an input. */
function clausesIn(reason: string): string[] {
  const quoted = [...reason.matchAll(/`([a-z]+)\.[a-z0-9-]+`/g)];
  return quoted.filter(([, area = '']) => areas.has(area)).map(([all]) => all.slice(1, -1));
}

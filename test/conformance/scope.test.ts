// The scope of the model: what makes a clause modelled, outside, forgotten, or of a chapter that is outside.

import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../conformance/requirements.ts';
import {
  countScopes,
  type ModelCitations,
  type Scope,
  scopeOf,
  scopeSummary,
  scopes,
  scopeToText,
} from '../../conformance/scope.ts';

const uncited: ModelCitations = { chart: [], properties: [], slices: [] };
const clause: Requirement = {
  name: 'flow.a',
  area: 'flow',
  level: 'MUST',
  text: 'It MUST be so.',
  source: 'derived',
  chapter: 'protocol.md#flow',
};
const reason = 'real time: the model has no clock';

describe('the scope of a clause', () => {
  it.each<[Scope, Partial<Requirement>, Partial<ModelCitations>]>([
    ['modelled', {}, { chart: ['logging.full'] }],
    ['modelled', {}, { properties: ['never-lost'] }],
    ['modelled', {}, { slices: ['logging-owner'] }],
    ['modelled', { chapter: 'replay.md#entries' }, { chart: ['logging.full'] }],
    ['outside', { unmodelled: reason }, {}],
    ['unclaimed', {}, {}],
    ['unclaimed', { unscored: 'nobody can see it' }, {}],
    ['other-chapter', { chapter: 'replay.md#entries' }, {}],
  ])('is %s of %j cited by %j', (scope, change, cited) => {
    expect(scopeOf({ ...clause, ...change }, { ...uncited, ...cited })).toBe(scope);
  });

  it('is shown with its reason', () => {
    const outside = { ...clause, unmodelled: reason };
    expect(scopes.map((scope) => scopeToText(outside, scope))).toEqual([
      'modelled',
      `outside: ${reason}`,
      'unclaimed',
      'outside: its chapter is',
    ]);
  });
});

describe('the counts of scopes', () => {
  const totals = countScopes(['modelled', 'outside', 'modelled', 'other-chapter', 'unclaimed']);

  it('are by scope, with their sum', () => {
    expect(totals).toEqual({
      modelled: 2,
      outside: 1,
      unclaimed: 1,
      'other-chapter': 1,
      total: 5,
    });
  });

  it('are said without the clauses of other chapters in the first number', () => {
    expect(scopeSummary(totals)).toMatch(/^Of 4 clauses of the protocol the model cites 2, leaves/);
  });
});

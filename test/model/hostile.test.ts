// The rows of an adversary and of misdeeds, exhausted: every property holds, every premise of what is new is held, and
// every transition that cites one of the clauses that they are for is taken. Spec: protocol, "Security".

import { describe, expect, test } from 'vitest';
import type { Forgery } from '../../model/environment/adversary.ts';
import type { Bounds } from '../../model/environment/manager.ts';
import { explore, type Report } from '../../model/explore.ts';
import { failover } from '../../model/failover.ts';
import { charts } from '../../model/host.ts';
import { misdeedProperties } from '../../model/properties/misdeeds.ts';
import { securityProperties } from '../../model/properties/security.ts';
import { properties, type SystemProperty } from '../../model/properties.ts';
import { calm, findRow } from '../../model/rows.ts';
import { withCharts } from '../../model/seeded-bugs/bug.ts';
import { createSystem, rightVariant, type Transition, type Variant } from '../../model/system.ts';
import { countTaken, type Taken } from '../../model/taken.ts';
import { transitionsCiting } from '../../model/transitions.ts';

/** More than any of these has. */
const statesMax = 250_000;

describe('the rows', () => {
  const names = [
    'hostile',
    'hostile-beats',
    'misdeeds',
    'old-answers',
    'old-answers-diverged',
    'replace-misdeeds',
  ];
  const premises = new Map<string, number>();
  const takenBy = new Map<string, Taken>();

  test.each(names)('%s is exhausted, and nothing is violated', (name) => {
    const bounds = findRow(name)?.bounds;
    if (bounds === undefined) throw new Error(`there is no row ${name}`);
    const { report, taken } = explored(bounds);
    expect(report.isExhausted).toBe(true);
    expect(violated(report)).toEqual([]);
    takenBy.set(name, taken);
    for (const { property, premise } of report.verdicts) {
      premises.set(property, (premises.get(property) ?? 0) + premise);
    }
  });

  test('every property of a misdeed or of the adversary has had its premise', () => {
    const own = [...misdeedProperties, ...securityProperties].map(({ name }) => name);
    expect(own.filter((name) => (premises.get(name) ?? 0) === 0)).toEqual([]);
  });

  test.each([
    'lifecycle.operations-on-owner',
    'pairing.distinct-hosts',
    'pairing.welcome-next-sequence',
    'logging.acknowledgement-beyond-sent',
    'logging.undecodable-not-acknowledged',
    'logging.nothing-after-gap',
    'arbitration.older-version-is-unreachable',
  ])('every transition that cites %s is taken', (clause) => {
    const citing = Object.values(charts).flatMap((chart) => transitionsCiting(chart, clause));
    const all = [...takenBy.values()];
    const missed = citing.filter((one) => !all.some(({ transitions }) => transitions.has(one)));
    expect(citing.length).toBeGreaterThan(0);
    expect(missed).toEqual([]);
  });
});

describe('without authentication', () => {
  const once: Bounds = { ...calm, crashes: 1, positionsMax: 1, injections: 1, wire: 'open' };
  const harmless: Forgery[] = [
    'acknowledge-beyond-sent',
    'future-acknowledge',
    'future-alive',
    'future-beat',
    'unknown-entry',
    'gap',
    'diverged',
    'refuse',
    'misplaced-welcome',
  ];

  test('what a node refuses by itself, and what only leads it to the record, breaks nothing', () => {
    const { report } = explored({ ...once, forged: harmless });
    expect(report.isExhausted).toBe(true);
    expect(violated(report)).toEqual([]);
  });

  test('nor does a message that was genuine once, by any way, to either host', () => {
    const { report } = explored({ ...once, recordings: 1 });
    expect(report.isExhausted).toBe(true);
    expect(violated(report)).toEqual([]);
  });

  test.each([
    ['acknowledge', 'logging.acknowledge-held-entries'],
    ['power-off', 'output.hold-until-acknowledged'],
    ['yield', 'output.hold-until-acknowledged'],
    ['answer', 'failover.alone-after-record'],
    ['fence', 'failover.fence-before-live'],
  ] as const)('a forged %s breaks %s', (forgery, property) => {
    const { report } = explored({ ...once, forged: [forgery] });
    expect(violated(report)).toContain(property);
  });
});

test('old answers without their nonce are kept from harm by the version alone', () => {
  const charts = withCharts({
    failover: failover.provide({
      guards: {
        isNoAnswer: ({ context, event }) =>
          event.type === 'arbiter.answered' &&
          ((event.record?.version ?? 0) < (context.record?.version ?? 0) ||
            (event.record?.epoch ?? 0) < context.epoch),
      },
    }),
  });
  const bounds = { ...calm, crashes: 1, positionsMax: 1, recordings: 1, injections: 1 };
  const direct = 'arbitration.answer-bound-to-request';
  const judged = properties.filter(({ name }) => name !== direct);
  const { report } = explored(bounds, { variant: charts, judged });
  expect(report.isExhausted).toBe(true);
  expect(violated(report)).toEqual([]);
});

function explored(
  bounds: Bounds,
  {
    variant = rightVariant,
    judged = properties,
  }: {
    variant?: Variant;
    judged?: readonly SystemProperty[];
  } = {},
): { report: Report<Transition>; taken: Taken } {
  const model = createSystem(bounds, variant);
  const count = countTaken(model);
  const report = explore({ model, properties: judged, statesMax, onEdge: count.onEdge });
  return { report, taken: count.taken() };
}

const violated = ({ verdicts }: Report<Transition>): string[] =>
  verdicts.filter(({ outcome }) => outcome === 'violated').map(({ property }) => property);

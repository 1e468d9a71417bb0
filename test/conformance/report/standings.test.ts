// A clause is what its cases and the failures that name it make of it.

import { expect, test } from 'vitest';
import { byReason, standingsOf } from '../../../conformance/report/standings.ts';
import { sample } from './sample.ts';

test('a clause fails by the reason of a failure, is doubtful where its case failed otherwise', () => {
  const standings = standingsOf(sample);
  expect([...standings.values()].map(({ clause, standing }) => [clause, standing])).toEqual([
    ['logging.consecutive-sequence', 'doubtful'],
    ['output.hold-until-acknowledged', 'failed'],
    ['pairing.hello-checks', 'doubtful'],
    ['heartbeat.suspect-on-silence', 'undecided'],
  ]);
  expect(standings.get('logging.consecutive-sequence')).toMatchObject({ cases: 2, passed: 1 });
  expect(standings.get('output.hold-until-acknowledged')).toMatchObject({ cases: 2, failures: 2 });
});

test('a clause that every case about it passed has passed', () => {
  const cases = sample.cases.filter(({ verdict }) => verdict === 'pass');
  const standings = standingsOf({ ...sample, cases });
  expect(standings.get('logging.consecutive-sequence')?.standing).toBe('passed');
});

test('failures stand by reason, the most frequent first and the shortest case of each first', () => {
  const groups = byReason(sample.cases);
  expect(groups.map(([reason, cases]) => [reason, cases.length])).toEqual([
    ['output.hold-until-acknowledged#output-before-acknowledgement', 2],
    ['adapter#error', 1],
  ]);
});

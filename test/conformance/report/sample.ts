// A small report with one case of each kind, and with text that would break every format that trusted it.

import type { Report, ReportCase } from '../../../conformance/report/report.ts';
import { countVerdicts } from '../../../conformance/verdict.ts';

export const hostileText = '</script><img src=x onerror="window.hurt=1">|#\u0007]]>&';

const failing: ReportCase = {
  id: 'output.hold-until-acknowledged/logging-owner/aaaaaa',
  clauses: ['output.hold-until-acknowledged'],
  verdict: 'fail',
  steps: 9,
  seed: '11',
  failure: {
    reason: 'output.hold-until-acknowledged#output-before-acknowledgement',
    step: 4,
    given: 'p: {"type":"guest.output"}',
    expected: 'nothing above 0 leaves',
    actual: hostileText,
    text: '',
    other: ['logging.consecutive-sequence#gap'],
    story: [
      { at: '1000000', node: 'p', input: { type: 'guest.output', channel: 'network' } },
      {
        at: '1000000',
        node: 'p',
        effect: { type: 'channel.send', connection: '1', message: { kind: 'entry', seq: '1' } },
      },
      { at: '1500000', node: 'p', effect: { type: 'output.emit', channel: hostileText } },
    ],
  },
};

const cases: readonly ReportCase[] = [
  {
    id: 'logging.consecutive-sequence/logging-owner/bbbbbb',
    clauses: ['logging.consecutive-sequence'],
    verdict: 'pass',
    steps: 3,
    seed: '12',
  },
  failing,
  { ...failing, id: 'output.hold-until-acknowledged/logging-owner/cccccc', steps: 12 },
  {
    id: 'pairing.hello-checks/manual/a-hello-#1',
    clauses: ['pairing.hello-checks', 'logging.consecutive-sequence'],
    verdict: 'error',
    steps: 0,
    seed: '13',
    failure: {
      reason: 'adapter#error',
      step: 0,
      given: '',
      expected: '',
      actual: '',
      text: 'crash: it ended with code 1',
      other: [],
      story: [],
    },
  },
  {
    id: 'heartbeat.suspect-on-silence/manual/quiet',
    clauses: ['heartbeat.suspect-on-silence'],
    verdict: 'inconclusive',
    steps: 2,
    seed: '14',
  },
];

export const sample: Report = {
  format: 'lockstep-report/1',
  suite: { name: 'vm-lockstep', version: '0.1.0' },
  spec: '0.1.0',
  level: 'driven',
  tier: 'core',
  seed: '7',
  plan: '0123456789ab',
  partial: false,
  implementation: { name: `acme ${hostileText}`, version: '1.2', language: 'rust' },
  capabilities: { observe: true },
  command: './adapter',
  planned: cases.length,
  executed: cases.length,
  exit: 1,
  totals: countVerdicts(cases.map(({ verdict }) => verdict)),
  guarantee: 'none: not every case of the tier was run and passed',
  notCovered: ['real time'],
  quarantine: [],
  slices: [
    { name: 'logging-owner', node: 'owner', states: 4, transitions: 9, leftOut: 1, cases: 3 },
  ],
  cases,
};

/** Interrupted after its first case, which passed. */
export const partialSample: Report = {
  ...sample,
  partial: true,
  executed: 1,
  exit: 130,
  totals: countVerdicts(['pass']),
  cases: cases.slice(0, 1),
};

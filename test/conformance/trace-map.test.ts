// A log in other words: the worked example is a clean trace; what it does wrong is found with the log's own line numbers;
// each rule and reading of a map is taken and refused; what cannot be read ends with its line, the rule and the remedy.

import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TraceReport } from '../../conformance/report/trace-report.ts';
import { inRoot } from '../../conformance/root.ts';
import { createTranslator, effectsMax, type TraceMap } from '../../conformance/trace-map.ts';
import { mapBytesMax, parseMap, readMap } from '../../conformance/trace-map-file.ts';
import { fieldOf, readValue, type Taken, timeOf } from '../../conformance/trace-map-value.ts';
import { readTraceReport, reportToExitCode } from '../../conformance/verbs/check-trace.ts';
import { lineBytesMax } from '../../model/cli/refine/lines.ts';

const example = (name: string): string => inRoot('conformance', 'examples', name);
const map = readMap(example('hypervisor.map.yaml'));
const log = readFileSync(example('hypervisor.log.ndjson'), 'utf8');
const lines = log.trimEnd().split('\n');

function check(text: string, given: TraceMap = map): Promise<TraceReport> {
  return readTraceReport(new Blob([text]).stream(), true, given);
}
const file = (...given: readonly string[]): string => given.map((line) => `${line}\n`).join('');
const lineOf = (event: string): number =>
  lines.findIndex((line) => line.includes(`"event":"${event}"`));

describe('the worked example', () => {
  test('is clean, whole, and allowed by the model; each rule takes a line', async () => {
    const report = await check(log);

    expect(report.violations).toEqual([]);
    expect(report.gaps).toEqual([]);
    expect(report.model?.outcome).toBe('accepted');
    expect(report.mapped).toEqual({ ignored: 1, untaken: 0, unused: [] });
    expect(report.nodes).toEqual([{ node: 'p', steps: 14 }]);
    expect(reportToExitCode(report, false)).toBe(0);
  });

  test('with an output before its acknowledgement breaks the output rule, on those lines', async () => {
    const [ack, flush] = [lineOf('rx.ack'), lineOf('uart.flush')];
    const early = lines.toSpliced(flush, 1).toSpliced(ack, 0, lines[flush] ?? '');

    const report = await check(file(...early));

    expect(report.violations[0]?.clause).toBe('output.hold-until-acknowledged');
    // The effects of an input are known by the first line that speaks of its step: the input's.
    expect(report.violations[0]).toMatchObject({ node: 'p', inputLine: ack - 1, line: ack - 1 });
    expect(report.model?.outcome).toBe('refused');
    expect(reportToExitCode(report, true)).toBe(1);
  });

  test('cut off in its last line is judged to there, and is inconclusive', async () => {
    const report = await check(log.slice(0, -20));

    expect(report.malformed).toBeNull();
    expect(report.violations).toEqual([]);
    expect(report.gaps.join()).toContain(`line ${lines.length}, which is cut off`);
    expect(reportToExitCode(report, false)).toBe(2);
  });
});

describe('a line that cannot be read ends with 65, its number and the remedy', () => {
  const changed = (event: string, from: string | RegExp, to: string): string => {
    const at = lineOf(event);
    return file(...lines.with(at, (lines[at] ?? '').replace(from, to)));
  };
  test.each([
    [
      'no JSON',
      file(lines[0] ?? '', 'Booting...'),
      2,
      /expected one JSON object, got Booting.*grep/,
    ],
    ['an array', file('[1]'), 1, /expected one JSON object/],
    ['null', file('null'), 1, /expected one JSON object/],
    ['no rule', file('{"host":"hv-a","event":"odd"}'), 1, /no rule takes .*"otherwise: ignore"/],
    [
      'an unknown node',
      changed('vm.boot', 'hv-a', 'hv-z'),
      1,
      /one of hv-a, got hv-z: add it to "names"/,
    ],
    [
      'no node',
      changed('vm.boot', '"host"', '"h"'),
      1,
      /rule 1 .*field host is missing \(the line has uptime, h, event\)/,
    ],
    ['no time', changed('vm.boot', '"uptime"', '"u"'), 1, /field uptime is missing/],
    [
      'a time that is none',
      changed('vm.boot', '81.001375', '"late"'),
      1,
      /an instant in s, to the nanosecond, got "late"/,
    ],
    [
      'a time that goes back',
      changed('disk.reply', /"uptime":[\d.]+/, '"uptime":2'),
      5,
      /what rule 7 .* went back/,
    ],
    ['a kind of another name', changed('state', 'UNPROTECTED', 'FINE'), 7, /rule 3 .*got FINE/],
    [
      'a value of another type',
      changed('disk.fence', '"fence":1', '"fence":[1]'),
      4,
      /a text, number or boolean, got \[1\]/,
    ],
    [
      'a rounded number',
      changed('disk.fence', '"fence":1', '"fence":9007199254740993'),
      4,
      /above 2\^53-1.*log it as text/,
    ],
    [
      'a fraction of a count',
      changed('disk.fence', '"fence":1', '"fence":1.5'),
      4,
      /decimal digits, got 1.5/,
    ],
    ['odd hex', changed('uart.flush', /"hex":"./, '"hex":"'), 29, /two hexadecimal digits a byte/],
    [
      'what the schema forbids',
      changed('vm.mirror', '"b#1"', '7'),
      8,
      /what rule 2 .* made: input\/peer must be string/,
    ],
    [
      'too long a line',
      `${lines[0]}\n${' '.repeat(lineBytesMax + 1)}`,
      2,
      /at most 16777216 bytes/,
    ],
  ])('%s', async (_, text, line, message) => {
    const report = await check(text);

    expect(report.malformed?.text).toMatch(message);
    expect(report.malformed?.line).toBe(line);
    expect(reportToExitCode(report, true)).toBe(65);
  });

  test('an effect of nothing; it may stand where the header leaves something out', async () => {
    const text = file('{"uptime":1,"host":"hv-a","event":"vcpu.run"}');
    const omitted = { ...map, header: { ...map.header, omitted: ['disk.answered'] } };

    const refused = await check(text);
    const taken = await check(text, omitted);

    expect(refused.malformed?.text).toMatch(/was given nothing: map what it was given, or name it/);
    expect(taken.malformed).toBeNull();
  });

  test('more effects of one input than the bound', () => {
    const translator = createTranslator(map);
    const run = { uptime: 1, host: 'hv-a', event: 'vcpu.run' };
    translator.take({ uptime: 1, host: 'hv-a', event: 'vm.boot' }, 1);
    for (let index = 0; index < effectsMax; index++) translator.take(run, 2 + index);

    expect(translator.take(run, 3 + effectsMax)).toMatchObject({
      problem: expect.stringContaining(`at most ${effectsMax} effects of one input of p`),
    });
  });
});

describe('rules', () => {
  const small = (rules: TraceMap['rules'], more: Partial<TraceMap> = {}): TraceMap => {
    const { time: _, ...rest } = map;
    return { ...rest, node: 'p', rules, ...more };
  };
  const boot = { when: { e: 'boot' }, input: { type: 'manager.start' } };
  const run = { when: { e: 'run' }, effect: { type: 'guest.run' } };

  test('the first that holds takes the line; effects go to the input before', () => {
    const other = { when: { e: ['boot', 'run'] }, ignore: true } as const;
    const translator = createTranslator(small([boot, run, other]));

    const made = [{ e: 'boot' }, { e: 'run' }, { e: 'run' }, { e: 'boot' }].map((line, index) =>
      translator.take(line, index + 1),
    );

    const effects = [{ type: 'guest.run' }, { type: 'guest.run' }];
    expect(made[3]).toMatchObject([
      { number: 1, line: { node: 'p', effects } },
      { number: 4, line: { node: 'p', input: { type: 'manager.start' } } },
    ]);
    expect(made[1]).toEqual([]);
    expect(translator.end()).toMatchObject([{ number: 4, line: { node: 'p', effects: [] } }]);
    expect(translator.use().unused).toEqual(['rule 3 ({"e":["boot","run"]})']);
  });

  test('a refusal, an end and a beginning', () => {
    const refused = { when: { e: 'no' }, refused: { $field: 'code' } };
    const ends = { when: { e: 'done' }, ends: true } as const;
    const begins = { when: { e: 'up' }, begins: { $join: ['q#', { $field: 'life' }] } };
    const translator = createTranslator(small([boot, refused, ends, begins]));

    translator.take({ e: 'boot' }, 1);
    translator.take({ e: 'no', code: 'not-owner' }, 2);

    expect(translator.take({ e: 'done' }, 3)).toMatchObject([
      { line: { effects: [], refused: 'not-owner' } },
    ]);
    expect(translator.take({ e: 'up', life: 3 }, 4)).toMatchObject([
      { line: { node: 'p', incarnation: 'q#3' } },
    ]);
    expect(translator.take({ e: 'no', code: 'x' }, 5)).toHaveProperty('problem');
  });

  test('a line of none is counted where that is allowed; null stands for a field that is not there', () => {
    const translator = createTranslator(
      small([{ when: { e: null }, ignore: true }], { otherwise: 'ignore' }),
    );

    expect([translator.take({}, 1), translator.take({ e: 'x' }, 2)]).toEqual([[], []]);
    expect(translator.use()).toEqual({ ignored: 1, untaken: 1, unused: [] });
  });
});

describe('values', () => {
  const read = (taken: Omit<Taken, '$field'>, x?: unknown): unknown =>
    readValue({ $field: 'x', ...taken }, x === undefined ? {} : { x }, 'ms');

  test.each([
    [{}, { a: 1 }, { a: 1 }],
    [{ as: 'text' }, 7, '7'],
    [{ as: 'counter' }, '007', '7'],
    [{ as: 'number' }, '80', 80],
    [{ as: 'instant' }, 1.5, '1500000'],
    [{ as: 'hex' }, '6869', 'aGk='],
    [{ as: 'utf8' }, 'hi', 'aGk='],
    [{ names: { true: 'red' } }, true, 'red'],
    [{ default: null }, undefined, null],
    [{ optional: true }, undefined, undefined],
  ] as const)('%j of %j', (taken, given, made) => {
    expect(read(taken, given)).toEqual(made);
  });

  test.each([
    [{}, undefined, /missing/],
    [{}, null, /missing/],
    [{ as: 'counter' }, -1, /whole number/],
    [{ as: 'counter' }, '', /whole number/],
    [{ as: 'number' }, 'many', /a number/],
    [{ as: 'number' }, '1e400', /a number/],
    [{ as: 'instant' }, 0.0000001, /an instant in ms/],
    [{ as: 'hex' }, 'zz', /hexadecimal/],
    [{ as: 'hex' }, 12, /hexadecimal/],
    [{ names: { a: 'b' } }, 'toString', /one of a, got toString/],
  ] as const)('%j refuses %j', (taken, given, message) => {
    expect(() => read(taken, given)).toThrow(message);
  });

  test.each([
    ['ns', '18', '18'],
    ['us', 2.25, '2250'],
    ['s', '3.000000001', '3000000001'],
    ['rfc3339', '1970-01-01T00:00:01.000000005Z', '1000000005'],
    ['rfc3339', '1970-01-01T02:00:00+01:00', '3600000000000'],
  ] as const)('an instant in %s, %j', (unit, t, instant) => {
    expect(timeOf({ t }, { field: 't', unit })).toBe(instant);
  });

  test.each([
    ['ns', 1.5],
    ['s', -1],
    ['s', '1.0000000001'],
    ['rfc3339', '2026-01-31 12:00:00'],
    ['rfc3339', '2026-13-31T12:00:00Z'],
    ['rfc3339', '2026-01-31T12:00:00.1234567891Z'],
    ['rfc3339', 5],
  ] as const)('no instant in %s: %j', (unit, t) => {
    expect(() => timeOf({ t }, { field: 't', unit })).toThrow(/field t: expected/);
  });

  test('a path goes inwards, may have dots in a name, and never reads what every object has', () => {
    expect(fieldOf({ a: { b: 1 } }, 'a.b')).toBe(1);
    expect(fieldOf({ 'a.b': 2, a: { b: 1 } }, 'a.b')).toBe(2);
    expect(fieldOf({ a: { 'b.c': 3 } }, 'a.b.c')).toBe(3);
    expect(fieldOf({ 'a.b': { c: 4 } }, 'a.b.c')).toBe(4);
    expect(fieldOf({ a: [1] }, 'a.0')).toBeUndefined();
    expect(fieldOf({}, 'constructor.name')).toBeUndefined();
  });
});

describe('a map that cannot be used', () => {
  const good = { ...map };
  test.each([
    ['no YAML', '{a: [', /Flow sequence|end with/],
    [
      'of another format',
      JSON.stringify({ ...good, format: 'lockstep-map/9' }),
      /format must be equal/,
    ],
    ['without rules', JSON.stringify({ ...good, rules: [] }), /rules must NOT have fewer than 1/],
    [
      'with a rule of two kinds',
      JSON.stringify({ ...good, rules: [{ when: {}, ignore: true, ends: true }] }),
      /rules\/0 .*exactly one of "input"/,
    ],
    ['with a rule of none', JSON.stringify({ ...good, rules: [{ when: {} }] }), /rules\/0/],
    [
      'with a misspelt reading',
      JSON.stringify({ ...good, node: { $field: 'a', as: 'hexx' } }),
      /node\/as must be/,
    ],
    ['with a misspelt mark', JSON.stringify({ ...good, node: { $feld: 'a' } }), /node/],
    [
      'with a bad header',
      JSON.stringify({ ...good, header: { ...good.header, from: 'later' } }),
      /header: from must be/,
    ],
  ])('%s is refused with its place', (_, text, message) => {
    expect(() => parseMap(text, 'x.yaml')).toThrow(message);
    expect(() => parseMap(text, 'x.yaml')).toThrow(/^x\.yaml: /);
  });

  test('that is not there, or too large, is refused before it is read', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'lockstep-map-')), 'map.yaml');
    writeFileSync(path, '');
    truncateSync(path, mapBytesMax + 1);

    expect(() => readMap(path)).toThrow(/at most 1048576 bytes, got 1048577/);
    expect(() => readMap(`${path}.not`)).toThrow(/cannot read the map/);
  });
});

// The manager's operations on one node, sentence by sentence: what the charts ask of the world, and what they refuse.
// Quotations are of spec/protocol.md, "Lifecycle".

import { describe, expect, test } from 'vitest';
import { run } from './slice-run.ts';

describe('power-off', () => {
  test('"The guest is held and the gate shut. A pair is told by a `power-off` entry, then T9"', () => {
    const { effects, facts } = run('lifecycle-owner', 'guest.output console', 'manager.power-off');
    expect(effects).toEqual(['guest.hold', 'entry 2 power-off', 'T9']);
    expect(facts).toMatchObject({ gate: 'shut', guest: 'held', waiting: 1 });
  });

  test('"alone or joining, T9 at once"', () => {
    const power = ['manager.protect', 'arbiter.answered joining', 'manager.power-off'];
    expect(run('lifecycle-alone', 'manager.power-off').effects).toEqual(['guest.hold', 'T9']);
    expect(run('lifecycle-alone', ...power).effects).toEqual(['guest.hold', 'T9']);
  });

  test('"A T4 unresolved is resolved first"', () => {
    const asked = [...joined, 'manager.power-off'];
    expect(run('lifecycle-alone', ...asked).effects).toEqual(['guest.hold']);
    expect(run('lifecycle-alone', ...asked, 'arbiter.answered protected').effects).toEqual([
      'entry 1 power-off',
      'T9',
    ]);
  });

  test('a T4 that seemed lost made a pair after all, "which is told", and once', () => {
    const late = [
      ...joined,
      'manager.power-off',
      'arbiter.answered joining',
      'arbiter.answered protected',
    ];
    expect(run('lifecycle-alone', ...late).effects).toEqual(['entry 1 power-off', 'T9']);
    expect(run('lifecycle-alone', ...late, 'arbiter.answered protected').effects).toEqual(['T9']);
  });

  test('"Read as `alone`, the pairing is over": its log too', () => {
    const alone = ['guest.output console', 'manager.power-off', 'arbiter.answered alone, owner me'];
    const { effects, facts } = run('lifecycle-owner', ...alone);
    expect(effects).toEqual(['T9', 'close']);
    expect(facts).toMatchObject({ sent: 0, acknowledged: 0, waiting: 1, gate: 'shut' });
  });

  test('"nothing is reported before": only off ends it', () => {
    const { effects, facts } = run('lifecycle-owner', 'manager.power-off', 'arbiter.answered off');
    expect(effects).toEqual(['guest.halt', 'close', 'report enabled power-off']);
    expect(facts).toMatchObject({ state: 'enabled', role: 'none', guest: 'none' });
    const again = run('lifecycle-owner', 'manager.power-off', 'arbiter.answered protected');
    expect(again.effects).toEqual(['T9']);
  });

  test('"Read with another owner: it halts, reason `superseded`"', () => {
    const answer = 'arbiter.answered alone, owner the backup';
    const { effects } = run('lifecycle-owner', 'manager.power-off', answer);
    expect(effects).toEqual(['guest.halt', 'close', 'report halted superseded']);
  });

  test('"a backup that is suspected changes nothing"', () => {
    const { effects } = run('lifecycle-owner', 'manager.power-off', 'channel.closed');
    expect(effects).toEqual([]);
  });

  test('a backup "asks T9 in place of T6, and reading `off`" is idle', () => {
    const lost = ['entry power-off', 'channel.closed', 'arbiter.answered protected'];
    expect(run('lifecycle-backup', ...lost).effects).toEqual(['T9']);
    const { effects, facts } = run('lifecycle-backup', ...lost, 'arbiter.answered off');
    expect(effects).toEqual(['guest.halt', 'report enabled power-off']);
    expect(facts.role).toBe('none');
  });

  test('"having won, it neither fences nor goes live but ends by T12"', () => {
    const { effects } = run(
      'lifecycle-backup',
      'deadline channel-timeout',
      'arbiter.answered protected',
      'entry power-off',
      'arbiter.answered alone, owner the backup',
    );
    expect(effects).toEqual(['T12', 'close', 'guest.halt']);
  });

  test('an entry after it is treated as a gap', () => {
    const { effects } = run('lifecycle-backup', 'entry power-off', 'entry power-off');
    expect(effects).toEqual(['close', 'read']);
  });
});

describe('suspend', () => {
  test('waits "until every entry is acknowledged", then saves, then asks T10 behind a shut gate', () => {
    const begun = ['guest.output console', 'manager.suspend'];
    expect(run('lifecycle-owner', ...begun).effects).toEqual(['guest.hold']);
    const settled = [...begun, 'acknowledge all'];
    expect(run('lifecycle-owner', ...settled).effects).toEqual(['emit', 'save token 1']);
    const saved = run('lifecycle-owner', ...settled, 'guest.saved done');
    expect(saved.effects).toEqual(['T10']);
    expect(saved.facts.gate).toBe('shut');
  });

  test('"answered `error`, the guest runs again and the state is reported anew"', () => {
    const { effects, facts } = run('lifecycle-owner', 'manager.suspend', 'guest.saved error');
    expect(effects).toEqual(['report running suspend', 'guest.run']);
    expect(facts.guest).toBe('running');
  });

  test('"A backup suspected before T10 was sent leads to T7 as ever"', () => {
    const suspected = ['manager.suspend', 'channel.closed'];
    expect(run('lifecycle-owner', ...suspected).effects).toEqual(['T7']);
    const alone = [...suspected, 'guest.saved done', 'arbiter.answered alone, owner me'];
    expect(run('lifecycle-owner', ...alone).effects).toEqual([
      'T10',
      'report needSecondary lost-backup',
    ]);
  });

  test('is refused "while a backup joins"', () => {
    expect(run('lifecycle-alone', ...joined, 'manager.suspend').effects).toEqual([
      'refused joining',
    ]);
  });
});

describe('resume', () => {
  test('is T11 from a record read as suspended, then fence, load under the old token, live', () => {
    const won = [
      'manager.resume',
      'arbiter.answered suspended',
      'arbiter.answered alone, owner me',
    ];
    expect(run('lifecycle-resume', 'manager.resume').effects).toEqual(['read']);
    expect(run('lifecycle-resume', ...won.slice(0, 2)).effects).toEqual(['T11']);
    expect(run('lifecycle-resume', ...won).effects).toEqual(['fence 5']);
    expect(run('lifecycle-resume', ...won, 'disk.answered done').effects).toEqual(['load token 1']);
    const live = run('lifecycle-resume', ...won, 'disk.answered done', 'guest.loaded');
    expect(live.effects).toEqual(['address.announce', 'guest.run', 'report needSecondary resume']);
    expect(live.facts).toMatchObject({ gate: 'open', guest: 'running', token: 5 });
  });

  test.each(['none', 'off', 'alone, owner the backup'])('"from any other" fails: %s', (record) => {
    const { effects } = run('lifecycle-resume', 'manager.resume', `arbiter.answered ${record}`);
    expect(effects).toEqual(['report notConfigured superseded']);
  });
});

describe('turn-off and restart-secondary', () => {
  test.each([
    ['manager.turn-off', 'report notConfigured turn-off'],
    ['manager.restart-secondary', 'report needSecondary restart-secondary'],
  ])('%s is T7 with its reason, reported when alone is read', (operation, report) => {
    const asked = run('lifecycle-owner', operation);
    expect(asked.effects).toEqual(['T7']);
    expect(asked.reason).toBe(operation.slice('manager.'.length));
    const done = run('lifecycle-owner', operation, 'arbiter.answered alone, owner me');
    expect(done.effects).toEqual(['close', report]);
    expect(done.facts.gate).toBe('open');
  });

  test('alone: turn-off is reported at once, restart-secondary refused', () => {
    const alone = (operation: string) => run('lifecycle-alone', operation).effects;
    expect(alone('manager.turn-off')).toEqual(['report notConfigured turn-off']);
    expect(alone('manager.restart-secondary')).toEqual(['refused not-protected']);
  });

  test('"while one of those is under way" every one is refused', () => {
    for (const operation of ['power-off', 'suspend', 'turn-off', 'test-failover']) {
      const { effects } = run('lifecycle-owner', 'manager.turn-off', `manager.${operation}`);
      expect(effects, operation).toEqual(['refused operation-pending']);
    }
  });
});

describe('test failover', () => {
  test('"The guest is held, a `yield` entry is sent, and the gate stays on acknowledgements"', () => {
    const { effects, facts } = run('lifecycle-owner', 'manager.test-failover');
    expect(effects).toEqual(['guest.hold', 'entry 1 yield']);
    expect(facts).toMatchObject({ gate: 'acked', guest: 'held' });
  });

  test('"Refused with `not-protected`" of a backup that is suspected', () => {
    const { effects } = run('lifecycle-owner', 'deadline channel-timeout', 'manager.test-failover');
    expect(effects).toEqual(['refused not-protected']);
  });

  test('"Y passed leads to T7, and only `alone` with its name lets its guest run again"', () => {
    const waited = ['manager.test-failover', 'deadline yield'];
    expect(run('lifecycle-owner', ...waited).effects).toEqual(['T7']);
    const alone = run('lifecycle-owner', ...waited, 'arbiter.answered alone, owner me');
    expect(alone.effects).toEqual(['close', 'report needSecondary lost-backup', 'guest.run']);
  });

  test('a backup that has consumed it "asks T6 without suspicion", and not before', () => {
    const held = ['entry next', 'entry yield'];
    expect(run('lifecycle-yield', ...held).effects).toEqual(['acknowledge 2', 'guest.apply']);
    const consumed = [...held, 'guest.applied', 'guest.applied'];
    expect(run('lifecycle-yield', ...consumed).effects).toEqual(['read']);
    const asked = run('lifecycle-yield', ...consumed, 'arbiter.answered protected');
    expect(asked.effects).toEqual(['T6']);
    expect(asked.facts.suspicion).toBe(false);
  });
});

/** An owner that has asked T4 and has no answer yet. */
const joined = [
  'manager.protect',
  'arbiter.answered joining',
  'channel.opened',
  'welcome',
  'guest.copied',
  'ready',
];

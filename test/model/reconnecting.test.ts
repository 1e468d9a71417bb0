// A pair that gets its channel back, sentence by sentence: what the charts ask of the world, and whom they refuse.
// Quotations are of spec/protocol.md, "Reconnecting".

import { describe, expect, test } from 'vitest';
import { run } from './slice-run.ts';

const owner = (...inputs: string[]) => run('reconnect-owner', ...inputs);
const backup = (...inputs: string[]) => run('reconnect-backup', ...inputs);

const output = 'guest.output console';
const reopened = ['channel.closed', 'channel.opened'];
/** Two outputs wait at the gate, the second recorded while there is no channel. */
const holding = [output, 'channel.closed', output, 'channel.opened'];

describe('a closed channel of a pair that runs', () => {
  test('"takes a closed channel for a silent one", and the owner "at once opens a connection"', () => {
    const { effects, facts } = owner('channel.closed');
    expect(effects).toEqual(['channel.open']);
    expect(facts).toMatchObject({ suspicion: false, gate: 'acked' });
  });

  test('a backup does nothing, and suspects "after L without a message"', () => {
    expect(backup('channel.closed')).toMatchObject({ effects: [], facts: { suspicion: false } });
    expect(backup('channel.closed', 'deadline channel-timeout').effects).toEqual(['read']);
  });

  test('is a suspicion at once where "the peer is suspected" or "a request is outstanding"', () => {
    expect(owner('deadline channel-timeout', 'channel.closed').effects).toEqual([]);
    expect(backup('deadline channel-timeout', 'channel.closed').effects).toEqual(['read']);
    expect(owner('manager.turn-off', 'channel.closed').facts.suspicion).toBe(true);
  });

  test('"The owner records on" and "releases nothing that is not acknowledged"', () => {
    const { effects, facts } = owner('channel.closed', output);
    expect(effects).toEqual([]);
    expect(facts).toMatchObject({ sent: 1, waiting: 1 });
  });

  test('"a `hello` of the same epoch, whose `next` is the highest acknowledgement + 1"', () => {
    expect(owner(...reopened).effects).toEqual(['hello from 1']);
    const later = owner(output, 'acknowledge next', output, ...reopened);
    expect(later.effects).toEqual(['hello from 2']);
  });
});

describe('the owner that is welcomed', () => {
  test('"the entries from k on are sent again, in order, before any other"', () => {
    const { effects, facts } = owner(...holding, 'welcome next');
    expect(effects).toEqual(['entry 1 output', 'entry 2 output']);
    expect(facts).toMatchObject({ acknowledged: 0, waiting: 2, suspicion: false });
  });

  test('"k counts as an acknowledgement of k - 1": what waited for it leaves, the guest has room', () => {
    const { effects, facts } = owner(output, output, ...reopened, 'welcome all');
    expect(effects).toEqual(['emit', 'emit', 'guest.run']);
    expect(facts).toMatchObject({ acknowledged: 2, waiting: 0, guest: 'running' });
  });

  test.each([
    ['above the highest acknowledgement', 'welcome below acknowledged'],
    ['one above the last entry that was sent', 'welcome beyond sent'],
    ['not only recorded', 'welcome all'],
  ])('"unless k is" %s "the backup is lost"', (_, welcome) => {
    const { effects, facts } = owner(output, 'acknowledge next', ...reopenedWith(output), welcome);
    expect(effects).toEqual(['close', 'T7']);
    expect(facts).toMatchObject({ acknowledged: 1, waiting: 1, suspicion: true });
  });

  test('may lose its channel once more', () => {
    const again = owner(...holding, 'welcome next', ...reopened);
    expect(again.effects).toEqual(['hello from 1']);
  });
});

describe('an attempt that ends', () => {
  test.each([
    ['a refusal', 'refuse', ['close', 'T7']],
    ['a connection that closes', 'channel.closed', ['T7']],
    ['an owner that suspects', 'deadline channel-timeout', ['T7', 'close']],
    ['an operation', 'manager.turn-off', ['close', 'T7']],
  ])('by %s "is a suspicion at once"', (_, input, effects) => {
    const ended = owner(...reopened, input);
    expect([...ended.effects].sort()).toEqual([...effects].sort());
    expect(ended.facts.suspicion).toBe(true);
  });
});

describe('the backup that is greeted again', () => {
  const another = ['channel.opened'];

  test('"answers `welcome` with the last entry held + 1"', () => {
    const greeted = backup(
      'entry next',
      'channel.closed',
      ...another,
      'hello from the first entry',
    );
    expect(greeted.effects).toEqual(['welcome from 2']);
  });

  test('"closes the older connection if that still stands"', () => {
    expect(backup(...another, 'hello from the first entry').effects).toEqual([
      'close',
      'welcome from 1',
    ]);
  });

  test('"the hello is a message that came by the channel": silence is forgiven', () => {
    const silent = ['channel.closed', 'deadline channel-timeout', ...another];
    expect(backup(...silent).facts.suspicion).toBe(true);
    expect(backup(...silent, 'hello from the first entry').facts.suspicion).toBe(false);
  });

  test('reads on by what it read before: a `joining` that came back late ends nothing', () => {
    const silent = ['channel.closed', 'deadline channel-timeout', ...another];
    const { effects, facts } = backup(
      ...silent,
      'hello from the first entry',
      'arbiter.answered joining',
    );
    expect(effects).toEqual([]);
    expect(facts).toMatchObject({ role: 'backup', suspicion: false });
    expect(backup(...silent, 'arbiter.answered joining').facts.role).toBe('none');
  });

  test.each([
    ['of another life', [], 'hello of another life', 'busy'],
    ['with another configuration', [], 'hello other configuration', 'configuration'],
    ['beyond what is held', [], 'hello beyond held', 'superseded'],
    ['to one that diverged', ['entry next', 'guest.diverged'], 'hello beyond held', 'busy'],
    [
      'while its T6 is unresolved',
      ['deadline channel-timeout', 'arbiter.answered protected'],
      'hello beyond held',
      'arbitrating',
    ],
    [
      'while it reads for a suspicion that "cannot be withdrawn"',
      ['deadline channel-timeout', 'channel.closed'],
      'hello from the first entry',
      'arbitrating',
    ],
  ])('refuses a hello %s', (_, before, hello, code) => {
    const refused = backup(...before, ...another, hello);
    expect(refused.effects).toEqual([`refuse ${code}`]);
    expect(refused.facts).toEqual(backup(...before, ...another).facts);
  });

  test('refuses one on a connection that is "not higher"', () => {
    expect(backup('hello from the first entry').effects).toEqual(['refuse busy']);
  });

  test('refuses one of a higher epoch and reads the record', () => {
    expect(backup(...another, 'hello next epoch').effects).toEqual(['refuse busy', 'read']);
  });
});

test('a node that is not configured to reconnect suspects at once', () => {
  expect(run('logging-owner', 'channel.closed')).toMatchObject({
    effects: ['T7'],
    facts: { suspicion: true },
  });
});

/** Reopened after these. */
function reopenedWith(...inputs: string[]): string[] {
  return ['channel.closed', ...inputs, 'channel.opened'];
}

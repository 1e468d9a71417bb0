import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineGuest } from '../../impl/host/engine-guest.ts';
import {
  type Counter,
  type Input,
  type ReplayEntry,
  toCounter,
} from '../../impl/protocol/index.ts';
import { textToBytes } from '../machine/kv-guest.ts';
import {
  type Copied,
  copyOf,
  createGuest,
  createRunningGuest,
  drain,
  outputText,
  restore,
  slice,
  toEntries,
} from './guest-pairing.ts';

const failure = (message: RegExp): object => ({
  kind: 'guest-failure',
  message: expect.stringMatching(message),
});

/** What the owner did with the commands, as the entries of a new pairing. */
function record(owner: EngineGuest, commands: string): { inputs: Input[]; entries: ReplayEntry[] } {
  expect(owner.receive(textToBytes(commands))).toBe(true);
  const inputs = drain(owner);
  return { inputs, entries: toEntries(inputs) };
}

describe('a guest without a machine', () => {
  test('is nowhere, hears nothing and does nothing', () => {
    const guest = createGuest();
    expect(guest).toMatchObject({ condition: 'none', position: 0n });
    expect(guest.digest()).toBe(undefined);
    expect(guest.timerWait()).toBe(undefined);
    expect(guest.receive(textToBytes('count\n'))).toBe(false);
    expect(guest.next(slice)).toBe(undefined);
  });

  test('may be neither copied nor replayed: that would be a fault of the caller', () => {
    const guest = createGuest();
    const entries = record(createRunningGuest(), 'count\n').entries;
    expect(() => guest.carry({ type: 'guest.copy' })).toThrow(/no machine to copy/);
    for (const entry of entries.slice(0, 1)) {
      expect(() => guest.carry({ type: 'guest.apply', entry })).toThrow(/told to replay/);
    }
  });
});

describe('a guest that runs', () => {
  test('boots and tells what it puts out, at positions that never go back', () => {
    const guest = createGuest();
    expect(guest.carry({ type: 'guest.run' })).toBe(undefined);
    expect(guest.condition).toBe('running');
    const entries = toEntries(drain(guest), 0);
    const positions = entries.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((left, right) => Number(left - right)));
    expect(positions.at(-1)).toBeLessThanOrEqual(guest.position);
    expect(guest.digest()).toHaveLength(32);
  });

  test('takes bytes, and tells of them before it answers', () => {
    const { inputs } = record(createRunningGuest(), 'set a 1\n');
    expect(inputs[0]).toMatchObject({ type: 'guest.input', kind: 'input' });
    expect(outputText(inputs)).toMatch(/^ok \[tsc=\d+ ticks=0\]\r\n$/);
  });

  test.each([
    ['no byte', 0],
    ['more than one event may hold', 2 ** 20],
  ])('refuses %s, and tells of nothing', (_, size) => {
    const guest = createRunningGuest();
    expect(guest.receive(new Uint8Array(size))).toBe(false);
    expect(drain(guest)).toEqual([]);
  });

  test('counts what it has met and not told: its state is that after all of it', () => {
    const guest = createRunningGuest();
    expect(guest.untold).toBe(0);
    guest.receive(textToBytes('set a 1\n'));
    const afterOne = guest.digest();
    guest.receive(textToBytes('set b 2\n'));
    expect(guest.untold).toBe(2);
    const afterBoth = guest.digest();
    expect(afterBoth).not.toEqual(afterOne);

    const first = guest.next(0);
    expect(guest.untold).toBe(1);
    expect(guest.digest()).toEqual(afterBoth);
    expect(guest.next(0)).toMatchObject({ position: guest.position });
    expect(first).toMatchObject({ position: guest.position });
    expect(guest.untold).toBe(0);
  });

  test('takes its timer as an input when the host clock has come to it', () => {
    let now = 0n;
    const guest = createGuest(() => now);
    guest.carry({ type: 'guest.run' });
    drain(guest);
    const wait = guest.timerWait();
    expect(wait).toBeGreaterThan(0n);
    now += (wait ?? 0n) - 1n;
    expect(drain(guest)).toEqual([]);
    now += 1n;
    expect(guest.timerWait()).toBe(0n);
    expect(drain(guest)[0]).toMatchObject({ type: 'guest.input', kind: 'timer' });
  });

  test('has no disk whose operation could complete', () => {
    const operation = toCounter<Counter<'operation'>>(1n);
    const effect = { type: 'guest.complete', operation, result: 'done' } as const;
    expect(createRunningGuest().carry(effect)).toEqual(failure(/no disk/));
  });
});

describe('a guest that is held', () => {
  test('stands still and refuses inputs, then goes on from where it was', () => {
    const guest = createRunningGuest();
    record(guest, 'set a 1\n');
    const { position } = guest;
    expect(guest.carry({ type: 'guest.hold' })).toBe(undefined);
    expect(guest.condition).toBe('held');
    expect(guest.receive(textToBytes('count\n'))).toBe(false);
    expect(guest.next(slice)).toBe(undefined);
    expect(guest.position).toBe(position);
    expect(guest.carry({ type: 'guest.run' })).toBe(undefined);
    expect(guest.condition).toBe('running');
    expect(outputText(record(guest, 'get a\n').inputs)).toMatch(/^value 1 /);
  });

  test('keeps what it had not told yet', () => {
    const guest = createRunningGuest();
    expect(guest.receive(textToBytes('count\n'))).toBe(true);
    guest.carry({ type: 'guest.hold' });
    expect(guest.next(slice)).toBe(undefined);
    guest.carry({ type: 'guest.run' });
    expect(guest.next(0)).toMatchObject({ type: 'guest.input', kind: 'input' });
  });
});

describe('a guest that is halted', () => {
  test('is gone, with all that it had not told', () => {
    const guest = createRunningGuest();
    guest.receive(textToBytes('count\n'));
    expect(guest.carry({ type: 'guest.halt', reason: 'test' })).toBe(undefined);
    expect(guest).toMatchObject({ condition: 'halted', position: 0n });
    expect(guest.digest()).toBe(undefined);
    expect(guest.receive(textToBytes('count\n'))).toBe(false);
    expect(guest.next(slice)).toBe(undefined);
  });
});

describe('a copy', () => {
  test('is told after what happened before it, and restores the same machine', () => {
    const owner = createRunningGuest();
    owner.receive(textToBytes('count\n'));
    owner.carry({ type: 'guest.copy' });
    expect(owner.next(0)).toMatchObject({ type: 'guest.input' });
    const copied = owner.next(0);
    if (copied?.type !== 'guest.copied') throw new Error('no copy');
    expect(copied.position).toBe(owner.position);
    const backup = createGuest();
    expect(restore(backup, copied)).toBe(undefined);
    expect(backup).toMatchObject({ condition: 'replaying', position: owner.position });
    expect(backup.digest()).toEqual(owner.digest());
  });

  describe('of a held guest that has not told all', () => {
    /** The owner met two inputs and told neither; the backup is a copy of it. */
    function copyHeld(): { owner: EngineGuest; backup: EngineGuest; copied: Copied } {
      const owner = createRunningGuest();
      owner.receive(textToBytes('set a 1\n'));
      owner.receive(textToBytes('set b 2\n'));
      owner.carry({ type: 'guest.hold' });
      const copied = copyOf(owner);
      const backup = createGuest();
      expect(restore(backup, copied)).toBe(undefined);
      return { owner, backup, copied };
    }

    test('has consumed what is told when the guest runs again', () => {
      const { owner, backup, copied } = copyHeld();
      expect(backup).toMatchObject({ condition: 'replaying', untold: 2 });
      owner.carry({ type: 'guest.run' });
      const entries = toEntries(drain(owner));
      expect(entries.slice(0, 2).map(({ kind }) => kind)).toEqual(['input', 'input']);
      expect(entries[0]?.position).toBe(copied.position);
      for (const entry of entries) {
        backup.carry({ type: 'guest.apply', entry });
        expect(backup.next(slice)).toMatchObject({ type: 'guest.applied', seq: entry.seq });
      }
      expect(backup.untold).toBe(0);
      expect(backup.carry({ type: 'guest.run' })).toBe(undefined);
      expect(drain(backup)).toEqual([]);
      expect(backup.digest()).toEqual(owner.digest());
    });

    test('tells it itself, where it goes live before', () => {
      const { owner, backup } = copyHeld();
      for (const guest of [owner, backup]) guest.carry({ type: 'guest.run' });
      const answers = [owner, backup].map((guest) => outputText(drain(guest)));
      expect(answers[1]?.replace(/tsc=\d+/g, '')).toBe(answers[0]?.replace(/tsc=\d+/g, ''));
      expect(answers[0]?.match(/^ok /gm)).toHaveLength(2);
    });

    test('diverges where the log says something else', () => {
      const { owner, backup } = copyHeld();
      owner.carry({ type: 'guest.run' });
      const [first] = toEntries(drain(owner));
      if (first === undefined) throw new Error('no entry');
      const entry = { ...first, data: first.data.map((byte) => byte ^ 1) };
      backup.carry({ type: 'guest.apply', entry });
      expect(backup.next(slice)).toMatchObject({ type: 'guest.diverged', seq: entry.seq });
    });

    test.each([0, 4, 8, 12, 20])('is refused where byte %i is damaged', (place) => {
      const { copied } = copyHeld();
      const state = copied.state.map((byte, at) => (at === place ? byte ^ 1 : byte));
      const guest = createGuest();
      expect(restore(guest, { ...copied, state })).toEqual(failure(/^copy: /));
      expect(guest.condition).toBe('none');
    });
  });

  test('takes the place of what ran before, with all that it had not told', () => {
    const guest = createRunningGuest();
    const copied = copyOf(guest);
    guest.receive(textToBytes('count\n'));
    expect(restore(guest, copied)).toBe(undefined);
    expect(guest.condition).toBe('replaying');
    expect(guest.next(slice)).toBe(undefined);
  });

  test('that is damaged anywhere is a failure, and the guest stays what it was', () => {
    const copied = copyOf(createRunningGuest());
    const guest = createRunningGuest();
    const { position } = guest;
    const property = fc.property(
      fc.nat({ max: copied.state.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (place, change) => {
        const state = copied.state.map((byte, at) => (at === place ? byte ^ change : byte));
        expect(restore(guest, { ...copied, state })).toEqual(failure(/^(snapshot|copy): /));
        expect(guest).toMatchObject({ condition: 'running', position });
      },
    );
    fc.assert(property, { numRuns: 15, examples: [[0, 1]] });
  });

  test.each([0, 1, 8, 100])('that ends after %i bytes is a failure', (size) => {
    const copied = copyOf(createRunningGuest());
    const guest = createGuest();
    const state = copied.state.slice(0, size);
    expect(restore(guest, { ...copied, state })).toEqual(failure(/^(snapshot|copy): /));
    expect(guest.condition).toBe('none');
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineGuest } from '../../impl/host/engine-guest.ts';
import {
  type Counter,
  type EntryKind,
  type Input,
  type ReplayEntry,
  toCounter,
} from '../../impl/protocol/index.ts';
import { bytesToText, textToBytes } from '../machine/kv-guest.ts';
import {
  copyOf,
  createGuest,
  createRunningGuest,
  drain,
  outputText,
  restore,
  slice,
  toEntries,
} from './guest-pairing.ts';

interface Pairing {
  readonly owner: EngineGuest;
  readonly backup: EngineGuest;
  readonly entries: readonly ReplayEntry[];
}

/** The owner answered the commands; the backup is a copy from before, and was told nothing yet. */
function createPairing(commands: string, stepsMax = slice): Pairing {
  const owner = createRunningGuest();
  const backup = createGuest();
  expect(restore(backup, copyOf(owner))).toBe(undefined);
  expect(owner.receive(textToBytes(commands))).toBe(true);
  return { owner, backup, entries: toEntries(drain(owner, stepsMax)) };
}

function applyAll(backup: EngineGuest, entries: readonly ReplayEntry[]): void {
  for (const entry of entries) expect(backup.carry({ type: 'guest.apply', entry })).toBe(undefined);
}

const applied = ({ seq, kind }: ReplayEntry): object => ({
  type: 'guest.applied',
  seq,
  output: kind === 'output' ? { channel: 'console', data: expect.any(Uint8Array) } : null,
});

describe('a guest that replays', () => {
  test('applies every entry once and in order, and keeps its outputs', () => {
    const { backup, entries } = createPairing('set a 1\nget a\n');
    expect(backup.next(slice)).toBe(undefined);
    applyAll(backup, entries);
    const inputs = drain(backup);
    expect(inputs).toEqual(entries.map(applied));
    expect(keptText(inputs)).toMatch(/^ok .*\r\nvalue 1 .*\r\n$/);
    expect(backup).toMatchObject({ condition: 'replaying', position: entries.at(-1)?.position });
  });

  test('never runs past the last entry, and hears nothing from outside', () => {
    const { backup, entries } = createPairing('count\n');
    for (const entry of entries) {
      applyAll(backup, [entry]);
      expect(drain(backup)).toEqual([applied(entry)]);
      expect(backup.position).toBeLessThanOrEqual(entry.position + 1n);
      expect(backup.receive(textToBytes('count\n'))).toBe(false);
      expect(backup.timerWait()).toBe(undefined);
    }
  });

  test('goes live as the machine that the owner was, and answers', () => {
    const { owner, backup, entries } = createPairing('set a 1\n');
    applyAll(backup, entries);
    drain(backup);
    expect(backup.carry({ type: 'guest.run' })).toBe(undefined);
    expect(backup.condition).toBe('running');
    expect(drain(backup)).toEqual([]);
    expect(backup.position).toBe(owner.position);
    expect(backup.digest()).toEqual(owner.digest());
    expect(backup.receive(textToBytes('get a\n'))).toBe(true);
    expect(outputText(drain(backup))).toMatch(/^value 1 /);
  });

  test('may not go live while entries are left', () => {
    const { backup, entries } = createPairing('count\n');
    applyAll(backup, entries);
    expect(backup.carry({ type: 'guest.run' })).toMatchObject({ kind: 'guest-failure' });
    expect(backup.condition).toBe('replaying');
    drain(backup);
    expect(backup.carry({ type: 'guest.run' })).toBe(undefined);
  });

  test('follows the owner whatever is asked, in slices of any size', () => {
    const command = fc.constantFrom('set a 1', 'set b 2', 'get a', 'del b', 'list', 'time', 'what');
    const property = fc.property(
      fc.array(command, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 50, max: 5000 }),
      fc.integer({ min: 50, max: 5000 }),
      (commands, ownerSlice, backupSlice) => {
        const text = commands.map((one) => `${one}\n`).join('');
        const { owner, backup, entries } = createPairing(text, ownerSlice);
        applyAll(backup, entries);
        expect(drain(backup, backupSlice)).toEqual(entries.map(applied));
        expect(backup.carry({ type: 'guest.run' })).toBe(undefined);
        expect(drain(backup)).toEqual([]);
        expect(backup.digest()).toEqual(owner.digest());
      },
    );
    fc.assert(property, { numRuns: 15 });
  });
});

interface Contradiction {
  readonly name: string;
  readonly kind: EntryKind;
  readonly change: (entry: ReplayEntry) => Partial<ReplayEntry>;
}

const moved = ({ position }: ReplayEntry, steps: bigint): Partial<ReplayEntry> => ({
  position: toCounter<Counter<'position'>>(position + steps),
});

/** The check is the last field of an output's payload. */
const withAnotherCheck = ({ data }: ReplayEntry): Partial<ReplayEntry> => ({
  data: data.map((byte, at) => (at === data.length - 1 ? byte ^ 1 : byte)),
});

const contradictions: readonly Contradiction[] = [
  { name: 'another output', kind: 'output', change: withAnotherCheck },
  { name: 'no payload', kind: 'output', change: () => ({ data: new Uint8Array(3) }) },
  { name: 'a step early', kind: 'time-stamp', change: (entry) => moved(entry, -1n) },
  { name: 'a step late', kind: 'time-stamp', change: (entry) => moved(entry, 1n) },
  { name: 'long passed', kind: 'time-stamp', change: (entry) => moved(entry, -entry.position) },
  { name: 'no such device', kind: 'time-stamp', change: () => ({ kind: 'completion' }) },
  {
    name: 'a number out of order',
    kind: 'time-stamp',
    change: ({ seq }) => ({ seq: toCounter<Counter<'sequence'>>(seq + 1n) }),
  },
];

/** A backup that applied all before the first entry of the kind, and that entry. */
function createPairingBefore(kind: EntryKind): { backup: EngineGuest; entry: ReplayEntry } {
  const { backup, entries } = createPairing('set a 1\n');
  const at = entries.findIndex((one) => one.kind === kind);
  const entry = entries[at];
  if (entry === undefined) throw new Error(`no entry of kind ${kind}`);
  applyAll(backup, entries.slice(0, at));
  expect(drain(backup)).toHaveLength(at);
  return { backup, entry };
}

describe('an entry that contradicts the machine', () => {
  test.each(contradictions)('$name: diverges there; unchanged it applies', ({ kind, change }) => {
    const { backup, entry } = createPairingBefore(kind);
    const contradicting = { ...entry, ...change(entry) };
    applyAll(backup, [contradicting]);
    expect(backup.next(slice)).toEqual({
      type: 'guest.diverged',
      seq: contradicting.seq,
      position: expect.any(BigInt),
    });

    const unchanged = createPairingBefore(kind);
    applyAll(unchanged.backup, [unchanged.entry]);
    expect(unchanged.backup.next(slice)).toEqual(applied(unchanged.entry));
  });

  test('leaves a guest that may not go live', () => {
    const { backup, entry } = createPairingBefore('output');
    applyAll(backup, [{ ...entry, ...withAnotherCheck(entry) }]);
    expect(backup.next(slice)).toMatchObject({ type: 'guest.diverged', seq: entry.seq });
    expect(backup.carry({ type: 'guest.run' })).toMatchObject({ kind: 'guest-failure' });
    expect(backup.condition).toBe('replaying');
  });
});

function keptText(inputs: readonly Input[]): string {
  const kept = inputs.map((one) => (one.type === 'guest.applied' ? one.output?.data : undefined));
  return kept.map((data) => bytesToText(data ?? new Uint8Array())).join('');
}

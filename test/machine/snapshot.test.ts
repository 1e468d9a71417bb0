import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../impl/base/hex.ts';
import { machineToSnapshot, snapshotToMachine } from '../../impl/machine/index.ts';
import { mustCreateMachine } from './kv-guest.ts';
import { createTinyImage } from './tiny-image.ts';

// mov edx, 0x3f8; mov al, '?'; out dx, al; rdtsc; push rax; jmp $
const code = [0xba, 0xf8, 3, 0, 0, 0xb0, 0x3f, 0xee, 0x0f, 0x31, 0x50, 0xeb, 0xfe];

function createRun() {
  const machine = mustCreateMachine({ image: createTinyImage(...code), ramBytes: 1024 * 1024 * 2 });
  machine.run(10, {
    readTimeStamp: () => 77n,
    output: () => 'go-on',
    goOff: () => 'go-on',
  });
  return machine;
}

describe('a snapshot', () => {
  const machine = createRun();
  const snapshot = machineToSnapshot(machine);

  it('restores position, time, open output and memory', () => {
    const restored = snapshotToMachine(snapshot);
    if (restored.kind !== 'machine') throw new Error(restored.message);
    expect(restored.position).toBe(10n);
    expect(restored.timeStampLast).toBe(77n);
    expect(restored.ramBytes).toBe(machine.ramBytes);
    expect(bytesToHex(restored.digest())).toBe(bytesToHex(machine.digest()));
    expect(machineToSnapshot(restored)).toEqual(snapshot);
  });

  it('holds only the pages that are used', () => {
    expect(snapshot.length).toBeLessThan(2 * (4096 + 4) + 1024);
  });

  it('is refused wherever it is cut', () => {
    const sizes = fc.nat(snapshot.length - 1);
    fc.assert(
      fc.property(sizes, (size) => {
        expect(snapshotToMachine(snapshot.subarray(0, size)).kind).toBe('snapshot-error');
      }),
      { numRuns: 300 },
    );
  });

  it('is refused with any bit flipped', () => {
    fc.assert(
      fc.property(fc.nat(snapshot.length * 8 - 1), (bit) => {
        const bytes = snapshot.slice();
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const result = snapshotToMachine(bytes);
        expect(result.kind).toBe('snapshot-error');
        if (result.kind === 'snapshot-error') expect(result.message).toMatch(/^snapshot: /);
      }),
      { numRuns: 60 },
    );
    for (let bit = 0; bit < 1600; bit += 7) {
      const bytes = snapshot.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(snapshotToMachine(bytes).kind, `bit ${bit}`).toBe('snapshot-error');
    }
  });

  it('of another version is refused as such', () => {
    const bytes = snapshot.slice();
    bytes[8] = 1;
    expect(snapshotToMachine(bytes)).toMatchObject({ reason: 'unknown-version' });
  });
});

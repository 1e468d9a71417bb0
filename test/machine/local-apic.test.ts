import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createByteReader } from '../../impl/base/byte-reader.ts';
import { createByteWriter } from '../../impl/base/byte-writer.ts';
import { createLocalApic, type LocalApic } from '../../impl/machine/local-apic.ts';

const never = (): bigint => {
  throw new Error('the time stamp was read');
};

function createOnApic(): LocalApic {
  const apic = createLocalApic();
  apic.write(0xf0, 0x1ff, never);
  return apic;
}

describe('local APIC', () => {
  it('is off at reset and loses what arrives', () => {
    const apic = createLocalApic();
    apic.raise(0x40);
    apic.write(0xf0, 0x1ff, never);
    expect(apic.deliverable()).toBeUndefined();
  });

  it('delivers the highest vector first, each once, lower ones after the end of interrupt', () => {
    const vectors = fc.uniqueArray(fc.integer({ min: 16, max: 255 }), { minLength: 1 });
    fc.assert(
      fc.property(vectors, (raised) => {
        const apic = createOnApic();
        for (const vector of raised) apic.raise(vector);
        const taken: (number | undefined)[] = [];
        for (const _ of raised) {
          taken.push(apic.accept());
          apic.write(0xb0, 0, never);
        }
        expect(taken).toEqual([...raised].sort((left, right) => right - left));
        expect(apic.accept()).toBeUndefined();
      }),
    );
  });

  it('holds back what is not above the class in service or the task priority', () => {
    const apic = createOnApic();
    apic.raise(0x45);
    expect(apic.accept()).toBe(0x45);
    apic.raise(0x4f);
    expect(apic.deliverable()).toBeUndefined();
    apic.raise(0x50);
    expect(apic.accept()).toBe(0x50);
    apic.write(0xb0, 0, never);
    apic.write(0xb0, 0, never);
    expect(apic.deliverable()).toBe(0x4f);
    apic.write(0x80, 0x40, never);
    expect(apic.deliverable()).toBeUndefined();
    apic.write(0x80, 0x30, never);
    expect(apic.read(0xa0, never)).toBe(0x30);
    expect(apic.deliverable()).toBe(0x4f);
  });

  it('shows requested and in-service vectors in their registers', () => {
    const apic = createOnApic();
    apic.raise(0x21);
    expect(apic.read(0x210, never)).toBe(2);
    apic.accept();
    expect([apic.read(0x210, never), apic.read(0x110, never)]).toEqual([0, 2]);
  });

  it('sends an interrupt to itself', () => {
    const apic = createOnApic();
    apic.write(0x300, 0x0004_0055, never);
    expect(apic.accept()).toBe(0x55);
  });

  it('counts the timer down by the time stamp, and waits at zero for the expiry', () => {
    const apic = createOnApic();
    apic.write(0x320, 0x30, never);
    apic.write(0x3e0, 0x3, never); // by 16
    apic.write(0x380, 100, () => 1000n);
    expect(apic.timerDeadline).toBe(2600n);
    expect(apic.read(0x390, () => 1000n)).toBe(100);
    expect(apic.read(0x390, () => 1017n)).toBe(99);
    expect(apic.read(0x390, () => 3000n)).toBe(0);
    expect(apic.expireTimer(2599n)).toBe(false);
    expect(apic.expireTimer(2600n)).toBe(true);
    expect(apic.accept()).toBe(0x30);
    expect(apic.timerDeadline).toBeUndefined();
    expect(apic.expireTimer(9999n)).toBe(false);
  });

  it('goes on periodically, losing periods nobody saw', () => {
    const apic = createOnApic();
    apic.write(0x320, 0x2_0030, never);
    apic.write(0x3e0, 0xb, never);
    apic.write(0x380, 100, () => 0n);
    expect(apic.expireTimer(100n)).toBe(true);
    expect(apic.timerDeadline).toBe(200n);
    expect(apic.expireTimer(555n)).toBe(true);
    expect(apic.timerDeadline).toBe(600n);
  });

  it('does not interrupt by a masked timer, and masks the timer when turned off', () => {
    const apic = createOnApic();
    apic.write(0x320, 0x1_0030, never);
    apic.write(0x380, 1, () => 0n);
    expect(apic.expireTimer(2n)).toBe(true);
    expect(apic.accept()).toBeUndefined();
    apic.write(0x320, 0x30, never);
    apic.write(0xf0, 0xff, never);
    expect(apic.read(0x320, never)).toBe(0x1_0030);
  });

  it('saved and loaded after any history, goes on as if nothing had been', () => {
    const offset = fc.integer({ min: 0, max: 0x3f }).map((index) => index * 16);
    const value = fc.oneof(fc.integer({ min: 0, max: 0x3ff }), fc.nat(0xffff_ffff));
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write'), offset, value }),
      fc.record({ kind: fc.constant('read'), offset, value }),
      fc.record({ kind: fc.constant('raise'), offset, value: fc.nat(255) }),
      fc.record({ kind: fc.constant('accept'), offset, value }),
      fc.record({ kind: fc.constant('expire'), offset, value }),
    );
    const apply = (
      apic: LocalApic,
      { kind, offset: at, value: operand }: { kind: string; offset: number; value: number },
    ): unknown => {
      if (kind === 'write') return apic.write(at, operand, () => 5n);
      if (kind === 'read') return apic.read(at, () => 7n);
      if (kind === 'raise') return apic.raise(operand);
      if (kind === 'expire') return apic.expireTimer(BigInt(operand) << 8n);
      return apic.accept();
    };
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (before, after) => {
        const [first, second] = [createOnApic(), createLocalApic()];
        for (const input of before) apply(first, input);
        const writer = createByteWriter();
        first.save(writer);
        const reader = createByteReader(writer.toBytes());
        expect(second.load(reader) && reader.left === 0).toBe(true);
        for (const input of after) expect(apply(second, input)).toEqual(apply(first, input));
      }),
    );
  });
});

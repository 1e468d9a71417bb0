import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGuest, type Program, restoreGuest } from '../../conformance/world/guest.ts';
import { outputEntryData, toBytes } from '../../conformance/world/symbols.ts';

type Act = readonly ['input', Uint8Array] | readonly ['output', 'network' | 'console' | 'disk'];
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(fc.constant('input' as const), fc.uint8Array({ maxLength: 4 })),
  fc.tuple(fc.constant('output' as const), fc.constantFrom('network', 'console', 'disk')),
);

/** The log of a run, and the guest that made it. */
function record(acts: readonly Act[], program: Program) {
  const guest = createGuest(7n, program);
  const log = acts.map(([what, detail], index) => {
    const position = guest.next();
    const base = { seq: String(index + 1), position: String(position) };
    if (what === 'input') {
      guest.takeInput('input', detail, position);
      return { ...base, kind: 'input' as const, data: toBytes(detail) };
    }
    const output = guest.makeOutput(detail, position);
    return { ...base, kind: 'output' as const, data: toBytes(outputEntryData(output)) };
  });
  return { guest, log };
}

test('a copy that applies the log is the guest, outputs and offsets included', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      const program: Program = new Map();
      const copy = createGuest(7n, program).copy();
      const { guest, log } = record(acts, program);

      const replica = restoreGuest(copy, program);
      for (const entry of log) expect(replica?.apply(entry)).toBeDefined();

      expect(replica?.digest()).toBe(guest.digest());
      expect(replica?.outputs()).toEqual(guest.outputs());
      expect(replica?.operations()).toBe(guest.operations());
    }),
  );
});

test('a lost, moved or altered input shows in the outputs after it', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1 }),
      fc.constantFrom('lost', 'moved', 'altered'),
      (data, how) => {
        const program: Program = new Map();
        const copy = createGuest(7n, program).copy();
        const { guest, log } = record(
          [
            ['input', data],
            ['output', 'console'],
          ],
          program,
        );
        const [input, output] = log;
        if (input === undefined || output === undefined) throw new Error('two entries');

        const replica = restoreGuest(copy, program);
        if (how === 'moved')
          replica?.apply({ ...input, position: String(BigInt(input.position) + 1n) });
        if (how === 'altered')
          replica?.apply({
            ...input,
            data: toBytes(Buffer.from(data).fill(data[0] === 0 ? 1 : 0)),
          });
        const made = replica?.apply(output)?.output;

        expect(made?.data).not.toEqual(guest.outputs()[0]?.data);
      },
    ),
  );
});

test('bytes that no guest gave restore nothing', () => {
  expect(restoreGuest(Buffer.from('guest 1 2 3'), new Map())).toBeUndefined();
});

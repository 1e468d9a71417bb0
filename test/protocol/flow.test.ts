// Lag and throttling, one test for each sentence of the chapter. Full logs are in logging.test.ts.

import { describe, expect, test } from 'vitest';
import { standardPeriods } from '../../impl/protocol/index.ts';
import { createRandom } from '../simulator/random.ts';
import {
  B,
  beatFrom,
  count,
  emitted,
  entry,
  fromB,
  fromP,
  guestOutput,
  protectedOwner,
  readyBackup,
  record,
  type Subject,
  sent,
} from './subject.ts';

const aliveMs = 130;
const lagMs = Number(standardPeriods.lagMax / 1_000_000n);

const shares = (effects: ReturnType<Subject['give']>): number[] =>
  effects.flatMap((effect) => (effect.type === 'guest.throttle' ? [effect.share] : []));

/** K passes, and the backup that is heard meanwhile has consumed so much. */
function passK(owner: Subject, applied = 0): ReturnType<Subject['give']> {
  fromB(owner, { kind: 'alive', seq: count(0), watermark: count(0), applied: count(applied) });
  beatFrom(owner, B);
  return owner.wait(aliveMs);
}

/** The shares that are said on so many K. */
const sharesOver = (owner: Subject, times: number, applied = 0): number[] =>
  Array.from({ length: times }, () => shares(passK(owner, applied))).flat();

/** An entry waits for as long as may be: the next K is too late. */
function lagging(): Subject {
  const owner = protectedOwner();
  owner.give(guestOutput(101, 'held'));
  for (let ms = 0; ms + aliveMs <= lagMs; ms += aliveMs) expect(shares(passK(owner))).toEqual([]);
  return owner;
}

describe('throttling', () => {
  test('"above, it takes 5 from the share of its guest"', () => {
    expect(sharesOver(lagging(), 3)).toEqual([95, 90, 85]);
  });

  test('the share "does not fall below 5"', () => {
    const owner = lagging();
    expect(sharesOver(owner, 30).at(-1)).toBe(5);
    expect(sharesOver(owner, 3)).toEqual([]);
    expect(owner.facts().share).toBe(5);
  });

  test('"else it gives 5 back, up to 100"', () => {
    const owner = lagging();
    expect(sharesOver(owner, 2)).toEqual([95, 90]);
    expect(sharesOver(owner, 4, 1)).toEqual([95, 100]);
  });

  test('"When the pairing is over, the share is 100 again, before anything is issued"', () => {
    const owner = lagging();
    sharesOver(owner, 2);
    owner.give({ type: 'channel.closed', connection: count(2) });
    const effects = owner.answer(record({ phase: 'alone', version: 4, epoch: 3 }));
    const order = effects.map(({ type }) => type);
    expect(shares(effects)).toEqual([100]);
    expect(emitted(effects)).toEqual(['held']);
    expect(order.indexOf('guest.throttle')).toBeLessThan(order.indexOf('output.emit'));
  });

  test('"with the guest halted nothing is said"', () => {
    const owner = lagging();
    sharesOver(owner, 2);
    owner.give({ type: 'channel.closed', connection: count(2) });
    const taken = record({ phase: 'alone', version: 4, epoch: 3, owner: B, token: 3 });
    expect(shares(owner.answer(taken))).toEqual([]);
    expect(owner.facts()).toMatchObject({ share: 100, lag: 'gray', guest: 'halted' });
  });

  test('"Each change is a `guest.throttle`, which changes the guest\'s speed and nothing" else', () => {
    const owner = lagging();
    const guest = passK(owner).filter(({ type }) => type.startsWith('guest.'));
    expect(guest).toEqual([{ type: 'guest.throttle', share: 95 }]);
  });
});

describe('the lag', () => {
  test('"Acknowledgements and the backup\'s `alive` say what its guest has consumed"', () => {
    const backup = readyBackup();
    expect(sent(fromP(backup, entry(1)))).toMatchObject([{ upto: 1n, applied: 0n }]);
    backup.give({ type: 'guest.applied', seq: count(1), output: null });
    expect(sent(fromP(backup, entry(2)))).toMatchObject([{ upto: 2n, applied: 1n }]);
    expect(sent(backup.wait(aliveMs))).toMatchObject([{ kind: 'alive', seq: 2n, applied: 1n }]);
  });

  test('what is "beyond what was sent" is not consumed', () => {
    const owner = lagging();
    expect(sharesOver(owner, 2, 2)).toEqual([95, 90]);
  });

  test('"`green` up to 2 s, `yellow` up to 6 s, `red` above, and of every other node `gray`"', () => {
    const owner = protectedOwner();
    owner.give(guestOutput(101, 'held'));
    const seen = [1000, 1000, 1, 3999, 1].map((milliseconds) => {
      owner.wait(milliseconds);
      return owner.facts().lag;
    });
    expect(seen).toEqual(['green', 'green', 'yellow', 'yellow', 'red']);
    expect(readyBackup().facts().lag).toBe('gray');
  });

  test.each([1, 2, 3])(
    '"is never told too short", and what it remembers is bounded: seed %i',
    (seed) => {
      const random = createRandom(seed);
      const owner = protectedOwner({ config: { entriesMax: 1_000_000n } });
      const numberedAt: number[] = [];
      let [now, consumed, busySince] = [0, 0, 0];
      for (let step = 0; step < 3000; step += 1) {
        if (random.chance(0.5)) {
          if (numberedAt.length === consumed) busySince = now;
          numberedAt.push(now);
          owner.give(guestOutput(101 + step, 'x'));
        } else if (random.chance(0.3)) {
          consumed = random.between(consumed, numberedAt.length);
          fromB(owner, {
            kind: 'alive',
            seq: count(0),
            watermark: count(0),
            applied: count(consumed),
          });
        } else {
          owner.wait(1);
          now += 1;
        }
        const told = lagTold(owner);
        const isBehind = consumed < numberedAt.length;
        expect(told).toBeGreaterThanOrEqual(isBehind ? now - (numberedAt[consumed] ?? 0) : 0);
        expect(told).toBeLessThanOrEqual(isBehind ? now - busySince : 0);
      }
    },
  );
});

/** In milliseconds, by what the owner remembers. */
function lagTold(owner: Subject): number {
  const { role, now } = owner.node();
  if (role.kind !== 'owner' || role.log === null) throw new Error('no owner that records');
  const { sent: last, consumed, instants } = role.log;
  expect(instants.length).toBeLessThanOrEqual(32);
  return last === consumed ? 0 : Number(now - (instants[0]?.at ?? now)) / 1e6;
}

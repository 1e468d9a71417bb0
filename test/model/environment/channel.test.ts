// No end of a connection is forgotten: whatever takes its slot, it is told that it is closed.

import { describe, expect, test } from 'vitest';
import {
  type ChannelOperation,
  type Channels,
  createChannelStep,
  createSlots,
  noChannels,
  slotsIn,
} from '../../../model/environment/channel.ts';
import { calm } from '../../../model/rows.ts';
import { slotsOfPair } from '../../../model/system/product.ts';

const [p, b] = [0, 1] as const;
const slots = createSlots(2, 1);
const step = createChannelStep(slots);
const channelsAfter = (...operations: ChannelOperation[]): Channels =>
  operations.reduce(step, noChannels(slots));

/** Connection 1 stands, its opener closed it, and the other end knows nothing of that. */
const halfClosed: readonly ChannelOperation[] = [
  { type: 'open', slot: 0, number: 1 },
  { type: 'stand', slot: 0 },
  { type: 'close', by: p, number: 1 },
];
const opensAgain: ChannelOperation = { type: 'open', slot: 0, number: 2 };

describe('a connection that takes the slot of another', () => {
  test('remembers which end was not told', () => {
    const [one] = channelsAfter(...halfClosed, opensAgain);
    expect(one).toMatchObject({ number: 2, standing: false, displaced: 1 });
  });

  test('owes nothing once it stands', () => {
    const [one] = channelsAfter(...halfClosed, opensAgain, { type: 'stand', slot: 0 });
    expect(one).toMatchObject({ number: 2, open: [true, true], displaced: 0 });
  });

  test.each<[string, ChannelOperation]>([
    ['dies', { type: 'die', host: p }],
    ['closes it', { type: 'close', by: p, number: 2 }],
  ])('gives the slot back when its opener %s before it stands', (_, operation) => {
    const [one] = channelsAfter(...halfClosed, opensAgain, operation);
    expect(one).toMatchObject({ number: 1, standing: true, open: [false, true] });
  });

  test('passes on what the connection before it owed', () => {
    const [one] = channelsAfter(...halfClosed, opensAgain, { type: 'open', slot: 0, number: 3 });
    expect(one).toMatchObject({ number: 3, displaced: 1 });
  });

  test.each<[string, ChannelOperation]>([
    ['has died', { type: 'die', host: b }],
    ['has closed it itself', { type: 'close', by: b, number: 1 }],
  ])('owes nothing to an end that %s', (_, operation) => {
    const channels = channelsAfter(...halfClosed, opensAgain, operation);
    expect(channels[0]).toMatchObject({ number: 2, displaced: 0 });
    expect(step(channels, { type: 'die', host: p })).toEqual(noChannels(slots));
  });
});

describe('slots', () => {
  test.each([1, 2, 3])('of %d for each pair are told from their number', (ofPair) => {
    const { ends } = createSlots(3, ofPair);
    expect(slotsIn(3, noChannels({ ends, slotOf: slots.slotOf })).ends).toEqual(ends);
  });

  test('are as many as one host can open to another', () => {
    expect(slotsOfPair(calm)).toBe(1);
    expect(slotsOfPair({ ...calm, joins: 3 })).toBe(3);
    expect(slotsOfPair({ ...calm, operations: ['replace-backup'], commands: 2 })).toBe(3);
    expect(slotsOfPair({ ...calm, commands: 2 })).toBe(1);
    expect(slotsOfPair({ ...calm, reconnect: true })).toBe(2);
  });
});

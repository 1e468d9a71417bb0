import { expect, test } from 'vitest';
import { createEngineGuest, type EngineGuest } from '../../impl/host/engine-guest.ts';
import { createImageStore, type ImageStore } from '../../impl/host/image-store.ts';
import { type Counter, type Effect, type Token, toCounter } from '../../impl/protocol/index.ts';
import { createKvMachine, textToBytes } from '../machine/kv-guest.ts';
import { createSteadyClock, drain, outputText, slice } from './guest-pairing.ts';

const token = (value: bigint): Token => toCounter<Token>(value);
const offsets = {
  network: toCounter<Counter<'offset'>>(0n),
  console: toCounter<Counter<'offset'>>(7n),
  disk: toCounter<Counter<'operation'>>(0n),
};
const save = (value: bigint): Extract<Effect, { type: 'guest.save' }> => {
  return { type: 'guest.save', token: token(value), open: [], offsets };
};

function createGuest(images: ImageStore = createImageStore()): EngineGuest {
  return createEngineGuest({ boot: createKvMachine, hostClock: createSteadyClock(), images });
}

function createRunningGuest(images: ImageStore): EngineGuest {
  const guest = createGuest(images);
  guest.carry({ type: 'guest.run' });
  drain(guest);
  return guest;
}

/** What it said, but for the host's clock. */
const said = (guest: EngineGuest): string => outputText(drain(guest)).replace(/tsc=\d+/g, 'tsc');

test('the store gives the image written last under a token, and none of another', () => {
  const images = createImageStore();
  const image = { state: new Uint8Array([1]), open: [], offsets, untold: [] };
  expect(images.write(token(3n), { ...image, state: new Uint8Array([0]) })).toBe(true);
  images.write(token(3n), image);
  expect(images.read(token(3n))).toBe(image);
  expect(images.read(token(4n))).toBe(undefined);
});

test('a guest loads what another saved, and first tells what that one had not told', () => {
  const images = createImageStore();
  const saver = createRunningGuest(images);
  saver.receive(textToBytes('count\n'));
  const first = saver.next(slice);
  saver.carry({ type: 'guest.hold' });
  saver.carry(save(3n));
  expect(saver.next(slice)).toEqual({ type: 'guest.saved', result: 'done' });
  const position = saver.position;

  const loader = createGuest(images);
  expect(loader.carry({ type: 'guest.load', token: token(3n) })).toBe(undefined);
  expect(loader.next(slice)).toMatchObject({ type: 'guest.loaded', position, open: [], offsets });
  expect(loader.condition).toBe('held');
  expect(loader.digest()).toEqual(saver.digest());
  expect(loader.next(slice)).toBe(undefined);
  loader.carry({ type: 'guest.run' });
  saver.carry({ type: 'guest.run' });
  expect(first).toMatchObject({ type: 'guest.input' });
  const resumed = said(loader);
  expect(resumed).toMatch(/count|\d/);
  expect(resumed).toBe(said(saver));
});

test('without an image of that token there is nothing to be', () => {
  const guest = createGuest();
  expect(guest.carry({ type: 'guest.load', token: token(3n) })).toMatchObject({
    kind: 'guest-failure',
    message: 'no image was saved under token 3',
  });
});

test('an image that cannot be made durable is said to be none', () => {
  const guest = createRunningGuest({ write: () => false, read: () => undefined });
  guest.carry({ type: 'guest.hold' });
  guest.carry(save(1n));
  expect(guest.next(slice)).toEqual({ type: 'guest.saved', result: 'error' });
});

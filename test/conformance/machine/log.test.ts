// The suite's own reading of the log's bytes: the chapter's worked example, and what is no entry.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CaseEntry } from '../../../conformance/machine/case.ts';
import { hexToBytes } from '../../../conformance/machine/image.ts';
import { entryToFrame, framesToLines, headerToBytes } from '../../../conformance/machine/log.ts';
import { inRoot } from '../../../conformance/root.ts';

/** The blocks of the chapter's worked example: the header, and then a frame each. */
const [header = Buffer.alloc(0), ...frames] = [
  ...readFileSync(inRoot('spec', 'replay.md'), 'utf8').matchAll(/```hex\n([\s\S]*?)```/g),
].map(([, text = '']) => hexToBytes(text));

const digestOf = (): Uint8Array => hexToBytes(ofAbc);
const ofAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const ofNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const entries: readonly CaseEntry[] = [
  { position: 1000, kind: 'time-stamp', value: 123_456_789 },
  { position: 1000, kind: 'input', channel: 0, text: 'get a\n' },
  { position: 1250, kind: 'timer', timer: 0, timeStamp: 130_000_000 },
  {
    position: 1300,
    kind: 'disk-completion',
    operation: 7,
    status: 0,
    text: Buffer.of(0xde, 0xad).toString('latin1'),
  },
  { position: 1420, kind: 'output', channel: 0, offset: 21, text: 'value 1\r\n' },
  { position: 1420, kind: 'digest', digest: { of: 'abc' } },
  { position: 1500, kind: 'power-off', origin: 'outside' },
];

describe('the worked example of the chapter', () => {
  test('has the header that the suite writes', () => {
    const digest = hexToBytes(ofNothing);
    const written = headerToBytes({ version: 1, reserved: 0, position: 0, digest });
    expect(written.toString('hex')).toBe(header.toString('hex'));
  });

  test('has the frames that the suite writes', () => {
    expect(frames).toHaveLength(entries.length);
    const written = entries.map((entry, k) =>
      entryToFrame(entry, { epoch: 3, seq: k + 1 }, digestOf),
    );
    expect(written.map((bytes) => bytes.toString('hex'))).toEqual(
      frames.map((bytes) => bytes.toString('hex')),
    );
  });

  test('is told an entry a line', () => {
    const lines = framesToLines(Buffer.concat(frames));
    expect(lines).toHaveLength(entries.length);
    expect(lines[0]).toBe('epoch 3, entry 1, position 1000: time-stamp 15cd5b0700000000');
  });
});

test.each([
  ['a checksum that does not fit', (bytes: Buffer) => bytes.fill(0, bytes.length - 1)],
  ['a frame that ends early', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
  ['a length that does not fit', (bytes: Buffer) => bytes.fill(9, 0, 1)],
])('%s is shown as bytes', (_, damage) => {
  const [first = Buffer.alloc(0)] = frames;
  expect(framesToLines(damage(Buffer.from(first)))[0]).toMatch(/^no entry: /);
});

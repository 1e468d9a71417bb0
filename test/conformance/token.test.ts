// A case as one word: it comes back whole, and whatever is no such word is refused with what is wrong.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { findCase } from '../../conformance/find-case.ts';
import { planRun } from '../../conformance/plan.ts';
import { inRoot } from '../../conformance/root.ts';
import {
  decodeToken,
  encodeToken,
  tokenCharsMax,
  unpackedBytesMax,
} from '../../conformance/token.ts';
import { BadInputError } from '../../conformance/verdict.ts';

const { cases } = planRun({ tier: 'smoke', only: [], skip: [] });
const [first] = cases;
if (first === undefined) throw new Error('the tier smoke has no case');
const token = encodeToken({ ...first, seed: '18446744073709551615' });
const dictionary = readFileSync(inRoot('conformance', 'token-dictionary.txt'));
const packed = (text: string): string =>
  `ls1:${deflateSync(text, { dictionary }).toString('base64url')}`;

test('every case of the tier smoke comes back as it was, from letters that any place bears', () => {
  for (const one of cases) {
    const made = encodeToken(one);
    expect(made).toMatch(/^ls1:[A-Za-z0-9_-]+$/);
    expect(decodeToken(made)).toEqual(JSON.parse(JSON.stringify(one)));
  }
});

test('it stands where a file may stand', () => {
  expect(findCase(token)).toEqual({
    ...JSON.parse(JSON.stringify(first)),
    seed: '18446744073709551615',
  });
});

test('the dictionary is part of the version: another one needs another prefix', () => {
  const digest = createHash('sha256').update(dictionary).digest('hex').slice(0, 16);

  expect(digest).toBe('0213db10ab0cd72f');
});

describe('refused', () => {
  const oneChanged = `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`;

  test.each([
    ['another version', 'ls2:abc', /of version ls2: this suite reads ls1: alone/],
    ['what is cut off', token.slice(0, -20), /ends too early: was it copied whole\?/],
    ['nothing at all', 'ls1:', /ends too early/],
    ['a letter that was changed', oneChanged, /is damaged|ends too early/],
    [
      'a letter that cannot be',
      `${token.slice(0, 9)}!${token.slice(9)}`,
      /holds "!" at character 10/,
    ],
    [
      'a line that was broken',
      `${token.slice(0, 9)}\n${token.slice(9)}`,
      /holds "\\n" at character 10/,
    ],
    [
      'too long a word',
      `ls1:${'A'.repeat(tokenCharsMax)}`,
      /expected at most 65536; give the file/,
    ],
    [
      'a little that unpacks to much',
      packed(' '.repeat(unpackedBytesMax + 1)),
      /unpacks to more than/,
    ],
    ['what is no JSON', packed('not JSON'), /holds no JSON/],
    ['what is no case', packed('{"id":"x"}'), /the token is not a case/],
  ])('%s', (_, given, message) => {
    expect(() => decodeToken(given)).toThrow(BadInputError);
    expect(() => decodeToken(given)).toThrow(message);
  });

  test('every prefix of a token, without a crash', () => {
    for (let length = 4; length < token.length; length += 1) {
      expect(() => decodeToken(token.slice(0, length))).toThrow(BadInputError);
    }
  });
});

// A case as one word, to be pasted where a file cannot go: `ls1:` and the base64url of the case's JSON, deflated
// against a dictionary that never changes. What is read may come from anyone: every bound has a name.
// Spec: conformance.md, "Tokens".

import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { type Case, parseCase } from './case.ts';
import { inRoot } from './root.ts';
import { BadInputError } from './verdict.ts';

/** Characters of a token that is read. */
export const tokenCharsMax: number = 64 * 1024;
/** Bytes of the JSON that it may unpack to: a small token can hold a large nothing. */
export const unpackedBytesMax: number = 1024 * 1024;
/** Characters of a token that is printed beside a failure. */
export const tokenPrintedMax = 700;

const prefix = 'ls1:';

export function isToken(text: string): boolean {
  return /^ls\d+:/.test(text);
}

/** The sequence and its seed; what was found when it was played is left out. */
export function encodeToken({ failure: _, ...played }: Case): string {
  const packed = deflateSync(JSON.stringify(played), { level: 9, dictionary: dictionary() });
  return prefix + packed.toString('base64url');
}

/** @throws BadInputError that says what is wrong with the token */
export function decodeToken(token: string): Case {
  const refuse = (why: string): never => {
    throw new BadInputError(`a token ${why}`);
  };
  if (!token.startsWith(prefix)) {
    const version = token.split(':')[0] ?? '';
    return refuse(
      `of version ${version}: this suite reads ${prefix} alone; use the suite that made it`,
    );
  }
  if (token.length > tokenCharsMax) {
    return refuse(
      `of ${token.length} characters: expected at most ${tokenCharsMax}; give the file`,
    );
  }
  const body = token.slice(prefix.length);
  const stray = /[^A-Za-z0-9_-]/.exec(body);
  if (stray !== null) {
    const place = stray.index + prefix.length + 1;
    return refuse(`holds ${JSON.stringify(stray[0])} at character ${place}: was it changed?`);
  }
  const unpacked = unpack(Buffer.from(body, 'base64url'));
  if ('problem' in unpacked) return refuse(unpacked.problem);
  let value: unknown;
  try {
    value = JSON.parse(unpacked.text);
  } catch {
    return refuse('holds no JSON: it was not made by this suite');
  }
  return parseCase(value, 'the token');
}

function unpack(packed: Uint8Array): { readonly text: string } | { readonly problem: string } {
  const options = { dictionary: dictionary(), maxOutputLength: unpackedBytesMax };
  try {
    return { text: inflateSync(packed, options).toString('utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'Z_BUF_ERROR') return { problem: 'ends too early: was it copied whole?' };
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return { problem: `unpacks to more than ${unpackedBytesMax} bytes: no case is so long` };
    }
    return { problem: 'is damaged: its checksum is wrong; copy it again' };
  }
}

let known: Buffer | undefined;

/** Part of the version: another dictionary is another prefix. */
function dictionary(): Buffer {
  known ??= readFileSync(inRoot('conformance', 'token-dictionary.txt'));
  return known;
}

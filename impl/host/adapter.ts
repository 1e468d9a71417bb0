// The reference behind the adapter protocol: newline-delimited JSON on two streams.
// It runs no machine and opens no socket: the runner plays all that is not a node.
// Spec: conformance.md, "The adapter protocol".

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { AssertionError } from '../base/assert.ts';
import { type Rules, standardRules } from '../protocol/index.ts';
import type { Json } from './adapter-encode.ts';
import { expected, type Fields, RequestError, toFields } from './adapter-fields.ts';
import { createLineReader, type Line, lineBytesMax } from './adapter-lines.ts';
import { createSession, type Session } from './adapter-session.ts';
import { type AdapterOutput, type AdapterStreams, openBlockingStreams } from './adapter-streams.ts';

export interface AdapterOptions extends AdapterStreams {
  /** The rules that the nodes follow; the standard ones where none are given. */
  readonly rules?: Rules;
}

/** Serves until `bye` or the end of the input, and returns the exit code. */
export async function runAdapter({ input, output, rules }: AdapterOptions): Promise<number> {
  const session = createSession(packageVersion(), rules ?? standardRules);
  const lines = createLineReader();
  for await (const chunk of input) {
    for (const line of lines.push(chunk)) {
      await write(output, `${JSON.stringify(reply(session, line))}\n`);
      if (session.isOver) return 0;
    }
  }
  return 0;
}

/** Adds `adapter` to the command `host`. */
export function registerAdapter(program: Command): void {
  program
    .command('adapter')
    .description('serve the reference to a conformance runner on standard input and output')
    .action(async () => {
      process.exitCode = await runAdapter(openBlockingStreams());
    });
}

/** Every line has one reply, also one that is no request. */
function reply(session: Session, line: Line): Json {
  let id: number | null = null;
  try {
    const request = parse(line);
    id = idOf(request);
    const method = request.values.method;
    if (typeof method !== 'string') throw expected('method', 'a string', method);
    return { id, result: session.handle(method, toFields(request.values.params, 'params')) };
  } catch (error) {
    return { id, error: errorOf(error) };
  }
}

function parse(line: Line): Fields {
  if (line.kind === 'too-long') {
    throw new RequestError('line-too-long', `line: expected at most ${lineBytesMax} bytes`);
  }
  if (line.kind === 'not-utf8') throw new RequestError('malformed', 'line: expected UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    throw expected('line', 'JSON', line.text);
  }
  return toFields(value, 'line');
}

function idOf(request: Fields): number {
  const { id } = request.values;
  if (typeof id !== 'number' || !Number.isInteger(id)) throw expected('id', 'an integer', id);
  return id;
}

/** A broken assertion is our own mistake: the runner is told that this adapter is broken. */
function errorOf(error: unknown): Json {
  if (error instanceof RequestError) return { code: error.code, text: error.message };
  if (error instanceof AssertionError) return { code: 'assertion', text: error.message };
  throw error;
}

async function write(output: AdapterOutput, text: string): Promise<void> {
  if (output.write(text)) return;
  await new Promise<void>((resolve) => output.once('drain', resolve));
}

/** The version in the nearest package.json above, from the sources as from the build. */
function packageVersion(): string {
  for (const above of ['../../package.json', '../../../package.json']) {
    try {
      const text = readFileSync(new URL(above, import.meta.url), 'utf8');
      const { version } = toFields(JSON.parse(text), 'package.json').values;
      if (typeof version === 'string') return version;
    } catch {
      // Not there: the build lies one folder deeper than the sources.
    }
  }
  return 'unknown';
}

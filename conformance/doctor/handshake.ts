// The first words with an adapter, and why they failed: it is started again to tell output that is held in a buffer
// from silence. Spec: conformance.md, "The doctor".

import { spawn } from 'node:child_process';
import {
  type Adapter,
  type AdapterCommand,
  AdapterFault,
  type AdapterObserver,
  type AdapterTimeouts,
  startAdapter,
} from '../adapter.ts';
import { suiteName, suiteVersion } from '../suite.ts';
import type { Hello } from '../wire.ts';
import { bad, type Check, remedyOf } from './check.ts';

export interface Shaken {
  readonly adapter: Adapter;
  readonly hello: Hello;
}

export interface HandshakeOptions {
  readonly timeouts: AdapterTimeouts;
  readonly observer: AdapterObserver;
}

const suite = { name: suiteName, version: suiteVersion };
/** It must be ignored, as every field that an adapter does not know. */
const suiteWithUnknown = { ...suite, 'unknown-field': 'to be ignored' };

/** Shakes hands, or says in one check why that is not possible. */
export async function shakeHands(
  command: AdapterCommand,
  options: HandshakeOptions,
): Promise<Shaken | Check> {
  const { shaken, fault } = await attempt(command, options, suiteWithUnknown);
  if (shaken !== undefined) return shaken;
  if (fault.fault.code === 'refused-request' || fault.fault.code === 'exit') {
    const plain = await attempt(command, options, suite);
    if (plain.shaken !== undefined) {
      await plain.shaken.adapter.close();
      const text = `a hello with a field that it does not know: ${fault.fault.message}`;
      return bad('handshake', text, 'ignore fields that you do not know: later suites add some');
    }
  }
  return await explain(command, fault);
}

interface Failed {
  readonly fault: AdapterFault;
  readonly stderr: readonly string[];
}
type Attempt =
  | { readonly shaken: Shaken; readonly fault?: undefined }
  | { readonly shaken?: undefined; readonly fault: Failed };

async function attempt(
  command: AdapterCommand,
  { timeouts, observer }: HandshakeOptions,
  presented: typeof suite,
): Promise<Attempt> {
  const adapter = startAdapter(command, timeouts, observer);
  try {
    const hello = await adapter.hello(presented, suiteVersion);
    if (hello.protocol === 'lockstep/1') return { shaken: { adapter, hello } };
    const text = `it speaks ${hello.protocol}; this suite lockstep/1`;
    throw new AdapterFault('handshake', text);
  } catch (error) {
    await adapter.close();
    if (!(error instanceof AdapterFault)) throw error;
    return { fault: { fault: error, stderr: adapter.stderrTail() } };
  }
}

const stderrShownMax = 8;

async function explain(command: AdapterCommand, { fault, stderr }: Failed): Promise<Check> {
  const shown = stderr.slice(-stderrShownMax).map((line) => `\n    | ${line}`);
  const said = shown.length === 0 ? '' : `\n    its standard error ends:${shown.join('')}`;
  const byHand = `try it by hand: echo '${greeting}' | ${[command.file, ...command.args].join(' ')}`;
  switch (fault.code) {
    case 'start':
      return bad('start', fault.message, 'is the path right from this folder, and executable?');
    case 'exit':
      return bad('handshake', `${fault.message}${said}`, `it must read standard input; ${byHand}`);
    case 'timeout': {
      const late = await linesAtEnd(command);
      if (late === undefined) return bad('handshake', `${fault.message}${said}`, byHand);
      const text = `the reply to hello came only once standard input was closed: ${late}`;
      return bad('buffering', text, flushing);
    }
    case 'protocol':
    case 'stray-reply':
    case 'schema':
    case 'refused-request':
    case 'handshake':
      return bad('handshake', `${fault.message}${said}`, remedyOf(fault.code) ?? byHand);
  }
}

const greeting =
  '{"id":1,"method":"hello","params":{"protocol":"lockstep/1","suite":{"name":"by-hand","version":"0"},"spec":"0"}}';
const flushing =
  'flush standard output after each line: print(..., flush=True) in Python, fflush(stdout) in C, $stdout.sync = true in Ruby; and read line by line, not to the end';

/** How long a reply is waited for once nothing more can come. */
const endWaitMs = 3000;
const shownMax = 120;

/** What an adapter says to a hello when it hears the end of its input: undefined where it says nothing whole. */
async function linesAtEnd(command: AdapterCommand): Promise<string | undefined> {
  const child = spawn(command.file, [...command.args], { stdio: ['pipe', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(0, shownMax * 8);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${greeting}\n`);
  const timer = setTimeout(() => child.kill('SIGKILL'), endWaitMs);
  await ended;
  clearTimeout(timer);
  const [line = ''] = text.split('\n');
  return text.includes('\n') ? JSON.stringify(line.slice(0, shownMax)) : undefined;
}

// The client of an adapter: a child process that speaks `lockstep/1` over its pipes.
// It carries requests and replies and judges only the protocol itself; it plays no case.
// Spec: conformance.md, "The adapter protocol".

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createLineSplitter, lineBytesMax } from './framing.ts';
import {
  assertRequest,
  type Checked,
  checkBatch,
  checkFacts,
  checkHello,
  checkMachine,
  checkOutcome,
  checkSaved,
} from './schema.ts';
import type {
  Batched,
  BatchResult,
  Facts,
  Hello,
  Input,
  Instant,
  MachineAction,
  MachineResult,
  Outcome,
  ResetParams,
} from './wire.ts';

export interface AdapterCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** How long a reply may take, in milliseconds of wall clock: guards against hangs, never verdicts. */
export interface AdapterTimeouts {
  readonly hello: number;
  readonly reset: number;
  readonly step: number;
  readonly bye: number;
}
export const defaultTimeouts: AdapterTimeouts = {
  hello: 10_000,
  reset: 2000,
  step: 1000,
  bye: 2000,
};
export const generousTimeouts: AdapterTimeouts = {
  hello: 60_000,
  reset: 30_000,
  step: 30_000,
  bye: 10_000,
};

export type FaultCode =
  | 'start'
  /** A line that is no reply. */
  | 'protocol'
  /** A reply that nothing waits for. */
  | 'stray-reply'
  | 'schema'
  | 'timeout'
  | 'exit'
  | 'refused-request'
  | 'handshake';

/** The adapter broke the adapter protocol. The process is gone when this is thrown. */
export class AdapterFault extends Error {
  override readonly name = 'AdapterFault';
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Adapter {
  hello(suite: { name: string; version: string }, spec: string): Promise<Hello>;
  reset(params: ResetParams): Promise<Outcome>;
  step(at: Instant, node: string, input: Input): Promise<Outcome>;
  advance(to: Instant): Promise<Outcome>;
  /** Whether an advance may go beyond what is due next: the handshake says so. */
  mayLeap?(): boolean;
  observe(node: string): Promise<Facts>;
  /** Keeps the present state under a small number. Where the adapter offers it. */
  save?(slot: number): Promise<object>;
  /** Returns to a state that was kept. */
  load?(slot: number): Promise<Outcome>;
  /** Whether it takes several requests at once: the handshake says so. */
  mayBatch?(): boolean;
  batch?(requests: readonly Batched[]): Promise<BatchResult>;
  /** Has the adapter's one machine do something. */
  machine(action: MachineAction): Promise<MachineResult>;
  /** A step of the case begins: of interest to who records. */
  begin?(): void;
  /** Says bye, then ends the process, by force where it must. */
  close(): Promise<void>;
  /** The last lines of standard error. */
  stderrTail(): readonly string[];
}

/** A reply that came, whether it fits the schema or not. */
export interface Seen {
  readonly method: string;
  readonly reply: { readonly [field: string]: unknown };
  /** From the request to the reply, of wall clock. */
  readonly milliseconds: number;
}
/** How the process came to its end once it was told `bye`. */
export type Ending = 'itself' | 'SIGTERM' | 'SIGKILL';

/** Who looks on: of interest to the doctor. */
export interface AdapterObserver {
  onReply?(seen: Seen): void;
  onEnd?(ending: Ending): void;
}

/** Requests of one batch. */
export const batchMax = 64;
export const stderrLinesMax = 64;
const quoteCharsMax = 160;
const killGraceMs = 5000;

interface Waiting {
  readonly id: number;
  readonly method: string;
  resolve(result: unknown): void;
  reject(fault: AdapterFault): void;
  readonly timer: NodeJS.Timeout;
  /** When it was asked, in milliseconds of wall clock. */
  readonly since: number;
}

export function startAdapter(
  command: AdapterCommand,
  timeouts: AdapterTimeouts,
  observer: AdapterObserver = {},
): Adapter {
  const child = spawn(command.file, [...command.args], { stdio: 'pipe' });
  const stderr = collectStderr(child);
  const splitter = createLineSplitter();
  let waiting: Waiting | undefined;
  let fault: AdapterFault | undefined;
  let lines = 0;
  let lastId = 0;
  let closing = false;
  let leaps = false;
  let batches = false;

  function fail(code: FaultCode, message: string): void {
    if (closing) return;
    fault ??= new AdapterFault(code, message);
    child.kill('SIGKILL');
    settle()?.reject(fault);
  }

  function settle(): Waiting | undefined {
    const was = waiting;
    waiting = undefined;
    if (was !== undefined) clearTimeout(was.timer);
    return was;
  }

  function receive(text: string): void {
    lines += 1;
    const reply = parseReply(text);
    if (typeof reply === 'string') fail('protocol', `line ${lines} of standard output ${reply}`);
    else if (waiting === undefined || reply.id !== waiting.id)
      fail('stray-reply', strayId(reply.id));
    else answered(waiting, reply);
  }

  function answered(asked: Waiting, reply: Reply): void {
    const milliseconds = performance.now() - asked.since;
    observer.onReply?.({ method: asked.method, reply: reply.fields, milliseconds });
    if (reply.error !== undefined) fail('refused-request', errorText(asked, reply.error));
    else settle()?.resolve(reply.result);
  }

  function strayId(id: unknown): string {
    const given = `line ${lines} of standard output replies to id ${JSON.stringify(id)}`;
    if (waiting !== undefined) return `${given}; expected id ${waiting.id} (${waiting.method})`;
    return `${given}, which no request is waiting for (the last was ${lastId}): was it sent twice?`;
  }

  child.on('error', (error) => fail('start', `cannot start ${command.file}: ${error.message}`));
  child.stdin.on('error', () => {
    // A closed pipe is reported by the exit of the process, which says more.
  });
  child.stdout.on('data', (chunk: Buffer) => {
    for (const framed of splitter.push(chunk)) {
      if (fault !== undefined) return;
      if (framed.kind === 'line') receive(framed.text);
      else fail('protocol', `line ${lines + 1} of standard output exceeds ${lineBytesMax} bytes`);
    }
  });
  child.on('close', (exit, signal) => fail('exit', exitText(exit, signal, splitter.rest())));

  function request(method: string, params: unknown, timeoutMs: number): Promise<unknown> {
    if (fault !== undefined) return Promise.reject(fault);
    lastId += 1;
    const message = { id: lastId, method, params };
    assertRequest(message);
    return new Promise((resolve, reject) => {
      const late = (): void => fail('timeout', timeoutText(method, timeoutMs, splitter.rest()));
      const timer = setTimeout(late, timeoutMs);
      const since = performance.now();
      waiting = { id: lastId, method, resolve, reject, timer, since };
      child.stdin.write(`${JSON.stringify(message)}\n`);
    });
  }

  async function ask<T>(
    method: string,
    params: unknown,
    timeoutMs: number,
    check: (value: unknown) => Checked<T>,
  ): Promise<T> {
    const checked = check(await request(method, params, timeoutMs));
    if ('value' in checked) return checked.value;
    const problem = `the reply to ${method} (line ${lines}) does not fit the schema: ${checked.problem}`;
    fail('schema', problem);
    throw fault ?? new AdapterFault('schema', problem);
  }

  async function close(): Promise<void> {
    if (fault === undefined && child.exitCode === null) {
      await request('bye', {}, timeouts.bye).catch(() => undefined);
    }
    closing = true;
    const ending = await end(child, timeouts.bye);
    if (fault === undefined) observer.onEnd?.(ending);
  }

  return {
    async hello(suite, spec) {
      const params = { protocol: 'lockstep/1', suite, spec };
      const hello = await ask('hello', params, timeouts.hello, checkHello);
      leaps = hello.capabilities.leap === true;
      batches = hello.capabilities.batch === true;
      return hello;
    },
    mayLeap: () => leaps,
    mayBatch: () => batches,
    reset: (params) => ask('reset', params, timeouts.reset, checkOutcome),
    step: (at, node, input) => ask('step', { at, node, input }, timeouts.step, checkOutcome),
    advance: (to) => ask('advance', { to }, timeouts.step, checkOutcome),
    observe: (node) => ask('observe', { node }, timeouts.step, checkFacts),
    save: (slot) => ask('save', { slot }, timeouts.step, checkSaved),
    load: (slot) => ask('load', { slot }, timeouts.step, checkOutcome),
    batch(requests) {
      const check = (value: unknown): Checked<BatchResult> => checkBatch(requests, value);
      return ask('batch', { requests }, timeouts.step * requests.length, check);
    },
    machine: (action) => ask('machine', action, timeouts.reset, checkMachine),
    close,
    stderrTail: stderr,
  };
}

/** Waits for the process to end by itself, then SIGTERM, then SIGKILL. */
async function end(child: ChildProcessWithoutNullStreams, graceMs: number): Promise<Ending> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return 'itself';
  let ending: Ending = 'itself';
  const signal = (name: Exclude<Ending, 'itself'>): void => {
    ending = name;
    child.kill(name);
  };
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin.end();
  const terminate = setTimeout(() => signal('SIGTERM'), graceMs);
  const kill = setTimeout(() => signal('SIGKILL'), graceMs + killGraceMs);
  await ended;
  clearTimeout(terminate);
  clearTimeout(kill);
  return ending;
}

function collectStderr(child: ChildProcessWithoutNullStreams): () => readonly string[] {
  let tail: string[] = [];
  let open = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (chunk: string) => {
    const found = (open + chunk).split('\n');
    open = (found.pop() ?? '').slice(-lineBytesMax);
    tail = [...tail, ...found].slice(-stderrLinesMax);
  });
  return () => (open === '' ? tail : [...tail, open].slice(-stderrLinesMax));
}

interface Reply {
  readonly fields: { readonly [field: string]: unknown };
  readonly id: unknown;
  readonly result: unknown;
  readonly error: unknown;
}

/** The reply that a line holds, or why it holds none. */
function parseReply(text: string): Reply | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `is not JSON: ${quote(text)}. ${strayPrint}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `is not a JSON object: ${quote(text)}. ${strayPrint}`;
  }
  const fields: { readonly [name: string]: unknown } = { ...value };
  if (fields.id === undefined) return `has no id: ${quote(text)}. ${strayPrint}`;
  const { id, result, error } = fields;
  if ((result === undefined) === (error === undefined)) {
    return `must have exactly one of result and error: ${quote(text)}`;
  }
  return { fields, id, result, error };
}

const strayPrint =
  'Did you print to stdout? Standard output is for the protocol; write logs to standard error.';

function quote(text: string): string {
  const shown = text.length > quoteCharsMax ? `${text.slice(0, quoteCharsMax)}...` : text;
  return JSON.stringify(shown);
}

function errorText(waiting: Waiting, error: unknown): string {
  return `answered ${waiting.method} with an error: ${JSON.stringify(error)}`;
}

function exitText(exit: number | null, signal: string | null, rest: string): string {
  const how = signal === null ? `with code ${exit}` : `by ${signal}`;
  const open = rest === '' ? '' : `; its last line has no newline: ${quote(rest)}`;
  return `the adapter ended ${how} while the runner still needed it${open}`;
}

function timeoutText(method: string, timeoutMs: number, rest: string): string {
  const text = `no reply to ${method} within ${timeoutMs} ms`;
  if (rest === '')
    return `${text}. Is standard output flushed after each line? On a slow or busy machine try --generous.`;
  return `${text}; ${rest.length} characters came without a newline: ${quote(rest)}`;
}

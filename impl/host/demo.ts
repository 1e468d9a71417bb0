// The demonstration: a key-value guest lives on a protected pair, a client types commands, the owner is
// killed between two of them, and the transcript shows the client's view beside what the hosts did.
// Two nodes and two engines in one process on a virtual clock; no network is involved.
// Spec: protocol.md, "Failover" and "Output".

import type { Machine } from '../machine/index.ts';
import { type Incarnation, toIncarnation } from '../protocol/index.ts';
import { createConsoleView } from './console-view.ts';
import { createLocalPair, type Happening, type LocalPair } from './local-pair.ts';
import type { TraceRecorder } from './trace.ts';

/** One line of the transcript. */
export interface TranscriptLine {
  /** Nanoseconds since the start. */
  readonly at: bigint;
  readonly client: string;
  readonly hosts: string;
}

export interface Demonstration {
  readonly lines: readonly TranscriptLine[];
  /** What the client typed, and the answer lines that it saw. */
  readonly typed: number;
  readonly answered: number;
  readonly bytesSeen: number;
  /** Bytes that came again after the takeover, equal to those before, and were dropped by offset. */
  readonly bytesRepeated: number;
  /** A byte that differs from what was seen at its offset, or a gap; undefined where the view is whole. */
  readonly broken: string | undefined;
}

/** Runs to its end, about seven seconds of virtual time; `onLine` sees each line as it happens. */
export function demonstrate(
  boot: () => Machine,
  onLine: (line: TranscriptLine) => void = () => {},
  trace?: TraceRecorder,
): Demonstration {
  const lines: TranscriptLine[] = [];
  const view = createConsoleView();
  let typed = 0;
  let answered = 0;

  function tell(at: bigint, client: string, hosts: string): void {
    const line = { at, client, hosts };
    lines.push(line);
    onLine(line);
  }

  function onHappening(happening: Happening): void {
    const { at, host } = happening;
    if (happening.kind !== 'emit') {
      tell(at, '', `${host} ${happeningToText(happening)}`);
      return;
    }
    view.see(happening.offset, happening.data);
    for (const line of view.takeLines()) {
      if (typed > answered) answered += 1;
      tell(at, line, `${host} emits; ${logToText(pair, host)}`);
    }
  }

  const pair = createLocalPair({ boot, onHappening, ...(trace && { trace }) });

  /** A client that is not heard tries again; it types the next command when this one is answered. */
  function ask(command: string): void {
    typed += 1;
    const bytes = new TextEncoder().encode(`${command}\n`);
    tell(pair.now, `> ${command}`, '');
    while (!pair.type(bytes) && pair.now < endMax) pair.advance(patience);
    while (answered < typed && pair.now < endMax) pair.advance(patience);
    pair.advance(pause);
  }

  function waitUntilRunning(owner: Incarnation): void {
    while (pair.facts(owner).state !== 'running' && pair.now < endMax) pair.advance(patience);
  }

  const [p1, b1, p2] = ['p#1', 'b#1', 'p#2'].map(spell) as [Incarnation, Incarnation, Incarnation];
  pair.addHost(p1);
  pair.addHost(b1);
  pair.tell(p1, { type: 'manager.start' });
  pair.advance(pause);
  pair.tell(p1, { type: 'manager.protect', peer: b1 });
  waitUntilRunning(p1);
  ask('set colour blue');
  ask('set size 42');
  pair.kill(p1);
  ask('get colour');
  ask('set shape round');
  pair.addHost(p2);
  pair.tell(b1, { type: 'manager.protect', peer: p2 });
  waitUntilRunning(b1);
  ask('count');
  pair.kill(b1);
  ask('get size');
  ask('get shape');
  const { seen, repeated, broken } = view;
  return { lines, typed, answered, bytesSeen: seen, bytesRepeated: repeated, broken };
}

function happeningToText(happening: Exclude<Happening, { kind: 'emit' }>): string {
  switch (happening.kind) {
    case 'report':
      return `reports ${happening.state} (${happening.reason})`;
    case 'announce':
      return 'announces the address of the virtual machine';
    case 'kill':
      return 'IS KILLED';
    case 'record': {
      const { version, phase, epoch, owner, backup, token } = happening.record;
      const who = [owner, backup].filter((name) => name !== null).join('/');
      return `writes the record: v${version} ${phase} e${epoch} ${who} t${token}`;
    }
  }
}

function logToText(pair: LocalPair, host: Incarnation): string {
  const { sent, acknowledged } = pair.facts(host);
  const position = `position ${pair.guest(host).position}`;
  return sent === 0n ? position : `${position}, sent ${sent}, acknowledged ${acknowledged}`;
}

function spell(text: string): Incarnation {
  const incarnation = toIncarnation(text);
  if (incarnation === undefined) throw new Error(`demo: ${text} is no incarnation`);
  return incarnation;
}

const millisecond = 1_000_000n;
const patience = 10n * millisecond;
const pause = 200n * millisecond;
/** Past this the demonstration ends whatever stands: the client was never answered. */
const endMax = 20_000n * millisecond;

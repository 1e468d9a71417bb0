// `lockstep model refine`: whether the model allows every step of a recorded trace. Spec: conformance, "Recorded traces".

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { listenForInterrupt } from './interrupt.ts';
import { exitCodes, print } from './print.ts';
import { readTrace, type TraceReading } from './refine/read.ts';
import { renderReading } from './refine/render.ts';

export async function runRefine(path: string, options: { json?: boolean }): Promise<void> {
  const stream = await open(path);
  if (typeof stream === 'string') {
    process.stderr.write(`lockstep model refine: ${stream}\n`);
    process.exitCode = exitCodes.malformed;
    return;
  }
  const interrupt = listenForInterrupt();
  const progress = createProgress();
  const reading = await readTrace(stream, {
    isInterrupted: interrupt.isHeard,
    onLine: progress.show,
  });
  progress.clear();
  interrupt.stop();
  print(options.json === true ? JSON.stringify(reading, null, 2) : renderReading(reading));
  process.exitCode = exitCodes[judgementOf(reading)];
}

/** The stream, or why there is none. */
async function open(path: string): Promise<AsyncIterable<Uint8Array> | string> {
  if (path === '-') return process.stdin;
  try {
    if ((await stat(path)).isFile()) return createReadStream(path);
    return `expected a file, got ${path}; a stream is read from standard input, -`;
  } catch {
    return `cannot read ${path}: record one, such as by lockstep vm demo --trace ${path}`;
  }
}

function judgementOf({ verdict, malformed, isInterrupted }: TraceReading): keyof typeof exitCodes {
  if (verdict?.outcome === 'refused') return 'violated';
  if (malformed !== null || verdict === null) return 'malformed';
  if (isInterrupted) return 'interrupted';
  return verdict.outcome === 'accepted' ? 'ok' : 'partial';
}

/** Once a second, on a terminal only. */
function createProgress(): { show(line: number): void; clear(): void } {
  const started = performance.now();
  let shown = started;
  return {
    show(line) {
      const now = performance.now();
      if (!process.stderr.isTTY || now - shown < 1000) return;
      process.stderr.write(`\rline ${line} `);
      shown = now;
    },
    clear() {
      if (shown !== started) process.stderr.write('\r\x1b[K');
    },
  };
}

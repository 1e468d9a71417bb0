// Traces of the reference, made by the simulator, and what the model says of a trace given as lines.

import { createTraceRecorder } from '../../../impl/host/trace.ts';
import { standardPeriods } from '../../../impl/protocol/index.ts';
import { bytesReader } from '../../../model/cli/refine/bytes.ts';
import { parseHeader, parseLine } from '../../../model/cli/refine/parse.ts';
import { createHost, type Host } from '../../../model/host.ts';
import type { TraceHeader, TraceLine } from '../../../model/refine/trace.ts';
import { createRefinement, type TraceVerdict } from '../../../model/refine.ts';
import type { ChartInput } from '../../../model/vocabulary.ts';
import { type SimulationOptions, simulate } from '../../simulator/simulate.ts';
import type { Watcher } from '../../simulator/watcher.ts';

export interface RecordedTrace {
  readonly header: TraceHeader;
  readonly lines: readonly TraceLine[];
}

/** One run of the simulator, as its trace. */
export function recordSimulation(options: SimulationOptions): RecordedTrace {
  const network = options.network ?? 'at-least-once';
  const { watcher, trace } = createRecordingWatcher(network);
  simulate({ ...options, network, watchers: [watcher] });
  return trace();
}

/** The configuration is that of every host of the simulator. */
export function createRecordingWatcher(network: 'at-least-once' | 'may-be-lost'): {
  watcher: Watcher;
  trace(): RecordedTrace;
} {
  const texts: string[] = [];
  const known = new Set<string>();
  const recorder = createTraceRecorder(
    {
      vm: 'machine',
      configuration: new Uint8Array([1]),
      periods: standardPeriods,
      entriesMax: 16n,
      network,
      reconnect: false,
    },
    (text) => texts.push(text),
  );
  const watcher: Watcher = {
    name: 'trace recorder',
    given(incarnation, taken, world) {
      if (!known.has(incarnation)) recorder.begin(incarnation);
      known.add(incarnation);
      recorder.step(incarnation, world.now, taken);
      return null;
    },
  };
  return { watcher, trace: () => parseTrace(texts) };
}

/** Every line must fit the schema: what does not is a fault of the recorder. */
export function parseTrace([first = '', ...rest]: readonly string[]): RecordedTrace {
  const header = parseHeader(first);
  if ('problem' in header) throw new Error(`header: ${header.problem}`);
  const lines = rest.map((text, index) => {
    const line = parseLine(text);
    if ('problem' in line) throw new Error(`line ${index + 2}: ${line.problem}\n${text}`);
    return line.value;
  });
  return { header: header.value, lines };
}

const hosts = new Map<string, Host>();

/** Most traces here are of the same nodes. */
function hostOf(input: ChartInput): Host {
  const key = JSON.stringify(input);
  const host = hosts.get(key) ?? createHost(input);
  hosts.set(key, host);
  return host;
}

/** What the model says of it; a line that may not stand where it stands is an error. */
export function refine({ header, lines }: RecordedTrace): TraceVerdict {
  const refinement = createRefinement(header, bytesReader, hostOf);
  for (const [index, line] of lines.entries()) {
    const problem = refinement.take(line, index + 2);
    if (problem !== null) throw new Error(`line ${index + 2}: ${problem}`);
  }
  return refinement.verdict();
}

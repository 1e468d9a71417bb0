// Where the doctor plays cases: an adapter that is started anew when it breaks, and what was seen of all its replies.
// Spec: conformance.md, "The doctor".

import {
  type Adapter,
  type AdapterCommand,
  AdapterFault,
  type AdapterObserver,
  type AdapterTimeouts,
  type Ending,
  type Seen,
} from '../adapter.ts';
import type { Case } from '../case.ts';
import { playCase, type Result } from '../play.ts';
import { unknownFields } from '../schema.ts';
import type { Check } from './check.ts';
import { type Shaken, shakeHands } from './handshake.ts';

/** What was seen of the replies of every process so far. */
export interface Sightings {
  readonly replies: number;
  readonly median: number;
  readonly slowest: Pick<Seen, 'method' | 'milliseconds'> | undefined;
  /** Fields that the schema does not name, by method and path. */
  readonly unknown: readonly string[];
  readonly ending: Ending | undefined;
}

export interface Bench {
  readonly shaken: Shaken;
  /** On the process that stands there, as `wrap` shows it. */
  play(one: Case, wrap?: (adapter: Adapter) => Adapter): Promise<Result>;
  /** The same on a process of its own. */
  playFresh(one: Case): Promise<Result>;
  /** Of a new process; throws an AdapterFault where there is none, or where it breaks. */
  ask<T>(questions: (adapter: Adapter) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  sightings(): Sightings;
}

const seed = 42n;
const asIs = (adapter: Adapter): Adapter => adapter;
const replyFields: ReadonlySet<string> = new Set(['id', 'result', 'error']);
const definitions: Readonly<Record<string, string>> = {
  hello: 'helloResult',
  reset: 'outcome',
  step: 'outcome',
  advance: 'outcome',
  observe: 'facts',
  save: 'saved',
  load: 'outcome',
  batch: 'batchResult',
};

/** A bench, or why no adapter stands on it. */
export async function openBench(
  command: AdapterCommand,
  timeouts: AdapterTimeouts,
): Promise<Bench | Check> {
  const watch = createWatch();
  const start = (): Promise<Shaken | Check> =>
    shakeHands(command, { timeouts, observer: watch.observer });
  const first = await start();
  if ('name' in first) return first;
  let desk: Shaken | undefined = first;

  const playOn = (at: Shaken, one: Case): Promise<Result> =>
    playCase(at.adapter, one, seed, at.hello.capabilities.observe);

  async function play(one: Case, wrap = asIs): Promise<Result> {
    const at = desk ?? (await start());
    if ('name' in at) return { case: one, verdict: 'error', seed, steps: 0, text: at.text };
    const result = await playOn({ ...at, adapter: wrap(at.adapter) }, one);
    desk = result.verdict === 'error' ? undefined : at;
    if (desk === undefined) await at.adapter.close();
    return result;
  }

  return {
    shaken: first,
    play,
    async playFresh(one) {
      const at = await start();
      if ('name' in at) return { case: one, verdict: 'error', seed, steps: 0, text: at.text };
      const result = await playOn(at, one);
      await at.adapter.close();
      return result;
    },
    async ask(questions) {
      const at = await start();
      if ('name' in at) throw new AdapterFault('start', at.text);
      try {
        return await questions(at.adapter);
      } finally {
        await at.adapter.close();
      }
    },
    close: async () => await desk?.adapter.close(),
    sightings: watch.sightings,
  };
}

function createWatch(): { readonly observer: AdapterObserver; sightings(): Sightings } {
  const times: number[] = [];
  const unknown = new Set<string>();
  let slowest: Sightings['slowest'];
  let ending: Ending | undefined;
  const observer: AdapterObserver = {
    onReply({ method, reply, milliseconds }) {
      // How long a program takes to start is no matter of its replies.
      if (method !== 'hello') {
        times.push(milliseconds);
        if (slowest === undefined || slowest.milliseconds < milliseconds)
          slowest = { method, milliseconds };
      }
      for (const path of pathsOf(method, reply)) unknown.add(`${method}: ${path}`);
    },
    onEnd(how) {
      ending = how;
    },
  };
  const sightings = (): Sightings => {
    const sorted = times.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return { replies: times.length, median, slowest, unknown: [...unknown], ending };
  };
  return { observer, sightings };
}

/** Places in a list are one: a field that stands in each effect is one field. */
function pathsOf(method: string, reply: Seen['reply']): readonly string[] {
  const above = Object.keys(reply).filter((field) => !replyFields.has(field));
  const definition = definitions[method];
  if (definition === undefined || reply.result === undefined) return above;
  const paths = unknownFields(definition, reply.result);
  return [...above, ...paths.map((path) => `result/${path.replaceAll(/\/\d+\//g, '/*/')}`)];
}

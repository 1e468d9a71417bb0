// Where the doctor plays cases: an adapter that is started anew when it breaks, and what was seen of all its replies.
// Spec: conformance.md, "The doctor".

import type { AdapterCommand, AdapterObserver, AdapterTimeouts, Ending, Seen } from '../adapter.ts';
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
  play(one: Case): Promise<Result>;
  /** The same on a process of its own. */
  playFresh(one: Case): Promise<Result>;
  close(): Promise<void>;
  sightings(): Sightings;
}

const seed = 42n;
const replyFields: ReadonlySet<string> = new Set(['id', 'result', 'error']);
const definitions: Readonly<Record<string, string>> = {
  hello: 'helloResult',
  reset: 'outcome',
  step: 'outcome',
  advance: 'outcome',
  observe: 'facts',
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

  async function play(one: Case): Promise<Result> {
    const at = desk ?? (await start());
    if ('name' in at) return { case: one, verdict: 'error', seed, steps: 0, text: at.text };
    const result = await playOn(at, one);
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

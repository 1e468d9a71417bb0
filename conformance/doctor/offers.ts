// Whether what an adapter offers beyond what it must is honest: a leap, a state that is kept, a batch. Each is held
// against the same requests without it. Spec: conformance.md, "The doctor".

import { type Adapter, AdapterFault, batchMax } from '../adapter.ts';
import type { Case } from '../case.ts';
import type { Result } from '../play.ts';
import { canonical } from '../seed.ts';
import type { Batched, ResetParams } from '../wire.ts';
import type { Bench } from './bench.ts';
import { bad, type Check, good, remedyOf } from './check.ts';

export interface OfferedPlays {
  readonly bench: Bench;
  /** Cases that broke nothing, as they were played. */
  readonly played: readonly Result[];
  storyOf(result: Result): string;
  divergenceText(one: Result, other: Result): string;
}

/** Nothing is said of what is not offered. */
export async function examineOffers(all: OfferedPlays): Promise<readonly Check[]> {
  // A machine has no deadlines, and its state is kept by a snapshot.
  const plays = { ...all, played: all.played.filter((one) => one.case.kind !== 'machine') };
  const { leap, save, batch } = plays.bench.shaken.hello.capabilities;
  const checks: Check[] = [];
  if (leap === true) checks.push(await examineLeap(plays));
  if (save !== true && batch !== true) return checks;
  const tapes: Tape[] = [];
  for (const one of longest(plays.played)) tapes.push(await record(plays.bench, one.case));
  if (save === true) checks.push(await examined('save', saveRemedy, () => saveFault(plays, tapes)));
  if (batch === true) {
    checks.push(await examined('batch', batchRemedy, () => batchFault(plays, tapes)));
  }
  return checks;
}

/** Cases whose requests are asked again in other ways. */
const tapesMax = 6;
const longest = (played: readonly Result[]): readonly Result[] =>
  played.toSorted((a, b) => (b.story?.length ?? 0) - (a.story?.length ?? 0)).slice(0, tapesMax);

/** The same cases, from instant to instant. */
async function examineLeap({
  bench,
  played,
  storyOf,
  divergenceText,
}: OfferedPlays): Promise<Check> {
  const stepping = (adapter: Adapter): Adapter => ({ ...adapter, mayLeap: () => false });
  for (const leapt of played.filter(waits)) {
    const stepped = await bench.play(leapt.case, stepping);
    if (storyOf(leapt) === storyOf(stepped)) continue;
    const found = divergenceText(leapt, stepped);
    const text = `an advance beyond "next" does not do what advances from instant to instant do: ${found}`;
    return bad('leap', text, leapRemedy);
  }
  return good('leap', 'a leap does what advances from instant to instant do');
}

const waits = ({ story = [] }: Result): boolean => (story.at(-1)?.at ?? 0n) > 0n;
const leapRemedy =
  'on the way do what is due at each instant, in order, and say of each effect the instant in "at"; or do not offer leap';

interface Asked {
  readonly request: Batched;
  readonly answer: string;
}
interface Tape {
  readonly id: string;
  readonly reset: ResetParams;
  readonly asked: readonly Asked[];
}

/** The requests of a case, one at a time, with their answers. */
async function record(bench: Bench, one: Case): Promise<Tape> {
  const resets: ResetParams[] = [];
  const asked: Asked[] = [];
  const keep = async <T>(request: Batched, answer: Promise<T>): Promise<T> => {
    asked.push({ request, answer: textOf(await answer) });
    return answer;
  };
  await bench.play(one, (adapter) => ({
    ...adapter,
    mayBatch: () => false,
    reset(params) {
      resets.push(params);
      return adapter.reset(params);
    },
    step: (at, node, input) =>
      keep({ method: 'step', params: { at, node, input } }, adapter.step(at, node, input)),
    advance: (to) => keep({ method: 'advance', params: { to } }, adapter.advance(to)),
    observe: (node) => keep({ method: 'observe', params: { node } }, adapter.observe(node)),
  }));
  const [reset] = resets;
  if (reset === undefined) throw new Error(`case ${one.id} was played without a reset`);
  return { id: one.id, reset, asked };
}

/** Without fields beside those of an outcome: they are ignored. */
function textOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('effects' in answer)) {
    return canonical(answer);
  }
  const { effects, next, refused }: { effects: unknown; next?: unknown; refused?: unknown } =
    answer;
  return canonical({ effects, next: next ?? null, refused: refused ?? null });
}

function answerOf(adapter: Adapter, { method, params }: Batched): Promise<unknown> {
  switch (method) {
    case 'step':
      return adapter.step(params.at, params.node, params.input);
    case 'advance':
      return adapter.advance(params.to);
    case 'observe':
      return adapter.observe(params.node);
  }
}

/** What is wrong, in a sentence; undefined: nothing. */
type Fault = string | undefined;

async function examined(name: string, remedy: string, look: () => Promise<Fault>): Promise<Check> {
  try {
    const fault = await look();
    return fault === undefined ? good(name, `offered, and honest`) : bad(name, fault, remedy);
  } catch (error) {
    if (!(error instanceof AdapterFault)) throw error;
    return bad(name, error.message, remedyOf(error.code) ?? remedy);
  }
}

const saveRemedy =
  'keep the state of every node and the instant by value, and leave what is kept alone when it is loaded; or do not offer save';
/** Where the doctor keeps its states, and where it keeps none. */
const slots = { middle: 1, end: 2, never: 9 } as const;

async function saveFault({ bench }: OfferedPlays, tapes: readonly Tape[]): Promise<Fault> {
  const fault = await firstFault(bench, tapes, loadedFault);
  if (fault !== undefined) return fault;
  const isError = await endsInError(bench, (adapter) => adapter.load?.(slots.never));
  return isError ? undefined : `load of a number under which nothing was saved is no error`;
}

/** Of all tapes on one process. */
function firstFault(
  bench: Bench,
  tapes: readonly Tape[],
  look: (adapter: Adapter, tape: Tape) => Promise<Fault>,
): Promise<Fault> {
  return bench.ask(async (adapter) => {
    for (const tape of tapes) {
      const fault = await look(adapter, tape);
      if (fault !== undefined) return `${tape.id}: ${fault}`;
    }
    return undefined;
  });
}

/** The second half of the tape three times: as it came, after a load, and after another load. */
async function loadedFault(adapter: Adapter, { reset, asked }: Tape): Promise<Fault> {
  const half = Math.floor(asked.length / 2);
  await adapter.reset(reset);
  const before = await firstOther(adapter, asked.slice(0, half));
  if (before !== undefined) return before;
  await adapter.save?.(slots.middle);
  const rest = asked.slice(half);
  const first = await firstOther(adapter, rest);
  if (first !== undefined) return `after a save, ${first}`;
  await adapter.save?.(slots.end);
  for (const _ of ['once', 'again']) {
    await adapter.load?.(slots.middle);
    const other = await firstOther(adapter, rest);
    if (other !== undefined) return `after a load, ${other}`;
  }
  return undefined;
}

async function firstOther(adapter: Adapter, asked: readonly Asked[]): Promise<Fault> {
  for (const { request, answer } of asked) {
    const again = await answerText(adapter, request);
    if (again !== answer) return otherText(request, answer, again);
  }
  return undefined;
}

/** An adapter that breaks has broken what it offered: the same request did not break it before. */
async function answerText(adapter: Adapter, request: Batched): Promise<string> {
  try {
    return textOf(await answerOf(adapter, request));
  } catch (error) {
    if (error instanceof AdapterFault) return error.message;
    throw error;
  }
}

const batchRemedy =
  'carry the requests of a batch out in order, as if each had come by itself, and end at the first error with that error; or do not offer batch';
/** Requests of a batch of the doctor, but for the first, which is as large as one may be. */
const batchSize = 7;

async function batchFault({ bench }: OfferedPlays, tapes: readonly Tape[]): Promise<Fault> {
  const fault = await firstFault(bench, tapes, batchedFault);
  if (fault !== undefined) return fault;
  const [tape] = tapes;
  const node = tape?.reset.nodes[0]?.name;
  if (tape === undefined || node === undefined) return undefined;
  const bad = [node, `no-${node}`, node].map((name) => ({
    method: 'observe' as const,
    params: { node: name },
  }));
  const isError = await endsInError(bench, async (adapter) => {
    await adapter.reset(tape.reset);
    await adapter.batch?.(bad);
  });
  return isError ? undefined : 'a batch with a request to a node that is not there is no error';
}

async function batchedFault(adapter: Adapter, { reset, asked }: Tape): Promise<Fault> {
  await adapter.reset(reset);
  let size = batchMax;
  for (let from = 0; from < asked.length; size = batchSize) {
    const part = asked.slice(from, from + size);
    from += part.length;
    const batch = await adapter.batch?.(part.map(({ request }) => request));
    for (const [index, { request, answer }] of part.entries()) {
      const again = textOf(batch?.results[index]);
      if (again !== answer) return `in a batch, ${otherText(request, answer, again)}`;
    }
  }
  return undefined;
}

async function endsInError(
  bench: Bench,
  question: (adapter: Adapter) => Promise<unknown> | undefined,
): Promise<boolean> {
  try {
    await bench.ask(async (adapter) => await question(adapter));
    return false;
  } catch (error) {
    if (error instanceof AdapterFault && error.code === 'refused-request') return true;
    throw error;
  }
}

const shownMax = 160;
function otherText({ method, params }: Batched, once: string, again: string): string {
  const at = [...once].findIndex((character, index) => character !== again[index]);
  const from = Math.max(0, at - shownMax / 4);
  const shown = (text: string): string => text.slice(from, from + shownMax);
  const given = canonical(params).slice(0, shownMax);
  return `${method} ${given}\n    once   ${shown(once)}\n    again  ${shown(again)}`;
}

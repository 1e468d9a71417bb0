// Follows one node of a trace: the candidates that its lines leave, line by line. Spec: conformance, "Recorded traces".

import type { Host } from '../host.ts';
import { throttleStepsMax } from '../logging/outputs.ts';
import type { ChartInput } from '../vocabulary.ts';
import { createAnchors } from './anchors.ts';
import { type Candidate, firstCandidate } from './candidate.ts';
import type { Items } from './items.ts';
import type { Observed } from './judge.ts';
import { createPast } from './past.ts';
import { type RefusedStep, refusedStep } from './refusal.ts';
import { type Scene, toNumber } from './scene.ts';
import { createSearcher } from './search.ts';
import type { BytesReader, TraceHeader, TraceNode } from './trace.ts';

export interface NodeFollower {
  /** Null: the step is explained, or skipped. */
  take(observed: Observed): RefusedStep | 'too-wide' | null;
  readonly figures: NodeFigures;
}
export interface NodeFigures {
  /** Steps that were judged, and steps before the first one that the model could follow. */
  steps: number;
  skipped: number;
  /** The most candidates at once. */
  width: number;
}

/** What the nodes of a trace share. */
export interface Aids {
  readonly items: Items;
  readonly reader: BytesReader;
  hostOf(input: ChartInput): Host;
}

export function createNodeFollower(
  header: TraceHeader,
  { incarnation }: TraceNode,
  { items, reader, hostOf }: Aids,
): NodeFollower {
  const { parameters, from, omitted, vm } = header;
  const entriesMax = toNumber(parameters.entriesMax);
  const { network, reconnect = false } = parameters;
  const host = hostOf({
    self: incarnation,
    entriesMax,
    network,
    reconnect,
    throttleMax: throttleStepsMax,
  });
  const past = createPast();
  const figures: NodeFigures = { steps: 0, skipped: 0, width: 1 };
  const { configuration } = parameters;
  const sceneOf = (candidate: Candidate): Scene => {
    const view = host.view(candidate.host);
    return { candidate, view, past, items, reader, vm, configuration };
  };
  const searcher = createSearcher(host, omitted, sceneOf);
  const anchors = createAnchors(host, incarnation, items);
  let candidates: readonly Candidate[] | null =
    from === 'start' ? [firstCandidate(host.initial)] : null;

  /** Before the first anchor a step is judged from each anchor, and skipped where none explains it. */
  function begin(observed: Observed): null {
    const begun = anchors
      .of(observed)
      .map((candidate) => searcher.explain([candidate], observed))
      .find((found) => found !== 'too-wide' && found.candidates.length > 0);
    anchors.note(observed);
    past.note(observed.input, observed.effects);
    if (begun === undefined) figures.skipped++;
    else figures.steps++;
    candidates = begun === undefined || begun === 'too-wide' ? null : begun.candidates;
    return null;
  }

  return {
    figures,
    take(observed) {
      if (candidates === null) return begin(observed);
      const explanation = searcher.explain(candidates, observed);
      if (explanation === 'too-wide') return explanation;
      past.note(observed.input, observed.effects);
      figures.steps++;
      figures.width = Math.max(figures.width, explanation.width);
      candidates = explanation.candidates;
      return candidates.length === 0 ? refusedStep(explanation.misses, host.view) : null;
    },
  };
}

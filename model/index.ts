// The public entry of the model: the charts, one host, the product, its properties, and the explorer.

export { type CanonicalChart, machineToCanonical } from './chart/canonical.ts';
export { chartToConfig } from './chart/config.ts';
export { chartToDot } from './chart/dot.ts';
export { chartToMarkdown } from './chart/markdown.ts';
export { chartToMermaid } from './chart/mermaid.ts';
export { chartToScxml } from './chart/scxml.ts';
export type { Bounds, Budget } from './environment/manager.ts';
export {
  type Always,
  type Exploration,
  explore,
  exploring,
  type Figures,
  follow,
  type Model,
  type Moment,
  type Path,
  type Property,
  type Report,
  type Sometimes,
  type Verdict,
} from './explore.ts';
export { factsOf } from './facts.ts';
export { failover } from './failover.ts';
export { type Feature, features } from './features.ts';
export { type Comparison, compareMachines, type Relation } from './generation/compare.ts';
export { drawMutants, type Sample, survivorsOf } from './generation/kills.ts';
export {
  exploreMealy,
  impossible,
  type Mealy,
  type Move,
  tableToMealy,
  type Walkable,
  type Word,
} from './generation/mealy.ts';
export {
  createGenerators,
  extraStatesMax,
  type Generators,
  type Method,
  methods,
} from './generation/methods.ts';
export { type Minimised, minimise } from './generation/minimise.ts';
export {
  type Change,
  type Fault,
  faults,
  type Mutant,
  mutate,
  type Population,
  populationOf,
} from './generation/mutants.ts';
export { type Separation, separate } from './generation/separate.ts';
export { type SliceMachine, sliceToMealy } from './generation/slice-machine.ts';
export {
  type FaultKills,
  measureKills,
  measureSuites,
  type SliceSuites,
} from './generation/slice-suites.ts';
export {
  createSuite,
  defaultTestsMax,
  placesMax,
  type Recipe,
  type Suite,
  type SuiteSize,
} from './generation/suite.ts';
export { createTrieFactory, type Trie, type TrieFactory } from './generation/trie.ts';
export { heartbeat } from './heartbeat.ts';
export {
  type Charts,
  charts,
  createHost,
  type Host,
  type HostStep,
  type HostView,
} from './host.ts';
export { logging } from './logging.ts';
export { pairing } from './pairing.ts';
export { findPair, type Pair, pairs } from './pairs.ts';
export {
  adjacencyOf,
  coverStates,
  coverTransitions,
  type SliceCover,
  type SlicePath,
} from './paths.ts';
export { findProperty, properties, prospects, type SystemProperty } from './properties.ts';
export type { BytesReader, TraceHeader, TraceLine } from './refine/trace.ts';
export { createRefinement, type Refinement, type TraceVerdict } from './refine.ts';
export { findRow, livenessRows, type Row, rows } from './rows.ts';
export type { SeededBug } from './seeded-bugs/bug.ts';
export { livenessBugs } from './seeded-bugs/liveness.ts';
export { findBug, seededBugs } from './seeded-bugs.ts';
export type {
  Slice,
  SliceState,
  SliceStep,
  SliceView,
  SymbolicEffect,
  SymbolicInput,
} from './slices/slice.ts';
export { findSlice, slices } from './slices.ts';
export { renderSwimLane } from './swim-lane.ts';
export {
  createSystem,
  rightVariant,
  type System,
  type SystemView,
  type Transition,
  type Variant,
} from './system.ts';
export type * from './vocabulary.ts';

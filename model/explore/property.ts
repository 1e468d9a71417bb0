// What is asked of an exploration, and what it answers. Types only.

/** One step of a run, with what stood before and after it. */
export interface Moment<View, Step> {
  before: View;
  step: Step;
  after: View;
}
/** What is false, with values. */
export type Complaint = string;

export interface Always<View, Step> {
  kind: 'always';
  /** The requirement that it stands for; the name by which it is reported. */
  name: string;
  about: string;
  requirements: readonly string[];
  /** `state`: it looks only at what stands after a step, so each state is looked at once. */
  on: 'state' | 'step';
  /** The part of the state without whose change its premise cannot hold: no other step is looked at. */
  changes?: string;
  /** Null: the premise does not hold here. Otherwise every false conjunct; none when it holds. */
  check(moment: Moment<View, Step>): readonly Complaint[] | null;
}
export interface Sometimes<View, Step> {
  kind: 'sometimes';
  name: string;
  about: string;
  requirements: readonly string[];
  /** As for `Always`. */
  changes?: string;
  isWitness(moment: Moment<View, Step>): boolean;
}
export type Property<View, Step> = Always<View, Step> | Sometimes<View, Step>;

/** What every fair run comes to in the end. */
export interface Eventually<View, Step> {
  kind: 'eventually';
  name: string;
  about: string;
  requirements: readonly string[];
  /** Each is judged by itself: one for each host, say. */
  cases: readonly Prospect<View, Step>[];
}
/** What some run may always still come to, whatever has happened: weaker, but faults and all. */
export interface Possibly<View, Step> extends Omit<Eventually<View, Step>, 'kind'> {
  kind: 'possibly';
}
/** A run begins in every state in which `from` holds, and after every step that `begins`, when `goal` does not hold. */
export interface Prospect<View, Step> {
  about: string;
  from?(view: View): boolean;
  begins?(moment: Moment<View, Step>): boolean;
  goal(view: View): boolean;
}
export type Prospective<View, Step> = Eventually<View, Step> | Possibly<View, Step>;

export interface Verdict<Step> {
  property: string;
  kind: 'always' | 'sometimes' | 'eventually' | 'possibly';
  /** `holds` and `unwitnessed` only after an exhausted exploration. */
  outcome: 'holds' | 'violated' | 'witnessed' | 'unwitnessed' | 'partial';
  /** States or steps at which the premise held, or steps that were witnesses. */
  premise: number;
  complaints: readonly Complaint[];
  /** The counterexample or the witness: choices from the initial state, and the steps. */
  path: Path<Step> | null;
}
export interface Path<Step> {
  choices: readonly number[];
  steps: readonly Step[];
  /** Of a run without end: so many steps are the stem, and what follows is repeated for ever. */
  stem?: number;
}

// What was found when a case failed, as JSON: reports hold it, and cases that were saved because they failed.
// Spec: conformance.md, "Reports".

export interface ReportFailure {
  /** `clause#code`, or `adapter#verdict` where no judge came to speak. */
  readonly reason: string;
  /** From 1; 0 is the reset. */
  readonly step: number;
  /** What was given in that step. */
  readonly given: string;
  readonly expected: string;
  readonly actual: string;
  readonly text: string;
  readonly other: readonly string[];
  /** The traffic before it, oldest first: the last `storyLinesMax` lines but beats and keep-alives. */
  readonly story: readonly StoryLine[];
}

export interface StoryLine {
  /** Virtual nanoseconds. */
  readonly at: string;
  readonly node: string;
  /** What the node was given, or else what it did. */
  readonly input?: Happening;
  readonly effect?: Happening;
}

export interface Happening {
  readonly type: string;
  readonly [field: string]: unknown;
}

// What a guard and an action are in an SCXML document: an expression, and executable content, as data.
// Expressions are ECMAScript 5 over the chart's data, each item by its name, and over `_event`. Spec: protocol.
//
// Assignments are made one after the other, not at once: an expression sees those before it.

export type Content =
  | { kind: 'assign'; location: string; expr: string }
  | { kind: 'send'; event: string; target: string; params: Params }
  | { kind: 'if'; cond: string; content: readonly Content[]; otherwise: readonly Content[] }
  | { kind: 'foreach'; array: string; item: string; content: readonly Content[] };

/** What a chart's names mean. It says again, in SCXML's terms, what the chart's functions do. */
export interface ScxmlTable {
  /** Functions that the expressions call; they see their arguments alone. */
  script: string;
  guards: Readonly<Record<string, string>>;
  actions: Readonly<Record<string, readonly Content[]>>;
}

/** Expressions by name. */
type Params = Readonly<Record<string, string>>;

export const assign = (locations: Params): Content[] =>
  Object.entries(locations).map(([location, expr]) => ({ kind: 'assign', location, expr }));

/** An effect: it goes to whoever runs the chart. */
export const effect = (event: string, params: Params = {}): Content[] => [
  { kind: 'send', event, target: worldTarget, params },
];

/** What the chart tells another chart of the same host: an event of that chart's session. */
export const tell = (chart: string, event: string, params: Params = {}): Content[] => [
  { kind: 'send', event, target: sessionTarget(chart), params },
];

/** Content under a condition; `otherwise` is what is done else. */
export const when = (
  cond: string,
  content: readonly Content[],
  otherwise: readonly Content[] = [],
): Content[] => [{ kind: 'if', cond, content, otherwise }];

/** Content for each element of a list, which must be an item of the data: some interpreters know no other. */
export const each = (array: string, item: string, content: readonly Content[]): Content[] => [
  { kind: 'foreach', array, item, content },
];

export const worldTarget = '#_parent';
export const sessionTarget = (chart: string): string => `#_scxml_${chart}`;

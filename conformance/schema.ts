// Checks of values against the published schemas of `spec/schema`.
// What the adapter sends may be wrong (a message for its author); what we send may not (exit 70).
// Spec: conformance.md, "The adapter protocol".

import { readFileSync } from 'node:fs';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { inRoot } from './root.ts';
import { RunnerBugError } from './verdict.ts';
import type { Batched, BatchResult, Facts, Hello, MachineResult, Outcome } from './wire.ts';

/** The value, or one sentence on why it is none. */
export type Checked<T> = { readonly value: T } | { readonly problem: string };

export const checkHello = (value: unknown): Checked<Hello> => check<Hello>('helloResult', value);
export const checkOutcome = (value: unknown): Checked<Outcome> => check<Outcome>('outcome', value);
export const checkFacts = (value: unknown): Checked<Facts> => check<Facts>('facts', value);
export const checkMachine = (value: unknown): Checked<MachineResult> =>
  check<MachineResult>('machineResult', value);

export const checkSaved = (value: unknown): Checked<object> => check<object>('saved', value);

/** Each result is held against what its request asks for. */
export function checkBatch(requests: readonly Batched[], value: unknown): Checked<BatchResult> {
  const checked = check<{ readonly results: readonly unknown[] }>('batchResult', value);
  if ('problem' in checked) return checked;
  const { results } = checked.value;
  if (results.length !== requests.length) {
    return { problem: `expected ${requests.length} results, got ${results.length}` };
  }
  const made: (Outcome | Facts)[] = [];
  for (const [index, { method }] of requests.entries()) {
    const one = method === 'observe' ? checkFacts(results[index]) : checkOutcome(results[index]);
    if ('problem' in one) return { problem: `results/${index}: ${one.problem}` };
    made.push(one.value);
  }
  return { value: { results: made } };
}

/** Ends the run with exit 70 where we are about to send what our own schema forbids. */
export function assertRequest(value: unknown): void {
  const validate = compiled('adapter', 'request');
  if (!validate(value)) {
    throw new RunnerBugError(`the runner was about to send a bad request: ${sentence(validate)}`);
  }
}

/** Undefined where the file's value fits the schema, else one sentence. */
export function fileProblem(
  schema: 'case' | 'instruction' | 'instruction-index' | 'map' | 'report' | 'vector',
  value: unknown,
): string | undefined {
  const validate = compiled(schema);
  return validate(value) ? undefined : sentence(validate);
}

/** Fields of a reply that its schema does not name, as `effects/0/effect/colour`: allowed, and often a slip. */
export function unknownFields(definition: string, value: unknown): readonly string[] {
  strict ??= strictAdapterSchema();
  const validate = strict.getSchema(`strict.json#/$defs/${definition}`);
  if (validate === undefined) throw new Error(`the adapter schema defines no ${definition}`);
  validate(value);
  const found = (validate.errors ?? []).filter(({ keyword }) => keyword === 'additionalProperties');
  return found.map(({ instancePath, params }) => {
    return `${instancePath}/${params.additionalProperty}`.slice(1);
  });
}

let strict: Ajv2020 | undefined;

/** The adapter schema with every object closed. */
function strictAdapterSchema(): Ajv2020 {
  const path = inRoot('spec', 'schema', 'adapter.schema.json');
  const parsed: { readonly [key: string]: unknown } = JSON.parse(readFileSync(path, 'utf8'));
  const made = new Ajv2020({ ...options, allErrors: true });
  const { $id: _, ...schema } = closed(parsed);
  made.addSchema(schema, 'strict.json');
  return made;
}

type Schema = { readonly [key: string]: unknown };

function closed(schema: Schema): Schema {
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, part]) => [key, closedPart(part)]),
  );
  return typeof schema.properties === 'object' && schema.type === 'object'
    ? { additionalProperties: false, ...inner }
    : inner;
}

function closedPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closedPart);
  return typeof part === 'object' && part !== null ? closed({ ...part }) : part;
}

function check<T>(definition: string, value: unknown): Checked<T> {
  const validate = compiled('adapter', definition);
  // The schema has just been checked, and T is its transcription in `wire.ts`.
  return validate(value) ? { value: value as T } : { problem: sentence(validate) };
}

const options = { discriminator: true, allowUnionTypes: true, strictRequired: false };
const ajv = new Ajv2020(options);
const validators = new Map<string, ValidateFunction>();
const loaded = new Set<string>();

function compiled(schema: string, definition?: string): ValidateFunction {
  const key = `${schema}.schema.json${definition === undefined ? '' : `#/$defs/${definition}`}`;
  const known = validators.get(key);
  if (known !== undefined) return known;
  if (!loaded.has(schema)) {
    const path = inRoot('spec', 'schema', `${schema}.schema.json`);
    ajv.addSchema(JSON.parse(readFileSync(path, 'utf8')), `${schema}.schema.json`);
    loaded.add(schema);
  }
  const made = ajv.compile({ $ref: key });
  validators.set(key, made);
  return made;
}

function sentence(validate: ValidateFunction): string {
  const errors: readonly ErrorObject[] = validate.errors ?? [];
  const first = errors[0];
  if (first === undefined) return 'it does not fit the schema';
  const at = first.instancePath === '' ? 'the value' : first.instancePath.slice(1);
  if (first.keyword === 'discriminator') {
    const { tag, tagValue } = first.params;
    return `${at} has ${tag} ${JSON.stringify(tagValue ?? null)}, which the schema does not know`;
  }
  const allowed: unknown = first.params.allowedValue ?? first.params.allowedValues;
  return `${at} ${first.message}${allowed === undefined ? '' : `: ${JSON.stringify(allowed)}`}`;
}

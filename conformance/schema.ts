// Checks of values against the published schemas of `spec/schema`.
// What the adapter sends may be wrong (a message for its author); what we send may not (exit 70).
// Spec: conformance.md, "The adapter protocol".

import { readFileSync } from 'node:fs';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { inRoot } from './root.ts';
import { RunnerBugError } from './verdict.ts';
import type { Facts, Hello, Outcome } from './wire.ts';

/** The value, or one sentence on why it is none. */
export type Checked<T> = { readonly value: T } | { readonly problem: string };

export const checkHello = (value: unknown): Checked<Hello> => check<Hello>('helloResult', value);
export const checkOutcome = (value: unknown): Checked<Outcome> => check<Outcome>('outcome', value);
export const checkFacts = (value: unknown): Checked<Facts> => check<Facts>('facts', value);

/** Ends the run with exit 70 where we are about to send what our own schema forbids. */
export function assertRequest(value: unknown): void {
  const validate = compiled('adapter', 'request');
  if (!validate(value)) {
    throw new RunnerBugError(`the runner was about to send a bad request: ${sentence(validate)}`);
  }
}

/** Undefined where the file's value fits the schema, else one sentence. */
export function fileProblem(
  schema: 'case' | 'report' | 'vector',
  value: unknown,
): string | undefined {
  const validate = compiled(schema);
  return validate(value) ? undefined : sentence(validate);
}

function check<T>(definition: string, value: unknown): Checked<T> {
  const validate = compiled('adapter', definition);
  // The schema has just been checked, and T is its transcription in `wire.ts`.
  return validate(value) ? { value: value as T } : { problem: sentence(validate) };
}

const ajv = new Ajv2020({ discriminator: true, allowUnionTypes: true, strictRequired: false });
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
  const allowed: unknown = first.params.allowedValue ?? first.params.allowedValues;
  return `${at} ${first.message}${allowed === undefined ? '' : `: ${JSON.stringify(allowed)}`}`;
}

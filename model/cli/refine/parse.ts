// One line of a trace, from text to a typed value: JSON, then the schema. What is wrong is a sentence with the remedy.
// Not the line's place in the trace: model/refine judges that. Spec: conformance, "Recorded traces".

import { readFileSync } from 'node:fs';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { TraceHeader, TraceLine } from '../../refine/trace.ts';
import { schemaFile } from './root.ts';

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

export const parseHeader = (text: string): Parsed<TraceHeader> => parse<TraceHeader>(text, header);
export const parseLine = (text: string): Parsed<TraceLine> => parse<TraceLine>(text, line);

const schemaOf = (name: string): object => JSON.parse(readFileSync(schemaFile(name), 'utf8'));
const ajv = new Ajv2020({ discriminator: true, allowUnionTypes: true, strictRequired: false });
ajv.addSchema(schemaOf('adapter.schema.json'));
ajv.addSchema(schemaOf('trace.schema.json'));
const header = ajv.compile({ $ref: 'urn:vm-lockstep:schema:trace#/$defs/header' });
const line = ajv.compile({ $ref: 'urn:vm-lockstep:schema:trace#/$defs/line' });

function parse<T>(text: string, validate: ValidateFunction): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `expected one JSON object, got ${shorten(text)}` };
  }
  // The schema has just been checked, and T is its transcription in model/refine/trace.ts.
  return validate(value) ? { value: value as T } : { problem: sentence(validate.errors ?? []) };
}

function sentence(errors: readonly ErrorObject[]): string {
  const [first] = errors.filter(({ keyword }) => keyword !== 'if');
  if (first === undefined) return 'it does not fit spec/schema/trace.schema.json';
  const at = first.instancePath === '' ? 'the line' : first.instancePath.slice(1);
  const { allowedValue, allowedValues, additionalProperty } = first.params;
  const known: unknown = allowedValue ?? allowedValues ?? additionalProperty;
  const detail = known === undefined ? '' : `: ${JSON.stringify(known)}`;
  return `${at} ${first.message}${detail} (spec/schema/trace.schema.json)`;
}

const shorten = (text: string): string =>
  text.length > shownMax ? `${text.slice(0, shownMax)}...` : text || 'an empty line';
const shownMax = 60;

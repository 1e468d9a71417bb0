// From the protocol core's effects, records and facts to the adapter protocol's JSON.
// Counters become decimal strings and bytes base64, whatever the value that holds them.
// Spec: conformance.md, "The adapter protocol".

import type { ArbiterAction, DiskAction, Effect, Facts } from '../protocol/index.ts';

/** JSON as it goes out. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

export function encodeEffect(effect: Effect): Json {
  if (effect.type === 'arbiter.request') {
    return { type: effect.type, nonce: `${effect.nonce}`, action: encodeAction(effect.action) };
  }
  if (effect.type === 'disk.request') {
    const { type, operation, token, action } = effect;
    return { type, operation: `${operation}`, token: `${token}`, action: encodeWrite(action) };
  }
  return toJson(effect);
}

export function encodeFacts(facts: Facts): Json {
  return toJson({ ...facts, waiting: BigInt(facts.waiting) });
}

/** Any value of the core: it holds nothing but these. */
export function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toJson(one)]));
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return null;
}

function encodeAction(action: ArbiterAction): Json {
  if (action.type === 'read') return { read: {} };
  return { swap: { version: `${action.version}`, record: toJson(action.record) } };
}

function encodeWrite(action: DiskAction): Json {
  return action.type === 'fence' ? { fence: {} } : { write: { data: toJson(action.data) } };
}

// One run of the adapter protocol: the nodes of the present case and the methods on them.
// No stream: a request comes as JSON and the reply goes as JSON.
// Spec: conformance.md, "The adapter protocol".

import {
  createNode,
  type Effect,
  type Input,
  type Instant,
  type NodeState,
  nextDue,
  observe,
  type Rules,
  step,
  toCounter,
} from '../protocol/index.ts';
import { decodeConfig, decodeInput } from './adapter-decode.ts';
import { encodeEffect, encodeFacts, type Json } from './adapter-encode.ts';
import {
  counterOf,
  expected,
  type Fields,
  fieldsOf,
  listOf,
  oneOf,
  RequestError,
  textOf,
  unsignedOf,
} from './adapter-fields.ts';
import { createMachineDesk } from './adapter-machine.ts';

export const protocolName = 'lockstep/1';

/** Nodes of one case. */
export const nodesMax = 64;

/** Deadlines that one advance passes. */
export const stopsMax = 10_000;

/** States that are kept. */
export const slotsMax = 16;

/** Requests of one batch. */
export const batchMax = 64;

export interface Session {
  /** The result of one request; throws a RequestError where it cannot be carried out. */
  handle(method: string, params: Fields): Json;
  readonly isOver: boolean;
}

export function createSession(version: string, rules: Rules): Session {
  const nodes = new Map<string, NodeState>();
  const slots = new Map<number, Saved>();
  const desk = createMachineDesk();
  let now = toCounter<Instant>(0n);
  let isOver = false;

  function nodeOf(params: Fields): readonly [string, NodeState] {
    const name = textOf(params, 'node');
    const node = nodes.get(name);
    if (node !== undefined) return [name, node];
    const known = [...nodes.keys()].join(', ') || 'none: send reset first';
    throw new RequestError('unknown-node', `${params.path}.node: got ${name}; known: ${known}`);
  }

  function earliestDue(): Instant | null {
    let earliest: Instant | null = null;
    for (const node of nodes.values()) {
      const due = nextDue(node);
      if (due !== null && (earliest === null || due < earliest)) earliest = due;
    }
    return earliest;
  }

  function next(): Json {
    const due = earliestDue();
    return due === null ? null : `${due}`;
  }

  function passTo(at: Instant): NodeEffect[] {
    now = at;
    const effects: NodeEffect[] = [];
    for (const [name, node] of nodes) {
      const outcome = stepNode(name, node, { type: 'clock.advanced', at });
      if (typeof outcome !== 'string') effects.push(...outcome);
    }
    return effects;
  }

  /** Steps one node and returns its encoded effects, or the code of the refusal. */
  function stepNode(name: string, node: NodeState, input: Input): NodeEffect[] | string {
    const [state, effects, refusal] = step(node, input);
    nodes.set(name, state);
    return refusal ?? effects.map((effect) => encodeNodeEffect(name, effect));
  }

  const methods: { readonly [method: string]: (params: Fields) => Json } = {
    hello(params) {
      oneOf(params, 'protocol', [protocolName]);
      const implementation = { name: 'vm-lockstep', version, language: 'TypeScript' };
      const capabilities = { observe: true, leap: true, machine: true, save: true, batch: true };
      return { protocol: protocolName, implementation, capabilities };
    },

    reset(params) {
      const list = listOf(params, 'nodes');
      if (list.length === 0 || list.length > nodesMax) {
        throw expected(`${params.path}.nodes`, `1 to ${nodesMax} nodes`, list.length);
      }
      const configs = list.map((one) => [textOf(one, 'name'), decodeConfig(params, one)] as const);
      const names = new Set(configs.map(([name]) => name));
      if (names.size < list.length) {
        throw expected(`${params.path}.nodes`, 'names that differ', [...names]);
      }
      nodes.clear();
      for (const [name, config] of configs) nodes.set(name, createNode(config, rules));
      now = counterOf<Instant>(params, 'at');
      return { effects: [], next: next() };
    },

    step(params) {
      const at = unsignedOf(params, 'at');
      if (at !== now) throw expected(`${params.path}.at`, `the present instant, ${now}`, `${at}`);
      const [name, node] = nodeOf(params);
      const input = decodeInput(fieldsOf(params, 'input'));
      const outcome = stepNode(name, node, input);
      if (typeof outcome === 'string') {
        return { effects: [], next: next(), refused: { code: outcome } };
      }
      return { effects: outcome, next: next() };
    },

    advance(params) {
      const to = counterOf<Instant>(params, 'to');
      if (to < now) throw expected(`${params.path}.to`, `an instant from ${now} on`, `${to}`);
      const effects: Json[] = [];
      let stops = 0;
      for (let due = earliestDue(); due !== null && due < to; due = earliestDue()) {
        stops += 1;
        if (stops > stopsMax) {
          throw expected(`${params.path}.to`, `at most ${stopsMax} deadlines on the way`, `${to}`);
        }
        effects.push(...passTo(due < now ? now : due).map((one) => ({ ...one, at: `${due}` })));
      }
      effects.push(...passTo(to));
      return { effects, next: next() };
    },

    observe(params) {
      return encodeFacts(observe(nodeOf(params)[1]));
    },

    save(params) {
      slots.set(slotOf(params), { now, nodes: new Map(nodes) });
      return {};
    },

    load(params) {
      const slot = slotOf(params);
      const saved = slots.get(slot);
      if (saved === undefined) {
        const known = [...slots.keys()].join(', ') || 'none: send save first';
        throw new RequestError('unknown-slot', `${params.path}.slot: got ${slot}; known: ${known}`);
      }
      nodes.clear();
      for (const [name, node] of saved.nodes) nodes.set(name, node);
      now = saved.now;
      return { effects: [], next: next() };
    },

    batch(params) {
      const requests = listOf(params, 'requests');
      if (requests.length === 0 || requests.length > batchMax) {
        const path = `${params.path}.requests`;
        throw expected(path, `1 to ${batchMax} requests`, requests.length);
      }
      return { results: requests.map(handleBatched) };
    },

    machine(params) {
      return desk.handle(params);
    },

    bye() {
      isOver = true;
      return {};
    },
  };

  /** The paths in its errors say which of the batch it is. */
  function handleBatched(request: Fields): Json {
    const method = oneOf(request, 'method', ['step', 'advance', 'observe']);
    const carryOut = methods[method];
    if (carryOut === undefined) throw expected(`${request.path}.method`, 'a method', method);
    return carryOut(fieldsOf(request, 'params'));
  }

  return {
    get isOver() {
      return isOver;
    },
    handle(method, params) {
      const known = Object.keys(methods);
      const carryOut = known.includes(method) ? methods[method] : undefined;
      if (carryOut !== undefined) return carryOut(params);
      const text = `method: expected ${known.join(' or ')}, got ${method}`;
      throw new RequestError('unknown-method', text);
    },
  };
}

/** The state of a node is never changed in place: to keep it is to hold it. */
interface Saved {
  readonly now: Instant;
  readonly nodes: ReadonlyMap<string, NodeState>;
}

function slotOf(params: Fields): number {
  const { slot } = params.values;
  const isSlot = typeof slot === 'number' && Number.isInteger(slot) && slot >= 0 && slot < slotsMax;
  if (isSlot) return slot;
  throw expected(`${params.path}.slot`, `an integer from 0 to ${slotsMax - 1}`, slot);
}

type NodeEffect = { readonly node: string; readonly effect: Json };

function encodeNodeEffect(node: string, effect: Effect): NodeEffect {
  return { node, effect: encodeEffect(effect) };
}

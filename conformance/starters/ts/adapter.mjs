// An adapter of lockstep/1. The loop is whole; the node is yours to write.
//
// Standard output is for the protocol only, one JSON object a line; logs go to standard error. Counters and
// instants are decimal strings, bytes are base64. The types stand in comments, which TypeScript checks
// (npx --package typescript tsc) and every Node since 20 runs as it is.

import { createInterface } from 'node:readline';

/** @typedef {{ readonly type: string, readonly [field: string]: unknown }} Happening an input or an effect */
/** @typedef {{ readonly name: string, readonly incarnation: string }} NodeName */
/** @typedef {{ vm: string, nodes: NodeName[], parameters: Record<string, unknown>, at: string }} ResetParams */
/** @typedef {{ node: string, effect: Happening }} NodeEffect */
/** @typedef {{ effects: NodeEffect[], next: string | null, refused?: { code: string } }} Outcome */

const implementation = { name: 'my-node', version: '0.1.0', language: 'TypeScript' };

/** What a node can be given. Write one after the other, beginning with manager.start. */
const inputs = new Set([
  'manager.start',
  'manager.protect',
  'manager.power-off',
  'manager.suspend',
  'manager.resume',
  'manager.turn-off',
  'manager.restart-secondary',
  'manager.replace-backup',
  'manager.test-failover',
  'guest.input',
  'guest.output',
  'guest.copied',
  'guest.saved',
  'guest.loaded',
  'guest.applied',
  'guest.diverged',
  'channel.opened',
  'channel.arrived',
  'channel.closed',
  'datagram.arrived',
  'arbiter.answered',
  'arbiter.failed',
  'disk.answered',
]);

/** An operation that cannot be carried out: throw new Refused('not-owner'); nothing has changed. */
export class Refused extends Error {}
/** What this adapter does not know: answered with an error, which says so. */
class Unsupported extends Error {}

class Node {
  /** @param {NodeName} name @param {ResetParams} params */
  constructor({ incarnation }, { vm, parameters, at }) {
    this.incarnation = incarnation;
    this.vm = vm;
    this.parameters = parameters;
    this.now = BigInt(at);
  }

  /** One input in, effects out, in order: [{ type: 'arbiter.request', ... }].
   *  @param {Happening} given @returns {Happening[]} */
  step(given) {
    if (!inputs.has(given.type)) throw new Unsupported(`no input ${given.type} is known`);
    console.error(`not written yet: ${given.type}`);
    return [];
  }

  /** The clock is at `to`, in nanoseconds: what was due by then is done.
   *  @param {bigint} to @returns {Happening[]} */
  advance(to) {
    this.now = to;
    return [];
  }

  /** The earliest instant at which something is due.
   *  @returns {bigint | undefined} */
  next() {
    return undefined;
  }
}

/** @type {Map<string, Node>} */
let nodes = new Map();

/** @param {NodeEffect[]} effects @returns {Outcome} */
function outcome(effects) {
  const due = [...nodes.values()].flatMap((node) => node.next() ?? []);
  const next = due.length === 0 ? null : String(due.reduce((a, b) => (a < b ? a : b)));
  return { effects, next };
}

/** @type {Record<string, (params: any) => unknown>} */
const methods = {
  // When every fact can be observed: observe: true, and a method observe (spec/conformance.md).
  hello: () => ({ protocol: 'lockstep/1', implementation, capabilities: { observe: false } }),
  reset(/** @type {ResetParams} */ params) {
    nodes = new Map(params.nodes.map((name) => [name.name, new Node(name, params)]));
    return outcome([]);
  },
  step({ node, input }) {
    try {
      const effects = nodes.get(node)?.step(input) ?? [];
      return outcome(effects.map((effect) => ({ node, effect })));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { ...outcome([]), refused: { code: error.message } };
    }
  },
  advance({ to }) {
    const done = [...nodes].map(([node, it]) =>
      it.advance(BigInt(to)).map((effect) => ({ node, effect })),
    );
    return outcome(done.flat());
  },
  bye: () => ({}),
};

/** @param {{ id: number, method: string, params: unknown }} request */
function answer({ id, method, params }) {
  try {
    const known = methods[method];
    if (known === undefined) throw new Unsupported(`no method ${method} is known`);
    return { id, result: known(params) };
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    return { id, error: { code: 'unsupported', text: error.message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(answer(request))}\n`);
  if (request.method === 'bye') break;
}

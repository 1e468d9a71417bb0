// From the model's slices to cases: every input in every state, the unexpected ones included.
// A case follows the transitions of one clause in a walk of bounded length, behind a shortest path.
// It makes data; it plays nothing. Spec: conformance.md, "Slices" and "Cases".

import { acknowledgedAfter } from '../model/generation/observation.ts';
import { adjacencyOf } from '../model/paths.ts';
import type { Slice } from '../model/slices/slice.ts';
import { slices } from '../model/slices.ts';
import type { ArbiterRecord, Facts, Message, NodeEffect, NodeInput } from '../model/vocabulary.ts';
import {
  type AskExpected,
  type Case,
  type CaseMessage,
  type CaseRecord,
  type Expectation,
  type Given,
  generatedId,
  type Step,
} from './case.ts';
import { canonical, hash6 } from './seed.ts';
import { deadlineName, type Graph, graphOf, type Tour, walks } from './walk.ts';
import type { Parameters } from './wire.ts';

export interface GeneratedSlice {
  readonly name: string;
  readonly about: string;
  readonly node: 'owner' | 'backup';
  readonly states: number;
  readonly transitions: number;
  /** Transitions that no case takes: another deadline would pass before. */
  readonly unreachable: number;
  readonly cases: readonly Case[];
}

export function generateSlices(): readonly GeneratedSlice[] {
  return slices.map(generateSlice);
}

export function generateSlice(slice: Slice): GeneratedSlice {
  const graph = graphOf(slice, [...adjacencyOf(slice).values()], clauseOf);
  const { tours, unreachable } = walks(graph);
  const cases = new Map<string, Case>();
  for (const tour of tours) {
    const made = caseOf(slice, graph, tour);
    cases.set(made.id, cases.has(made.id) ? { ...made, id: longerId(made) } : made);
  }
  const { name, about, node } = slice;
  const states = graph.nodes.length;
  const transitions = graph.nodes.reduce((sum, { edges }) => sum + edges.length, 0);
  return { name, about, node, states, transitions, unreachable, cases: [...cases.values()] };
}

/** Two sequences with the same six digits: the second takes six more. */
function longerId(made: Case): string {
  return `${made.id}${hash6(`again ${canonical(made.steps)}`)}`;
}

/** The clause that a transition belongs to; an input that is ignored has one by what it is. */
export function clauseOf(slice: Slice, input: NodeInput, requirements: readonly string[]): string {
  return requirements[0] ?? ignoredClauses[input.type] ?? slice.requirements[0] ?? slice.name;
}

const ignoredClauses: { readonly [type in Given['type'] | NodeInput['type']]?: string } = {
  'manager.start': 'lifecycle.refusal-changes-nothing',
  'manager.protect': 'lifecycle.refusal-changes-nothing',
  'manager.replace-backup': 'lifecycle.refusal-changes-nothing',
  'manager.resume': 'lifecycle.refusal-changes-nothing',
  'manager.power-off': 'lifecycle.refusal-changes-nothing',
  'manager.suspend': 'lifecycle.refusal-changes-nothing',
  'manager.turn-off': 'lifecycle.refusal-changes-nothing',
  'manager.restart-secondary': 'lifecycle.refusal-changes-nothing',
  'manager.test-failover': 'lifecycle.refusal-changes-nothing',
  'guest.input': 'lifecycle.refusal-changes-nothing',
  'guest.output': 'lifecycle.refusal-changes-nothing',
  'guest.saved': 'lifecycle.unusable-input-ignored',
  'guest.loaded': 'lifecycle.unusable-input-ignored',
  'arbiter.answered': 'arbitration.answer-bound-to-request',
  'arbiter.failed': 'arbitration.answer-bound-to-request',
  'datagram.arrived': 'heartbeat.others-ignored',
};

function caseOf(slice: Slice, graph: Graph, tour: Tour): Case {
  const { clause, edges } = tour;
  const preamble = graph.preamble.map(({ input, effects, clauses }) => ({
    input,
    effects,
    clauses,
  }));
  let acknowledged = 0;
  const steps: Step[] = [];
  for (const taken of [...preamble, ...edges]) {
    acknowledged = acknowledgedAfter(acknowledged, taken.effects);
    const facts = 'to' in taken && taken.clauses[0] === clause ? taken.facts : undefined;
    const expect = expectationOf(slice, taken.effects, acknowledged, facts);
    steps.push({ give: givenOf(taken.input), clauses: taken.clauses, expect });
  }
  const name = slice.node === 'owner' ? 'p' : 'b';
  return {
    id: generatedId(
      clause,
      slice.name,
      steps.map(({ give }) => give),
    ),
    kind: 'node',
    tier: 'core',
    slice: slice.name,
    clauses: [clause],
    nodes: [{ name, incarnation: `${name}#1` }],
    parameters: parametersOf(slice),
    steps,
  };
}

/** Where any lag at all counts, the smallest is above what is allowed. */
export const parametersOf = ({
  entriesMax,
  throttleMax,
  reconnect,
}: Slice): Partial<Parameters> => ({
  entriesMax: String(entriesMax),
  ...(throttleMax === 0 ? {} : { lagMax: '0' }),
  ...(reconnect ? { reconnect } : {}),
});

export function givenOf(input: NodeInput): Given {
  switch (input.type) {
    case 'guest.input': {
      const { type, kind, position, data } = input;
      return { type, kind, position, data };
    }
    case 'guest.output': {
      const { type, channel, position } = input;
      return { type, channel, position };
    }
    case 'guest.copied':
      return { type: input.type, position: input.position };
    case 'guest.applied':
    case 'guest.diverged':
      return { type: input.type, seq: input.seq };
    case 'channel.arrived': {
      const { type, connection, message } = input;
      return { type, connection, message: messageOf(message) };
    }
    case 'datagram.arrived':
      return { type: input.type, message: messageOf(input.message) };
    case 'arbiter.answered': {
      const { type, nonce, record } = input;
      return { type, nonce, record: recordOf(record) };
    }
    case 'deadline.passed':
      return { type: input.type, name: deadlineName(input.name) };
    default:
      return input;
  }
}

function recordOf(record: ArbiterRecord | null): CaseRecord | null {
  if (record === null) return null;
  const { version, epoch, phase, owner, backup, token, reason } = record;
  return { version, epoch, phase, owner, backup, token, reason };
}

function messageOf(message: Message): CaseMessage {
  const { vm, epoch, from } = message;
  const base = { kind: message.kind, vm, epoch, from };
  switch (message.kind) {
    case 'hello': {
      const { to, connection, next, replaces, configuration } = message;
      const hello = { ...base, to, connection, next, configuration };
      return replaces === undefined ? hello : { ...hello, replaces };
    }
    case 'welcome':
      return { ...base, next: message.next };
    case 'refuse':
      return { ...base, code: message.code };
    case 'copy': {
      const open = message.open.map(({ operation }) => ({ operation }));
      const { position, operations } = message;
      return { ...base, position, open, operations };
    }
    case 'entry': {
      const { seq, position, entry, channel, data, watermark } = message;
      return { ...base, seq, position, entry, channel, data, watermark };
    }
    case 'acknowledge':
      return { ...base, upto: message.upto, applied: message.applied };
    case 'alive': {
      const { seq, watermark, applied } = message;
      return { ...base, seq, watermark, applied };
    }
    case 'diverged':
      return { ...base, seq: message.seq };
    default:
      return base;
  }
}

type Effects<T extends NodeEffect['type']> = readonly Extract<NodeEffect, { type: T }>[];

export function expectationOf(
  slice: Slice,
  effects: readonly NodeEffect[],
  acknowledged: number,
  facts: Facts | undefined,
): Expectation {
  const of = <T extends NodeEffect['type']>(type: T): Effects<T> =>
    effects.filter((effect): effect is Extract<NodeEffect, { type: T }> => effect.type === type);
  const said = of('channel.send').map(({ message }) => expectedMessage(message));
  const exact = {
    refused: of('refused')[0]?.code ?? null,
    emit: of('output.emit').map(({ channel, position }) => ({ channel, position })),
    write: of('disk.write').map(({ operation, token }) => ({ operation, token })),
    fence: of('disk.fence').map(({ token }) => token),
    announce: of('address.announce').length,
    ask: of('arbiter.request').map(expectedAsk),
    say: said.filter(({ kind }) => kind !== 'acknowledge' && kind !== 'alive'),
    open: of('channel.open').map(({ peer, connection }) => ({ peer, connection })),
    close: of('channel.close').map(({ connection }) => connection),
    guest: guestCommands(effects),
    share: of('guest.throttle').map(({ share }) => share),
    complete: of('guest.complete').map(({ operation, result }) => ({ operation, result })),
    report: of('report').map(({ state, reason }) => {
      return state === 'needSecondary' && specifiedReasons.has(reason)
        ? { state, reason }
        : { state };
    }),
  };
  const more = slice.node === 'backup' ? { acknowledged } : {};
  return facts === undefined ? { ...exact, ...more } : { ...exact, ...more, facts: { ...facts } };
}

/** The reasons of reports that the spec names; the wording of the others is free. */
const specifiedReasons: ReadonlySet<string> = new Set(['lost-connection']);

function expectedAsk(effect: Extract<NodeEffect, { type: 'arbiter.request' }>): AskExpected {
  const { intent, version, record } = effect;
  return intent === 'read' ? { intent } : { intent, version, record: recordOf(record) };
}

/** Of a message, the fields that every implementation must give alike. */
function expectedMessage(message: Message): CaseMessage {
  const { vm: _, configuration: __, operations: ___, ...kept } = messageOf(message);
  if (message.kind !== 'entry') return kept;
  const { kind, epoch, from, seq, position, entry } = message;
  return { kind, epoch, from, seq, position, entry };
}

function guestCommands(effects: readonly NodeEffect[]): string[] {
  const commands: string[] = [];
  for (const { type } of effects) {
    const [subject, verb = ''] = type.split('.');
    const isCommand = subject === 'guest' && !otherVerbs.has(verb);
    if (isCommand && commands.at(-1) !== verb) commands.push(verb);
  }
  return commands;
}

const otherVerbs: ReadonlySet<string> = new Set(['apply', 'complete', 'throttle']);

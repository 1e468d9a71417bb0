// A case: one concrete sequence of stimuli, with what must hold after each. Data, not code.
// Numbers are small: positions count the guest's events, and what the implementation chooses
// (nonces, connection numbers) is named and bound when the case is played.
// Spec: conformance.md, "Cases".

import type { MachineAnswer, MachineGiven } from './machine/case.ts';
import type { ReportFailure } from './report/found.ts';
import { fileProblem } from './schema.ts';
import { BadInputError } from './verdict.ts';
import type {
  Capabilities,
  Channel,
  DiskResult,
  InputKind,
  NodeName,
  OperationName,
  Parameters,
  Phase,
  Role,
  VmState,
} from './wire.ts';

/** The tiers whose cases are there before they are played; each holds the one before. */
export const plannedTiers = ['smoke', 'core', 'full', 'deep'] as const;
export type PlannedTier = (typeof plannedTiers)[number];
/** Cases of `soak` are made while they are played. */
export const tiers = [...plannedTiers, 'soak'] as const;
export type Tier = (typeof tiers)[number];

/** What is judged: the nodes of a pair, or a machine that is recorded and replayed. */
export const profiles = ['protocol', 'replay'] as const;
export type Profile = (typeof profiles)[number];

export interface Case {
  readonly id: string;
  readonly about?: string;
  readonly kind: 'node' | 'system' | 'machine';
  readonly tier: Tier;
  /** The slice of the model that the case comes from. */
  readonly slice?: string;
  /** What the case judges; the first clause files it. */
  readonly clauses: readonly string[];
  readonly nodes: readonly NodeName[];
  readonly parameters?: Partial<Parameters>;
  readonly seed?: string;
  readonly steps: readonly Step[];
  /** Of a case that was saved because it failed: what was found then. */
  readonly failure?: ReportFailure;
}

export interface Step {
  readonly give: Given;
  /** The node that is given it; the only one where there is one. */
  readonly node?: string;
  /** Clauses of this step where they differ from those of the case. */
  readonly clauses?: readonly string[];
  readonly expect?: Expectation;
  /** Of a system case: the step is tried. Refused, or beyond what the guest can do by then, it is passed over. */
  readonly attempt?: boolean;
  /** Of a system case: milliseconds that the world is given after it. */
  readonly rest?: number;
  /** Of a machine case. */
  readonly answer?: MachineAnswer;
}

/** A record with small numbers; `version` stands for itself. */
export interface CaseRecord {
  readonly version: number;
  readonly epoch: number;
  readonly phase: Phase;
  readonly owner: string | null;
  readonly backup: string | null;
  readonly token: number;
  readonly reason: string;
}

export interface CaseMessage {
  readonly kind: string;
  readonly vm?: 'vm' | 'other';
  readonly epoch?: number;
  readonly from?: string;
  readonly to?: string;
  readonly connection?: number;
  readonly next?: number;
  /** The version of the record in whose `protected` the hello's peer is to replace the backup. */
  readonly replaces?: number;
  readonly configuration?: 'equal' | 'different';
  readonly code?: string;
  readonly position?: number;
  readonly open?: readonly { readonly operation: number }[];
  /** Disk outputs made before the copy. */
  readonly operations?: number;
  readonly seq?: number;
  readonly entry?: string;
  readonly channel?: Channel | null;
  readonly data?: number;
  /** Of an output's entry: by how much the offset in it is too high. */
  readonly offset?: number;
  readonly watermark?: number;
  readonly upto?: number;
  readonly applied?: number;
}

export type DeadlineName =
  | 'beat'
  | 'alive'
  | 'beat-timeout'
  | 'channel-timeout'
  | 'retry'
  | 'join'
  | 'yield';

export type Given =
  | { readonly type: 'manager.start' }
  | { readonly type: 'manager.protect' | 'manager.replace-backup'; readonly peer: string }
  | { readonly type: 'manager.resume' }
  | { readonly type: `manager.${OperationName}` }
  | {
      readonly type: 'guest.input';
      readonly kind: InputKind;
      readonly position?: number;
      readonly data?: number;
    }
  | { readonly type: 'guest.output'; readonly channel: Channel; readonly position?: number }
  | { readonly type: 'guest.copied'; readonly position?: number }
  | { readonly type: 'guest.saved'; readonly result: 'done' | 'error' }
  | GuestLoaded
  | { readonly type: 'guest.applied'; readonly seq: number }
  | { readonly type: 'guest.diverged'; readonly seq: number }
  | { readonly type: 'channel.opened'; readonly connection: number; readonly peer: string }
  | {
      readonly type: 'channel.arrived';
      readonly connection: number;
      readonly message: CaseMessage;
    }
  | { readonly type: 'channel.closed'; readonly connection: number }
  | { readonly type: 'datagram.arrived'; readonly message: CaseMessage }
  | {
      readonly type: 'arbiter.answered';
      readonly nonce?: 'current' | 'other';
      readonly record: CaseRecord | null;
    }
  | { readonly type: 'arbiter.failed'; readonly nonce?: 'current' | 'other' }
  | {
      readonly type: 'disk.answered';
      readonly operation: number | 'fence';
      readonly result: DiskResult;
    }
  | { readonly type: 'deadline.passed'; readonly name: DeadlineName }
  | WorldAct
  | MachineGiven;

/** The image saved in the case; where none was, one with this history. */
export interface GuestLoaded {
  readonly type: 'guest.loaded';
  readonly position?: number;
  readonly open?: readonly { readonly operation: number }[];
  /** Disk outputs made before the image. */
  readonly operations?: number;
}

/** What the author of a system case does to the world. */
export type WorldAct =
  | { readonly type: 'world.wait'; readonly milliseconds: number }
  /** The node's host is gone: it hears and says nothing more. Its channels end at the other ends where `closes`. */
  | { readonly type: 'world.crash'; readonly closes?: boolean }
  /** The host of the node is up again, which is a later life of one that is gone. */
  | { readonly type: 'world.restart' }
  /** The node's host does nothing and hears nothing until it wakes: then all that it did and was told comes late. */
  | { readonly type: 'world.stall' | 'world.wake' }
  /** Paths carry nothing: those between all nodes, or between the node and `to`, or only from the node to `to`.
   *  A channel closes at both ends where `closes`, and else holds back what is said. */
  | {
      readonly type: 'world.cut';
      readonly closes: boolean;
      readonly to?: string;
      readonly isOneWay?: boolean;
    }
  | { readonly type: 'world.heal' }
  /** The channels between the node and `to` end; `to` hears of it late where `isStale`. */
  | { readonly type: 'world.break'; readonly to: string; readonly isStale: boolean }
  /** What becomes of every n-th datagram. */
  | {
      readonly type: 'world.datagrams';
      readonly fate: 'carried' | 'lost' | 'doubled' | 'late';
      readonly every: number;
    }
  /** The arbiter carries out requests, or none; of one node or of all. */
  | {
      readonly type: 'world.arbiter';
      readonly reachable: boolean;
      readonly answers?: 'reply-lost' | 'late';
      readonly of?: string;
    }
  /** What becomes of requests to a disk, of one node or of all. */
  | {
      readonly type: 'world.disk';
      readonly mode: 'answers' | 'error' | 'late';
      readonly of?: string;
    }
  /** Everything is mended, and the machine must come back. */
  | { readonly type: 'world.recover' };

/** What must hold once the node has settled. A field that is absent is not judged. */
export interface Expectation {
  /** The code of the refusal, or null where nothing may be refused. */
  readonly refused?: string | null;
  /** Outputs emitted, in order, named by channel and position. */
  readonly emit?: readonly { readonly channel: string; readonly position: number }[];
  readonly write?: readonly { readonly operation: number; readonly token: number }[];
  readonly fence?: readonly number[];
  readonly announce?: number;
  readonly ask?: readonly AskExpected[];
  /** Messages but for acknowledgements, alives and beats. */
  readonly say?: readonly CaseMessage[];
  /** The highest acknowledgement sent so far in the pairing. */
  readonly acknowledged?: number;
  readonly open?: readonly { readonly peer: string; readonly connection: number }[];
  readonly close?: readonly number[];
  /** Of `run`, `hold`, `copy`, `restore`, `save`, `load` and `halt`, in order. */
  readonly guest?: readonly string[];
  /** Shares that the guest is given, in order. */
  readonly share?: readonly number[];
  readonly complete?: readonly { readonly operation: number; readonly result: string }[];
  readonly report?: readonly { readonly state: VmState; readonly reason?: string }[];
  readonly facts?: { readonly [fact: string]: string | number | boolean };
}

export interface AskExpected {
  readonly intent: string;
  readonly version?: number;
  readonly record?: CaseRecord | null;
}

/** The nodes of a pair that a case puts the implementation on. */
export function rolesOf({ kind, nodes }: Pick<Case, 'kind' | 'nodes'>): readonly Role[] {
  if (kind === 'system') return ['owner', 'backup'];
  return nodes.some(({ name }) => name === ownerName) ? ['owner'] : ['backup'];
}

/** Whether an adapter has every node that the case is about. */
export function isApplicable(
  played: Pick<Case, 'kind' | 'nodes' | 'steps'>,
  { roles, machine }: Pick<Capabilities, 'roles' | 'machine'>,
): boolean {
  if (played.kind === 'machine') return machine === true;
  if (roles === undefined) return true;
  const isFollowing = roles.includes('backup') || !played.steps.some(isWelcoming);
  return isFollowing && rolesOf(played).every((role) => roles.includes(role));
}

/** Whoever says welcome is a backup from then on, whatever it was. */
const isWelcoming = ({ expect }: Step): boolean =>
  expect?.say?.some(({ kind }) => kind === 'welcome') === true;

/** Of a node case; that of the backup is `b`, that of a replacement `c`. */
const ownerName = 'p';

/** What a node is given itself, at once. */
export type NodeGiven = Exclude<
  Given,
  WorldAct | MachineGiven | { readonly type: 'deadline.passed' }
>;

export function isWorldAct(given: Given): given is WorldAct {
  return given.type.startsWith('world.');
}

/** Reads a case from a parsed file; says which file is wrong and how. */
export function parseCase(value: unknown, source: string): Case {
  const problem = fileProblem('case', value);
  if (problem !== undefined) throw new BadInputError(`${source} is not a case: ${problem}`);
  // The schema has just been checked; a stimulus that it does not know ends in BadInputError.
  return value as Case;
}

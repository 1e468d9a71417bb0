// What an observer knows of one node from outside: the sum of its inputs and effects so far.
// It decides nothing and expects nothing; it is written from the spec's text, not from the charts.
// Spec: conformance.md, "Monitors".

import type {
  Action,
  Channel,
  Counter,
  Input,
  Message,
  OpenOperation,
  OperationName,
  Parameters,
  Record,
  VmState,
} from '../wire.ts';
import { createFlowView, type FlowView } from './flow-view.ts';
import { createReconnection, type Reconnection } from './reconnection-view.ts';
import type { Replacement, Replacing } from './replacing-view.ts';

export type Trigger = Input | { readonly type: 'clock' };

/** An output that the node's guest made while running, or made again in replay. */
export interface Made {
  readonly channel: Channel;
  readonly data: string;
  readonly position: Counter | undefined;
  readonly offset: bigint;
  readonly operation: bigint | undefined;
  /** Sequence number in the epoch that is recorded now; undefined outside a recording. */
  seq: bigint | undefined;
  /** Times that it was emitted or, on a disk, written by this node. */
  emitted: number;
}

/** What ends a log. */
export type EndingKind = 'power-off' | 'yield';

/** A pairing seen from the backup: set by its welcome, ended by its discard. */
export interface Pairing {
  readonly epoch: bigint;
  readonly owner: string;
  readonly connection: Counter;
}

/** What the manager asks of a live owner, the replacement of its backup with it. */
export type Operation = OperationName | 'replace-backup';

export interface Swap {
  readonly version: Counter;
  readonly record: Record;
}

export interface View {
  readonly node: string;
  readonly incarnation: string;
  readonly vm: string;
  readonly parameters: Parameters;
  now: bigint;
  trigger: Trigger;
  refused: string | undefined;
  /** The record last read: the one with the highest version. */
  record: Record | null;
  /** Whether the record last read came with the input being handled. */
  recordIsNew: boolean;
  /** The record read before that one. */
  recordBefore: Record | null;
  request: { readonly nonce: Counter; readonly action: Action; readonly at: bigint } | undefined;
  /** A request was made and no record came back yet: it is outstanding, or failed. */
  isUnresolved: boolean;
  /** The swap made last, while no record came back since: it may take effect yet. */
  unresolvedSwap: Swap | undefined;
  /** The swap that the record last read resolved. */
  swapBefore: Swap | undefined;
  /** It was told to start, and no record has said yet who owns the machine. */
  isStarting: boolean;
  /** What it was told to start from last. */
  startsFrom: 'boot' | 'image';
  /** The manager's operation that it took last, as long as its guest has not begun anew. */
  operation: Operation | undefined;
  /** That operation is over, by what it was told or read. */
  isOperationOver: boolean;
  readonly nonces: Set<Counter>;
  hasOwned: boolean;
  halted: boolean;
  guest: 'none' | 'running' | 'held' | 'replaying' | 'halted';
  connection: Counter | undefined;
  connectionOpen: boolean;
  /** Greatest connection number that this node opened. */
  connectionMax: bigint;
  /** Every connection that this node opened. */
  readonly opened: Set<Counter>;
  /** A channel lost while the pair ran. */
  reconnection: Reconnection;
  // Owner
  made: Made[];
  readonly offsets: { [channel in Channel]: bigint };
  operations: bigint;
  copied: { readonly position: Counter; readonly state: string } | undefined;
  recording: boolean;
  sent: bigint;
  sentPosition: bigint;
  acknowledged: bigint;
  welcomeArrived: boolean;
  readyArrived: boolean;
  /** Last sequence assigned when the backup was ready: the gate closed there. */
  gateAt: bigint;
  divergedArrived: boolean;
  fencedAnswer: boolean;
  /** The entry by which it ended its log. */
  endingSent: { readonly kind: EndingKind; readonly at: bigint } | undefined;
  /** Operations that the disk answered with `done` or `error`. */
  readonly answered: Set<bigint>;
  /** The image asked for is durable. */
  isSaved: boolean;
  /** The image was asked for, and not loaded yet. */
  isLoading: boolean;
  /** The image was loaded since this machine began here. */
  isImageIn: boolean;
  // Backup
  hello: (Message & { readonly kind: 'hello' }) | undefined;
  helloConnection: Counter | undefined;
  /** Highest epoch of a pairing that this node has accepted or owned. */
  epochSeen: bigint;
  pairing: Pairing | undefined;
  copy: (Message & { readonly kind: 'copy' }) | undefined;
  restored: boolean;
  readySent: boolean;
  held: bigint;
  heldAt: bigint;
  readonly heldEntries: Map<bigint, Message & { readonly kind: 'entry' }>;
  acknowledgedSent: bigint;
  applyAsked: bigint;
  applied: bigint;
  watermark: bigint;
  diverged: boolean;
  /** The last entry held ends the log. */
  ending: { readonly kind: EndingKind; readonly seq: bigint } | undefined;
  open: Map<bigint, OpenOperation>;
  /** Whether the record was read since the last channel loss or silence began. */
  readSinceLoss: boolean;
  /** What it reported last. */
  report: { readonly state: VmState; readonly reason: string } | undefined;
  // Takeover
  takeover: boolean;
  announced: boolean;
  fenceAsked: bigint | undefined;
  fenceDone: bigint | undefined;
  readonly fenceOperations: Map<Counter, bigint>;
  readonly completed: Set<bigint>;
  /** Operations that this node asked of the disk, and those it asked again as new owner. */
  readonly asked: Set<bigint>;
  readonly reissued: Set<bigint>;
  // Heartbeat
  watching: boolean;
  heardDatagramAt: bigint;
  heardChannelAt: bigint;
  beatAt: bigint | undefined;
  aliveAt: bigint | undefined;
  /** The peer spoke of a higher epoch, and the arbiter was not asked since. */
  higherEpoch: boolean;
  /** When silence last became suspicious; undefined again once both paths are heard. */
  suspectedAt: bigint | undefined;
  /** When the arbiter was last asked for anything, or a record last read: both serve a suspicion. */
  askedAt: bigint | undefined;
  /** Whether the node has asked to leave this pairing: T5, T6 or T7. */
  askedToLeave: boolean;
  readonly flow: FlowView;
  // Migration
  replacing: Replacing | undefined;
  /** The version of the record in which a replacement that was given up waits to be named. */
  waitedFor: Counter | undefined;
  /** The connection to the backup that was replaced, where it stood then. */
  connectionBefore: Counter | undefined;
  replacement: Replacement | undefined;
}

export function createView(
  node: string,
  incarnation: string,
  vm: string,
  parameters: Parameters,
  at: bigint,
): View {
  return {
    node,
    incarnation,
    vm,
    parameters,
    now: at,
    trigger: { type: 'clock' },
    refused: undefined,
    record: null,
    recordIsNew: false,
    recordBefore: null,
    request: undefined,
    isUnresolved: false,
    unresolvedSwap: undefined,
    swapBefore: undefined,
    isStarting: false,
    startsFrom: 'boot',
    operation: undefined,
    isOperationOver: false,
    nonces: new Set(),
    hasOwned: false,
    halted: false,
    guest: 'none',
    connection: undefined,
    connectionOpen: false,
    connectionMax: 0n,
    opened: new Set(),
    reconnection: createReconnection(),
    made: [],
    offsets: { network: 0n, console: 0n, disk: 0n },
    operations: 0n,
    copied: undefined,
    recording: false,
    sent: 0n,
    sentPosition: 0n,
    acknowledged: 0n,
    welcomeArrived: false,
    readyArrived: false,
    gateAt: 0n,
    divergedArrived: false,
    fencedAnswer: false,
    endingSent: undefined,
    answered: new Set(),
    isSaved: false,
    isLoading: false,
    isImageIn: false,
    hello: undefined,
    helloConnection: undefined,
    epochSeen: 0n,
    pairing: undefined,
    copy: undefined,
    restored: false,
    readySent: false,
    held: 0n,
    heldAt: at,
    heldEntries: new Map(),
    acknowledgedSent: 0n,
    applyAsked: 0n,
    applied: 0n,
    watermark: 0n,
    diverged: false,
    ending: undefined,
    open: new Map(),
    readSinceLoss: true,
    report: undefined,
    takeover: false,
    announced: false,
    fenceAsked: undefined,
    fenceDone: undefined,
    fenceOperations: new Map(),
    completed: new Set(),
    asked: new Set(),
    reissued: new Set(),
    watching: false,
    heardDatagramAt: at,
    heardChannelAt: at,
    beatAt: undefined,
    aliveAt: undefined,
    higherEpoch: false,
    suspectedAt: undefined,
    askedAt: undefined,
    askedToLeave: false,
    flow: createFlowView(),
    replacing: undefined,
    waitedFor: undefined,
    connectionBefore: undefined,
    replacement: undefined,
  };
}

/** The manager's operation that is under way here, or undefined. */
export function pendingOperation(view: View): Operation | undefined {
  const isOver = view.isOperationOver || view.halted || view.pairing !== undefined;
  return isOver ? undefined : view.operation;
}

/** An operation of the manager holds the guest, whatever room there is. */
export function isHeldByManager(view: View): boolean {
  const operation = pendingOperation(view);
  return operation !== undefined && operation !== 'turn-off' && operation !== 'restart-secondary';
}

export function hostOf(incarnation: string): string {
  return incarnation.split('#')[0] ?? incarnation;
}

/** The epoch that the node's log and messages belong to. */
export function epochInUse(view: View): bigint {
  if (view.pairing !== undefined) return view.pairing.epoch;
  return BigInt(view.record?.epoch ?? '0');
}

/** Who the node is paired with, as far as the record it read or the hello it accepted says. */
export function peerOf(view: View): string | undefined {
  if (view.pairing !== undefined) return view.pairing.owner;
  return view.record?.owner === view.incarnation ? (view.record.backup ?? undefined) : undefined;
}

/** The earliest instant at which silence on either path is a suspicion. */
export function silenceFrom(view: View): bigint {
  const datagrams = view.heardDatagramAt + BigInt(view.parameters.beatTimeout);
  const channel = view.heardChannelAt + BigInt(view.parameters.channelTimeout);
  return datagrams < channel ? datagrams : channel;
}

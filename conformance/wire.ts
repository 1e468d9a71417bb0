// The values that cross the adapter protocol `lockstep/1`, as they stand in JSON.
// Types only: `schema.ts` checks them, `adapter.ts` carries them.
// Spec: conformance.md, "The adapter protocol"; protocol.md, "Inputs", "Effects", "Messages".

/** A 64-bit unsigned integer as a decimal string: JSON numbers end at 2^53. */
export type Counter = string;
/** Bytes as base64. */
export type Bytes = string;
/** Virtual nanoseconds as a decimal string. */
export type Instant = string;

export type Channel = 'network' | 'console' | 'disk';
/** What a replaying guest consumes; `yield` only tells it how far to go. */
export type ReplayKind = 'input' | 'time-stamp' | 'timer' | 'completion' | 'output' | 'yield';
export type EntryKind = ReplayKind | 'power-off';
export type InputKind = Exclude<ReplayKind, 'output' | 'yield'>;
export type Phase = 'off' | 'alone' | 'joining' | 'protected' | 'suspended';
export type VmState =
  | 'notConfigured'
  | 'enabled'
  | 'needSecondary'
  | 'starting'
  | 'running'
  | 'halted';
/** What the manager asks of a live owner, but for `protect`. */
export type OperationName =
  | 'power-off'
  | 'suspend'
  | 'turn-off'
  | 'restart-secondary'
  | 'test-failover';
export type RefusalCode =
  | 'not-owner'
  | 'not-alone'
  | 'already-started'
  | 'same-host'
  | 'joining'
  | 'not-protected'
  | 'operation-pending'
  | 'not-running';
export type RefuseCode =
  | 'same-host'
  | 'wrong-vm'
  | 'wrong-incarnation'
  | 'wrong-connection'
  | 'configuration'
  | 'busy'
  | 'arbitrating'
  | 'superseded';

export interface Record {
  readonly vm: string;
  readonly version: Counter;
  readonly epoch: Counter;
  readonly phase: Phase;
  readonly owner: string | null;
  readonly backup: string | null;
  readonly token: Counter;
  readonly base: Counter;
  readonly reason: string;
}

interface Envelope {
  readonly vm: string;
  readonly epoch: Counter;
  readonly from: string;
}

export interface OpenOperation {
  readonly operation: Counter;
  readonly data: Bytes;
}
export interface Offsets {
  readonly network: Counter;
  readonly console: Counter;
  readonly disk: Counter;
}

/** What a replaying guest is told to consume. */
export interface ReplayEntry {
  readonly seq: Counter;
  readonly position: Counter;
  readonly kind: ReplayKind;
  readonly data: Bytes;
}

export type Message = Envelope &
  (
    | {
        readonly kind: 'hello';
        readonly to: string;
        readonly connection: Counter;
        readonly next: Counter;
        /** Absent: 0. */
        readonly replaces?: Counter;
        readonly configuration: Bytes;
      }
    | { readonly kind: 'welcome'; readonly next: Counter }
    | { readonly kind: 'refuse'; readonly code: RefuseCode }
    | {
        readonly kind: 'copy';
        readonly position: Counter;
        readonly state: Bytes;
        readonly open: readonly OpenOperation[];
        readonly offsets: Offsets;
      }
    | { readonly kind: 'ready' }
    | {
        readonly kind: 'entry';
        readonly seq: Counter;
        readonly position: Counter;
        /** One of `EntryKind`, or a kind of a later revision. */
        readonly entry: string;
        readonly data: Bytes;
        readonly watermark: Counter;
      }
    | { readonly kind: 'acknowledge'; readonly upto: Counter; readonly applied: Counter }
    | {
        readonly kind: 'alive';
        readonly seq: Counter;
        readonly watermark: Counter;
        readonly applied: Counter;
      }
    | { readonly kind: 'diverged'; readonly seq: Counter }
    | { readonly kind: 'beat'; readonly number: Counter }
  );
export type MessageKind = Message['kind'];

export type Action =
  | { readonly read: Readonly<{ [key: string]: never }> }
  | { readonly swap: { readonly version: Counter; readonly record: Record } };
export type DiskAction =
  | { readonly fence: Readonly<{ [key: string]: never }> }
  | { readonly write: { readonly data: Bytes } };
export type DiskResult = 'done' | 'fenced' | 'error';

export type Input =
  | { readonly type: 'manager.start' }
  | { readonly type: 'manager.protect'; readonly peer: string }
  | { readonly type: 'manager.replace-backup'; readonly peer: string }
  | { readonly type: 'manager.resume' }
  | { readonly type: `manager.${OperationName}` }
  | {
      readonly type: 'guest.input';
      readonly position: Counter;
      readonly kind: InputKind;
      readonly data: Bytes;
    }
  | {
      readonly type: 'guest.output';
      readonly position: Counter;
      readonly channel: Channel;
      readonly data: Bytes;
    }
  | { readonly type: 'guest.copied'; readonly position: Counter; readonly state: Bytes }
  | { readonly type: 'guest.saved'; readonly result: 'done' | 'error' }
  | {
      readonly type: 'guest.loaded';
      readonly position: Counter;
      readonly state: Bytes;
      readonly open: readonly OpenOperation[];
      readonly offsets: Offsets;
    }
  | {
      readonly type: 'guest.applied';
      readonly seq: Counter;
      readonly output?: { readonly channel: Channel; readonly data: Bytes };
    }
  | { readonly type: 'guest.diverged'; readonly seq: Counter; readonly position: Counter }
  | { readonly type: 'channel.opened'; readonly connection: Counter; readonly peer: string }
  | { readonly type: 'channel.arrived'; readonly connection: Counter; readonly message: Message }
  | { readonly type: 'channel.closed'; readonly connection: Counter }
  | { readonly type: 'datagram.arrived'; readonly message: Message }
  | {
      readonly type: 'arbiter.answered';
      readonly nonce: Counter;
      readonly record: Record | null;
    }
  | { readonly type: 'arbiter.failed'; readonly nonce: Counter }
  | {
      readonly type: 'disk.answered';
      readonly operation: Counter;
      readonly result: DiskResult;
    };

export type Effect =
  | { readonly type: 'channel.open'; readonly peer: string; readonly connection: Counter }
  | { readonly type: 'channel.close'; readonly connection: Counter }
  | { readonly type: 'channel.send'; readonly connection: Counter; readonly message: Message }
  | { readonly type: 'datagram.send'; readonly to: string; readonly message: Message }
  | { readonly type: 'arbiter.request'; readonly nonce: Counter; readonly action: Action }
  | {
      readonly type: 'disk.request';
      readonly operation: Counter;
      readonly token: Counter;
      readonly action: DiskAction;
    }
  | {
      readonly type: 'output.emit';
      readonly channel: Channel;
      readonly offset: Counter;
      readonly data: Bytes;
    }
  | { readonly type: 'address.announce' }
  | { readonly type: 'guest.run' }
  | { readonly type: 'guest.hold' }
  | { readonly type: 'guest.throttle'; readonly share: number }
  | { readonly type: 'guest.copy' }
  | { readonly type: 'guest.restore'; readonly position: Counter; readonly state: Bytes }
  | { readonly type: 'guest.apply'; readonly entry: ReplayEntry }
  | {
      readonly type: 'guest.complete';
      readonly operation: Counter;
      readonly result: 'done' | 'error';
    }
  | {
      readonly type: 'guest.save';
      readonly token: Counter;
      readonly open: readonly OpenOperation[];
      readonly offsets: Offsets;
    }
  | { readonly type: 'guest.load'; readonly token: Counter }
  | { readonly type: 'guest.halt'; readonly reason: string }
  | { readonly type: 'report'; readonly state: VmState; readonly reason: string };

export interface NodeEffect {
  readonly node: string;
  readonly effect: Effect;
  /** Of what was done on the way of an advance; absent: where it ends. */
  readonly at?: Instant;
}

export interface Parameters {
  readonly beatInterval: Instant;
  readonly aliveInterval: Instant;
  readonly beatTimeout: Instant;
  readonly channelTimeout: Instant;
  readonly arbiterRetry: Instant;
  readonly joinTimeout: Instant;
  readonly yieldTimeout: Instant;
  readonly lagMax: Instant;
  readonly entriesMax: Counter;
  readonly network: 'at-least-once' | 'may-be-lost';
  /** Absent: false. */
  readonly reconnect?: boolean;
  readonly configuration: Bytes;
}

/** What a step, a reset or an advance gives back. */
export interface Outcome {
  readonly effects: readonly NodeEffect[];
  readonly next: Instant | null;
  readonly refused?: { readonly code: string };
}

export interface Ignored {
  readonly $ignore: true;
}
export interface Facts {
  readonly state: VmState | Ignored;
  readonly role: 'none' | 'owner' | 'backup' | Ignored;
  readonly epoch: Counter | Ignored;
  readonly version: Counter | Ignored;
  readonly token: Counter | Ignored;
  readonly gate: 'open' | 'acked' | 'shut' | Ignored;
  readonly sent: Counter | Ignored;
  readonly acknowledged: Counter | Ignored;
  readonly held: Counter | Ignored;
  readonly applied: Counter | Ignored;
  readonly waiting: Counter | Ignored;
  /** Percent of a processor. */
  readonly share: number | Ignored;
  readonly lag: 'green' | 'yellow' | 'red' | 'gray' | Ignored;
  readonly suspicion: boolean | Ignored;
  readonly guest: 'none' | 'running' | 'held' | 'replaying' | 'halted' | Ignored;
}
export type FactName = keyof Facts;

/** What the runner has one machine do. */
export type MachineAction =
  | { readonly type: 'boot'; readonly image: Bytes; readonly memory: Counter }
  | { readonly type: 'restore'; readonly snapshot: Bytes }
  | { readonly type: 'snapshot' | 'observe' | 'power-off' | 'digest' }
  | {
      readonly type: 'record' | 'live';
      readonly epoch: Counter;
      readonly next: Counter;
      readonly clock: Counter;
    }
  | { readonly type: 'run'; readonly steps: Counter; readonly clock?: Counter }
  | { readonly type: 'input'; readonly channel: number; readonly data: Bytes }
  | { readonly type: 'check'; readonly header: Bytes }
  | { readonly type: 'replay'; readonly epoch: Counter; readonly next: Counter }
  | { readonly type: 'push'; readonly frames: Bytes };

export type MachineStop = 'budget' | 'idle' | 'off' | 'starved' | 'diverged';

export interface MachineSide {
  readonly kind: string;
  readonly position: Counter;
  /** For people. */
  readonly detail?: string;
}

/** What a machine did; of each action the fields that the chapter's table names. */
export interface MachineResult {
  readonly refused?: { readonly code: string };
  readonly position?: Counter;
  readonly digest?: Bytes;
  readonly off?: 'outside' | 'guest' | 'fault' | null;
  readonly snapshot?: Bytes;
  /** Frames of the entries that the action brought. */
  readonly log?: Bytes;
  readonly stop?: MachineStop;
  readonly outputs?: readonly {
    readonly seq: Counter;
    readonly channel: number;
    readonly offset: Counter;
    readonly data: Bytes;
  }[];
  readonly consumed?: Counter;
  readonly taken?: Counter;
  readonly dropped?: Counter;
  readonly torn?: Counter;
  readonly damage?: { readonly code: string; readonly offset: Counter };
  readonly divergence?: {
    readonly seq: Counter;
    readonly position: Counter;
    readonly expected: MachineSide;
    readonly actual: MachineSide;
    readonly digests: { readonly expected?: Bytes; readonly actual: Bytes };
  };
}

/** The node of a pair that an adapter implements. */
export type Role = 'owner' | 'backup';

export interface Capabilities {
  readonly observe: boolean;
  /** An advance may go beyond what is due next. Absent: false. */
  readonly leap?: boolean;
  /** A state can be kept, and returned to. Absent: false. */
  readonly save?: boolean;
  /** Several requests in one message. Absent: false. */
  readonly batch?: boolean;
  /** It answers `machine`. Absent: false. */
  readonly machine?: boolean;
  /** Absent: both; empty: it has a machine alone. */
  readonly roles?: readonly Role[];
}

export interface Hello {
  readonly protocol: string;
  readonly implementation: {
    readonly name: string;
    readonly version: string;
    readonly language: string;
  };
  readonly capabilities: Capabilities;
}

/** What a batch may hold: a request without its identifier. */
export type Batched =
  | {
      readonly method: 'step';
      readonly params: { readonly at: Instant; readonly node: string; readonly input: Input };
    }
  | { readonly method: 'advance'; readonly params: { readonly to: Instant } }
  | { readonly method: 'observe'; readonly params: { readonly node: string } };
/** An outcome of a step or an advance, facts of an observation. */
export interface BatchResult {
  readonly results: readonly (Outcome | Facts)[];
}

export interface NodeName {
  readonly name: string;
  readonly incarnation: string;
}

export interface ResetParams {
  readonly case: string;
  readonly seed: Counter;
  readonly vm: string;
  readonly nodes: readonly NodeName[];
  readonly parameters: Parameters;
  readonly at: Instant;
}

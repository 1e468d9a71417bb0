// The guest of one host: its history, and nothing of its bytes. Every item of a history names the life in which it was
// made live, so that two histories that differ can be told apart. Spec: protocol, "Node", "Devices".

import type { Channel, DiskResult, Entry, EntryKind, Operation } from '../vocabulary.ts';
import { type HostIndex, hostsMax } from './channel.ts';

export interface Guest {
  status: 'none' | 'running' | 'held' | 'replaying' | 'halted';
  history: readonly number[];
  /** Entries told to apply and not yet applied; the last may be the one that diverges. */
  applying: readonly Entry[];
  /** Completions that the host delivered and the guest has not yet taken. */
  completing: readonly { operation: number; result: DiskResult }[];
  diverged: boolean;
  /** Told to be saved with these, and not yet durable. */
  saving: Omit<SavedGuest, 'history' | 'completing'> | null;
}
/** A guest as its image holds it: with the completions that it has not taken, and what its node knew. */
export interface SavedGuest {
  /** Of the owner that saved it. */
  token: number;
  history: readonly number[];
  completing: Guest['completing'];
  open: readonly Operation[];
  operations: number;
}
export type GuestOperation =
  | { type: 'run' }
  | { type: 'hold' }
  | { type: 'halt' }
  | { type: 'restore'; state: readonly number[] }
  | { type: 'apply'; entry: Entry }
  | { type: 'applied' }
  | { type: 'diverge' }
  | { type: 'complete'; operation: number; result: DiskResult }
  | { type: 'produce'; item: number }
  | ({ type: 'save' } & Omit<SavedGuest, 'history' | 'completing'>)
  | { type: 'saved' }
  | { type: 'load'; image: SavedGuest }
  | { type: 'vanish' };

export const noGuest: Guest = {
  status: 'none',
  history: [],
  applying: [],
  completing: [],
  diverged: false,
  saving: null,
};

export function guestStep(guest: Guest, operation: GuestOperation): Guest {
  switch (operation.type) {
    case 'run':
      return { ...guest, status: 'running', applying: [] };
    case 'hold':
      return guest.status === 'running' ? { ...guest, status: 'held' } : guest;
    case 'halt':
      return { ...noGuest, status: 'halted' };
    case 'restore':
      return { ...noGuest, status: 'replaying', history: operation.state };
    case 'apply':
      return { ...guest, applying: [...guest.applying, operation.entry] };
    case 'applied': {
      const [entry, ...rest] = guest.applying;
      if (entry === undefined) return guest;
      // A yield says how far to go, and nothing of what happened there.
      const history = entry.entry === 'yield' ? guest.history : [...guest.history, itemOf(entry)];
      return { ...guest, applying: rest, history };
    }
    case 'diverge':
      return { ...guest, applying: [], diverged: true };
    case 'complete':
      return {
        ...guest,
        completing: [
          ...guest.completing,
          { operation: operation.operation, result: operation.result },
        ],
      };
    case 'produce':
      return {
        ...guest,
        history: [...guest.history, operation.item],
        completing: guest.completing.filter(
          (one) => completionItem(one.operation) !== operation.item,
        ),
      };
    case 'save': {
      const { type: _, ...saving } = operation;
      return { ...guest, saving };
    }
    case 'saved':
      return { ...guest, saving: null };
    case 'load': {
      const { history, completing } = operation.image;
      return { ...noGuest, status: 'held', history, completing };
    }
    case 'vanish':
      return noGuest;
  }
}

/** Tells apart what different tenures make, on any host. */
export const lifeOf = (token: number, host: HostIndex): number => token * hostsMax + host;
/** The token under which an item was made live. */
export const tokenOf = (item: number): number => Math.floor(item / (kindsMax * hostsMax));

/** The host on which an item was made live; null: a number that is none. */
export const hostOf = (item: number): HostIndex | null =>
  item < kindsMax ? null : Math.floor(item / kindsMax) % hostsMax;

/** `life` tells apart the tenures in which items were made: it stands for all bytes of the output. */
export const outputItem = (channel: Channel, life: number): number =>
  life * kindsMax + codes[channel];
export const inputItem = (life: number): number => life * kindsMax + inputCode;
/** The operation is what matters; the same completion is the same item in every life. */
export const completionItem = (operation: number): number => -operation;

export const isOutput = (item: number): boolean => item > 0 && item % kindsMax !== inputCode;
export const isEmission = (item: number): boolean => isOutput(item) && !isDiskWrite(item);
export const isDiskWrite = (item: number): boolean => item > 0 && item % kindsMax === codes.disk;
export const isCompletion = (item: number): boolean => item < 0;

/** What an entry adds to a history: `data` of an entry is the item itself, or the operation completed. */
export const itemOf = (entry: { entry: EntryKind | 'unknown'; data: number }): number =>
  entry.entry === 'completion' ? completionItem(entry.data) : entry.data;

/** Disk operations that the history began and has not completed, as their numbers. */
export function openOperations(history: readonly number[]): number[] {
  const begun = history.filter(isDiskWrite).map((_, index) => index + 1);
  return begun.filter((operation) => !history.includes(completionItem(operation)));
}

const codes: Record<Channel, number> = { network: 1, console: 2, disk: 3 };
const inputCode = 4;
/** An item is a life and, below this, what was made. */
const kindsMax = 10;

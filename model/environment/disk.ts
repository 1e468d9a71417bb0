// One shared disk with one block: writes wait at the storage and are applied later, in any order, or never; the fence
// is checked at the instant the block changes. Spec: protocol, "Storage".

import type { DiskResult, Incarnation } from '../vocabulary.ts';
import type { HostIndex } from './channel.ts';

export interface DiskWrite {
  host: HostIndex;
  sender: Incarnation;
  token: number;
  operation: number;
  position: number;
  data: number;
  /** Not, when the guest that it is of has halted or vanished: its answer is given to nobody. */
  awaited: boolean;
}
interface DiskAnswer {
  host: HostIndex;
  operation: number | 'fence';
  result: DiskResult;
  awaited: boolean;
}
export interface Disk {
  fence: number;
  /** The fence that was in force when a fence was last answered. */
  answeredFence: number;
  block: { position: number; data: number } | null;
  writes: readonly DiskWrite[];
  fences: readonly { host: HostIndex; token: number }[];
  answers: readonly DiskAnswer[];
}
/** `fenceChecked` names when: the seeded bugs check at acceptance, or never. */
export type FenceChecked = 'when-applied' | 'when-accepted' | 'never';
export type DiskOperation =
  | ({ type: 'write'; fenceChecked: FenceChecked } & Omit<DiskWrite, 'awaited'>)
  | { type: 'fence'; host: HostIndex; token: number }
  | { type: 'apply'; index: number; fenceChecked: FenceChecked }
  | { type: 'raise'; index: number }
  | { type: 'answer'; index: number }
  | { type: 'forget'; host: HostIndex };

export const emptyDisk: Disk = {
  fence: 0,
  answeredFence: 0,
  block: null,
  writes: [],
  fences: [],
  answers: [],
};

export function diskStep(disk: Disk, operation: DiskOperation): Disk {
  switch (operation.type) {
    case 'write': {
      const { type: _, fenceChecked, ...asked } = operation;
      const write = { ...asked, awaited: true };
      if (fenceChecked === 'when-accepted' && write.token < disk.fence) {
        return answered(disk, write, 'fenced');
      }
      return { ...disk, writes: [...disk.writes, write] };
    }
    case 'fence': {
      const { host, token } = operation;
      return { ...disk, fences: [...disk.fences, { host, token }] };
    }
    case 'apply':
      return apply(disk, operation.index, operation.fenceChecked);
    case 'raise': {
      const request = disk.fences[operation.index];
      if (request === undefined) return disk;
      const fence = Math.max(disk.fence, request.token);
      const fences = without(disk.fences, operation.index);
      const raised = { ...disk, fence, answeredFence: fence, fences };
      return answered(raised, { host: request.host, operation: 'fence', awaited: true }, 'done');
    }
    case 'answer':
      return { ...disk, answers: without(disk.answers, operation.index) };
    case 'forget':
      return forget(disk, operation.host);
  }
}

function apply(disk: Disk, index: number, fenceChecked: FenceChecked): Disk {
  const write = disk.writes[index];
  if (write === undefined) return disk;
  const rest = { ...disk, writes: without(disk.writes, index) };
  if (isFenced(disk, write, fenceChecked)) return answered(rest, write, 'fenced');
  const { position, data } = write;
  return answered({ ...rest, block: { position, data } }, write, 'done');
}

/** spec: device.answers-end-with-guest */
function forget(disk: Disk, host: HostIndex): Disk {
  const { writes, fences, answers } = disk;
  const isOther = (one: { host: HostIndex }): boolean => one.host !== host;
  if ([writes, fences, answers].every((list) => list.every(isOther))) return disk;
  return {
    ...disk,
    writes: writes.map((one) => (isOther(one) ? one : { ...one, awaited: false })),
    fences: fences.filter(isOther),
    answers: answers.filter(isOther),
  };
}

export const isFenced = (disk: Disk, write: DiskWrite, fenceChecked: FenceChecked): boolean =>
  fenceChecked === 'when-applied' && write.token < disk.fence;

function answered(disk: Disk, to: Omit<DiskAnswer, 'result'>, result: DiskResult): Disk {
  const { host, operation, awaited } = to;
  return { ...disk, answers: [...disk.answers, { host, operation, result, awaited }] };
}

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);

// What always holds of the disk and its operations: the fence, the tokens, completions, repetition after a takeover.
// Spec: protocol, "Storage", "Devices".

import type { HostIndex } from '../environment/channel.ts';
import type { DiskWrite } from '../environment/disk.ts';
import { completionItem, isCompletion, isDiskWrite, openOperations } from '../environment/guest.ts';
import type { Complaint } from '../explore.ts';
import type { SystemView } from '../system.ts';
import { expect, gone, guestOf, liveOwner, type SystemAlways } from './look.ts';

export const storageProperties: readonly SystemAlways[] = [
  {
    kind: 'always',
    on: 'step',
    name: 'storage.fence-is-atomic',
    changes: 'disk',
    about: 'no block changes under a token below a fence that was answered',
    requirements: [
      'storage.fence-is-atomic',
      'storage.fence-drains-or-aborts',
      'failover.fence-before-live',
    ],
    check({ before, after }) {
      const [write] = arrivedWrites(before, after);
      if (write === undefined || after.disk.answers.at(-1)?.result === 'fenced') return null;
      return expect(
        write.token >= before.disk.answeredFence,
        () =>
          `write ${write.operation} of ${write.sender} changed the block with token ${write.token} after fence ${before.disk.answeredFence} was answered`,
      );
    },
  },
  {
    kind: 'always',
    on: 'step',
    name: 'storage.write-carries-token',
    changes: 'disk',
    about: 'a write of the rightful owner is never fenced',
    requirements: [
      'storage.write-carries-token',
      'storage.staying-owner-keeps-fence',
      'storage.equal-token-accepted',
    ],
    check({ before, after }) {
      const arrived = arrivedWrites(before, after);
      if (arrived.length === 0) return null;
      const isFenced = after.disk.answers.at(-1)?.result === 'fenced';
      return arrived.flatMap((write) =>
        expect(
          !isFenced || !isOfOwner(before, write),
          () =>
            `write ${write.operation} of the owner ${write.sender} with token ${write.token} was fenced at ${before.disk.fence}`,
        ),
      );
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'failover.fence-before-live',
    about: 'a live owner has fenced the disk with its token',
    requirements: ['failover.fence-before-live', 'storage.new-owner-fences'],
    check({ after }) {
      const owner = liveOwner(after);
      if (owner === null) return null;
      const token = after.arbiter.record?.token ?? 0;
      return expect(
        after.disk.fence >= token,
        () =>
          `${after.incarnations[owner]} is live with token ${token}, the fence is ${after.disk.fence}`,
      );
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'device.completion-exactly-once',
    about: 'no guest takes a completion twice, or of an operation that it never began',
    requirements: ['device.completion-exactly-once'],
    check({ after }) {
      if (!after.guests.some(({ history }) => history.some(isCompletion))) return null;
      return after.guests.flatMap(({ history }, host) => {
        const completions = history.filter(isCompletion);
        const begun = history.filter(isDiskWrite).length;
        return [
          ...expect(
            new Set(completions).size === completions.length,
            () => `guest ${host} took ${completions.join(' ')}`,
          ),
          ...expect(
            completions.every((item) => -item <= begun),
            () => `guest ${host} began ${begun} operations and took ${completions.join(' ')}`,
          ),
        ];
      });
    },
  },
  {
    kind: 'always',
    on: 'state',
    name: 'failover.reissue-open-operations',
    about: 'the disk is what the live history says, and every open operation is under way',
    requirements: [
      'failover.reissue-open-operations',
      'output.reissue-after-takeover',
      'device.operations-numbered-alike',
      'device.completion-is-final',
      'device.answers-end-with-guest',
    ],
    check({ after }) {
      const owner = liveOwner(after);
      if (owner === null) return null;
      const { history } = guestOf(after, owner);
      if (!history.some(isDiskWrite)) return null;
      return [...contentOf(after, history), ...underWay(after, owner)];
    },
  },
];

/** Of its present tenure: what an owner of before left behind may come under the same name, and is fenced. */
const isOfOwner = ({ arbiter: { record } }: SystemView, { sender, token }: DiskWrite): boolean =>
  record !== null && sender === record.owner && token === record.token;

const arrivedWrites = (before: SystemView, after: SystemView): DiskWrite[] =>
  gone(before.disk.writes, after.disk.writes);

/** The block holds the last write completed, or a later one of the same history. */
function contentOf(view: SystemView, history: readonly number[]): Complaint[] {
  const writes = history
    .map((data, index) => ({ position: index + 1, data }))
    .filter(({ data }) => isDiskWrite(data));
  const last = writes.filter((_, index) => history.includes(completionItem(index + 1))).at(-1);
  if (last === undefined) return [];
  const { block } = view.disk;
  const isOwn = writes.some(
    ({ position, data }) => position === block?.position && data === block.data,
  );
  return expect(
    isOwn && (block?.position ?? 0) >= last.position,
    () =>
      `the block holds ${block?.data ?? 'nothing'} of ${block?.position ?? '-'}, the last completed write is ${last.data} of ${last.position}`,
  );
}

function underWay(view: SystemView, owner: HostIndex): Complaint[] {
  const { history, completing } = guestOf(view, owner);
  const isAt = (list: readonly { host: HostIndex; operation: number | 'fence' }[], op: number) =>
    list.some((one) => one.host === owner && one.operation === op);
  return openOperations(history).flatMap((operation) =>
    expect(
      isAt(view.disk.writes, operation) ||
        isAt(view.disk.answers, operation) ||
        completing.some((one) => one.operation === operation) ||
        (view.hosts[owner]?.logging.context.waiting ?? []).some(
          (one) => one.operation === operation,
        ),
      () => `operation ${operation} is open and neither waits, nor is at the disk, nor answered`,
    ),
  );
}

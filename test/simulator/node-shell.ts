// The shell of the nodes: gives each its inputs, has its effects carried out in their order, and
// wakes it when its clock is due. A crash may come instead of any effect.

import { type Effect, type Input, nextDue, step } from '../../impl/protocol/index.ts';
import { count, type Host, type Hosts } from './host.ts';
import type { Journal } from './journal.ts';
import type { Schedule } from './schedule.ts';
import { effectText, inputText } from './trace-text.ts';
import type { WorldView } from './watcher.ts';

export interface NodeShellOptions {
  readonly schedule: Schedule;
  readonly hosts: Hosts;
  readonly journal: Journal;
  readonly view: () => WorldView;
  /** What the node must hear after this step goes to `followers`. */
  readonly carryOut: (host: Host, effect: Effect, followers: Input[]) => void;
  readonly crash: (host: Host) => void;
}

export interface NodeShell {
  /** Inputs that nodes were given so far. */
  readonly steps: number;
  /** Entries that were sent so far. */
  readonly entries: number;
  /** Gives the input now, or when the host wakes. */
  deliver(host: Host, input: Input): void;
  /** Gives the input now, after the time; returns the code of a refusal. */
  give(host: Host, input: Input): string | undefined;
  /** Gives the input as it is. */
  apply(host: Host, input: Input): string | undefined;
}

export function createNodeShell(options: NodeShellOptions): NodeShell {
  const { schedule, hosts, journal, view, carryOut, crash } = options;
  let steps = 0;
  let entries = 0;

  function give(host: Host, input: Input): string | undefined {
    if (host.node !== null && host.node.now < schedule.now) {
      apply(host, { type: 'clock.advanced', at: count(schedule.now) });
    }
    return apply(host, input);
  }

  function apply(host: Host, input: Input): string | undefined {
    if (host.node === null) return undefined;
    const [next, effects, refusal] = step(host.node, input);
    host.node = next;
    steps += 1;
    const result = refusal ?? effects.map(effectText).join(' ');
    journal.log(`${host.incarnation} ${inputText(input)} -> ${result}`);
    journal.watch((watcher) =>
      watcher.given?.(host.incarnation, { input, effects, refusal }, view()),
    );
    const followers: Input[] = [];
    for (const effect of effects) {
      if (isCrashing(host, effect)) return undefined;
      carryOut(host, effect, followers);
    }
    noteEntries(host, input, effects);
    journal.watch((watcher) => watcher.stepped?.(view()));
    for (const follower of followers) apply(host, follower);
    planClock(host);
    return refusal;
  }

  function isCrashing(host: Host, effect: Effect): boolean {
    const { crashIn } = host;
    if (crashIn === null || !crashIn.fits(effect)) return false;
    crashIn.count -= 1;
    if (crashIn.count > 0) return false;
    crash(host);
    return true;
  }

  /** What the owner's guest was when it passed the entry that was sent. */
  function noteEntries(host: Host, input: Input, effects: readonly Effect[]): void {
    const isTold = input.type === 'guest.input' || input.type === 'guest.output';
    for (const effect of effects) {
      if (effect.type !== 'channel.send' || effect.message.kind !== 'entry') continue;
      entries += 1;
      const { epoch, seq, position } = effect.message;
      // A guest that has run on since this entry is no longer what the entry left, nor is one that
      // met more at the same position, whether it told that already or not.
      const isLast = isTold && host.guest?.isAllTold() === true;
      if (!isLast || host.guest?.position() !== BigInt(position)) continue;
      const digest = host.guest.digest();
      journal.watch((watcher) => watcher.entryRecorded?.(epoch, seq, digest));
    }
  }

  function planClock(host: Host): void {
    const due = host.node === null ? null : nextDue(host.node);
    if (due === null || due === host.dueAt) return;
    host.dueAt = due;
    const delay = due > schedule.now ? due - schedule.now : 0n;
    hosts.later(host, delay, () => {
      if (host.dueAt !== due || host.stalledUntil > schedule.now) return;
      host.dueAt = null;
      apply(host, { type: 'clock.advanced', at: count(schedule.now) });
    });
  }

  return {
    get steps() {
      return steps;
    },
    get entries() {
      return entries;
    },
    deliver(host, input) {
      if (host.node === null) return;
      if (host.stalledUntil > schedule.now) host.inbox.push(input);
      else give(host, input);
    },
    give,
    apply,
  };
}

// The console as its reader sees it: a byte stream in which nothing is ever contradicted or left
// out. Of the key-value guest it knows that every answer ends with its clock and its count of
// timer interrupts, and that in one machine neither ever goes back.

import type { Watcher } from '../watcher.ts';

export interface ConsoleChecker extends Watcher {
  /** The stream as far as it is whole. */
  text(): string;
}

export function createConsoleChecker(): ConsoleChecker {
  /** Undefined where a byte has not come yet. */
  const stream: (number | undefined)[] = [];

  function text(): string {
    const gap = stream.indexOf(undefined);
    const whole = gap < 0 ? stream : stream.slice(0, gap);
    return String.fromCharCode(...whole.map((byte) => byte ?? 0));
  }

  return {
    name: 'console',
    text,
    emitted({ channel, offset, data }) {
      if (channel !== 'console') return null;
      const start = Number(offset);
      while (stream.length < start) stream.push(undefined);
      for (const [index, byte] of data.entries()) {
        const known = stream[start + index];
        if (known !== undefined && known !== byte) return `byte ${start + index} is contradicted`;
        stream[start + index] = byte;
      }
      return null;
    },
    finished({ isSettled, facts }) {
      const isLive = facts().some(({ role, gate }) => role === 'owner' && gate !== 'shut');
      const seen = text();
      if (isSettled && isLive && seen.length < stream.length) return `no byte ${seen.length} came`;
      let before = { timeStamp: 0n, ticks: 0n };
      for (const [, timeStamp = '0', ticks = '0'] of seen.matchAll(/\[tsc=(\d+) ticks=(\d+)\]/g)) {
        const answer = { timeStamp: BigInt(timeStamp), ticks: BigInt(ticks) };
        if (answer.timeStamp < before.timeStamp) return `the clock went back to ${timeStamp}`;
        if (answer.ticks < before.ticks) return `the timer count went back to ${ticks}`;
        before = answer;
      }
      return null;
    },
  };
}

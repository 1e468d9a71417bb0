// A machine is the same however much of it is translated: at every stop the same digest, and all
// that it asked and put out at the same positions.

import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../impl/base/hex.ts';
import {
  type Machine,
  type MachineStop,
  machineToSnapshot,
  type Sources,
  snapshotToMachine,
  type TranslateAfter,
} from '../../impl/machine/index.ts';
import { createRandom, type Random } from '../cpu/oracle/random.ts';
import { createKvMachineThat, textToBytes } from './kv-guest.ts';
import { createRandomMachine } from './random-machine.ts';

const SEED = Number(process.env.TRANSLATOR_SEED ?? 1);
const PROGRAMS = Number(process.env.TRANSLATOR_PROGRAMS ?? 2);
/** Random programs for each of them: many end soon. */
const RANDOM_PROGRAMS = 8 * PROGRAMS;
const TIMEOUT = 30_000 * PROGRAMS;
const STOPS = 30;

/** A machine, the clock it is asked for, and all that it asked and put out. */
type Side = { machine: Machine; time: bigint; readonly said: string[] };

function createSide(machine: Machine): Side {
  return { machine, time: 0n, said: [] };
}

function sourcesOf(side: Side): Sources {
  const say = (line: string): 'go-on' => {
    side.said.push(line);
    return 'go-on';
  };
  return {
    readTimeStamp(position) {
      side.time += 10n;
      say(`time stamp at ${position}`);
      return side.time;
    },
    output: ({ position, offset, bytes }) =>
      say(`output at ${position}: ${offset} ${bytesToHex(bytes)}`),
    goOff: (position, origin) => say(`off at ${position}: ${origin}`),
  };
}

/** One stop: perhaps an event before it. The same numbers make the same stop of both sides. */
type Stop = { readonly budget: number; readonly event: number; readonly text: string };

function drawStop(random: Random, texts: readonly string[]): Stop {
  const budget = random.below(random.pick([3, 60, 4000]));
  return { budget, event: random.below(4), text: random.pick(texts) };
}

function stopOf(side: Side, { budget, event, text }: Stop): MachineStop {
  const { machine } = side;
  const due = machine.timerDeadline;
  if (event === 0) machine.deliver({ kind: 'input', channel: 0, bytes: textToBytes(text) });
  if (event < 3 && due !== undefined) {
    side.time = due > side.time ? due : side.time;
    machine.deliver({ kind: 'timer', timer: 0, timeStamp: side.time });
  }
  return machine.run(budget, sourcesOf(side));
}

/** What both must agree on. */
function seenOf({ machine, said }: Side, stop: MachineStop): object {
  return { stop, digest: bytesToHex(machine.digest()), position: machine.position, said };
}

/** Runs two machines from stop to stop, restores the second now and then, and compares them. */
function compare(sides: readonly [Side, Side], seed: number, texts: readonly string[]): void {
  const [plain, fast] = sides;
  const random = createRandom(seed);
  for (let k = 0; k < STOPS && plain.machine.off === undefined; k += 1) {
    const stop = drawStop(random, texts);
    const [left, right] = [stopOf(plain, stop), stopOf(fast, stop)];
    expect(seenOf(fast, right), `seed ${seed}, stop ${k}`).toEqual(seenOf(plain, left));
  }
}

function restored(machine: Machine, translateAfter: TranslateAfter): Machine {
  const copy = snapshotToMachine(machineToSnapshot(machine), translateAfter);
  if (copy.kind !== 'machine') throw new Error(copy.message);
  return copy;
}

const WORDS = ['set a 1\n', 'get a\n', 'list\ncount\n', 'set b two words\nlist\n', 'x'];

describe.each<TranslateAfter>(['never', 0, 1, 7, 50])('translated after %s arrivals', (after) => {
  it(
    'a random program with devices and interrupts is the same at every stop',
    () => {
      let translated = 0;
      for (let k = 0; k < RANDOM_PROGRAMS; k += 1) {
        const seed = SEED * 100_003 + k;
        const plain = createSide(createRandomMachine(seed, 'never'));
        const fast = createSide(createRandomMachine(seed, after));
        compare([plain, fast], seed, WORDS);
        translated += fast.machine.translated;
      }
      console.log(`machine: ${translated} steps translated after ${after} arrivals, seed ${SEED}`);
      if (after === 'never') expect(translated).toBe(0);
      else expect(translated).toBeGreaterThan(100);
    },
    TIMEOUT,
  );

  it(
    'the key-value guest is the same at every stop, before and after it is restored',
    () => {
      for (let k = 0; k < PROGRAMS; k += 1) {
        const seed = SEED * 7919 + k;
        const plain = createSide(createKvMachineThat('never'));
        const fast = createSide(createKvMachineThat(after));
        compare([plain, fast], seed, WORDS);
        fast.machine = restored(fast.machine, after);
        compare([plain, fast], seed + 1, WORDS);
      }
    },
    TIMEOUT,
  );
});

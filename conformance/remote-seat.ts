// A seat in a process of its own, so that jobs play beside each other. It says what the seat here would say.
// Spec: conformance.md, "Running".

import { fork } from 'node:child_process';
import { inRoot } from './root.ts';
import type { Seat, SeatOptions } from './seat.ts';
import type { FromSeat, SeatSetup, ToSeat } from './seat-messages.ts';
import { createPacker } from './step-table.ts';
import { BadInputError, RunnerBugError, UnavailableError } from './verdict.ts';

export const seatVerb = 'seat';

export async function openRemoteSeat(options: SeatOptions): Promise<Seat> {
  const child = fork(inRoot('lockstep.js'), [seatVerb], {
    serialization: 'advanced',
    // What its adapter wrote to standard error comes with the results.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let waiting: { resolve(message: FromSeat): void; reject(error: Error): void } | undefined;
  let end: Error | undefined;

  function ended(text: string): void {
    end ??= new RunnerBugError(`the process of a job ${text}; --jobs 1 plays in one process`);
    waiting?.reject(end);
  }
  child.on('error', (error) => ended(`cannot be started: ${error.message}`));
  child.on('exit', (code, signal) =>
    ended(`ended ${signal === null ? `with ${code}` : `by ${signal}`}`),
  );
  child.on('message', (message: FromSeat) => waiting?.resolve(message));

  async function ask<Kind extends FromSeat['kind']>(
    message: ToSeat,
    kind: Kind,
  ): Promise<Extract<FromSeat, { kind: Kind }>> {
    if (end !== undefined) throw end;
    const answer = await new Promise<FromSeat>((resolve, reject) => {
      waiting = { resolve, reject };
      child.send(message);
    });
    if (isKind(answer, kind)) return answer;
    if (answer.kind === 'failed') throw errorOf(answer);
    throw new RunnerBugError(`the process of a job answered ${answer.kind} to ${message.kind}`);
  }

  const pack = createPacker();
  const drop = (): void => void child.kill('SIGKILL');
  const { hello } = await ask({ kind: 'open', setup: setupOf(options) }, 'opened').catch(
    (error: unknown) => {
      drop();
      throw error;
    },
  );
  return {
    hello,
    async play(played) {
      const { result } = await ask({ kind: 'play', ...pack(played) }, 'result');
      return { ...result, case: played };
    },
    async close() {
      await ask({ kind: 'close' }, 'closed');
      child.disconnect();
    },
    drop,
  };
}

function setupOf({ command, timeouts, seed, baseline, quarantine }: SeatOptions): SeatSetup {
  return {
    ...{ command, timeouts, seed },
    baseline: baseline?.entries ?? [],
    file: baseline?.file ?? '',
    quarantine: quarantine?.entries ?? [],
  };
}

function isKind<Kind extends FromSeat['kind']>(
  message: FromSeat,
  kind: Kind,
): message is Extract<FromSeat, { kind: Kind }> {
  return message.kind === kind;
}

/** An error keeps its kind, and with it the exit code of the run. */
function errorOf({ name, text }: Extract<FromSeat, { kind: 'failed' }>): Error {
  if (name === 'UnavailableError') return new UnavailableError(text);
  return name === 'BadInputError' ? new BadInputError(text) : new RunnerBugError(text);
}

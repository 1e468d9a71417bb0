// The process of one job: plays the cases that the run sends it, one at a time. No verb for people.
// Spec: conformance.md, "Running".

import { createBaseline } from '../baseline.ts';
import { createQuarantine } from '../quarantine.ts';
import { openSeat, type Seat } from '../seat.ts';
import type { FromSeat, SeatSetup, ToSeat } from '../seat-messages.ts';
import { createUnpacker } from '../step-table.ts';
import { exitCode } from '../verdict.ts';
import { UsageError } from './common.ts';

/** Until the run says that it is over, or is gone. */
export async function seat(): Promise<number> {
  if (process.send === undefined) throw new UsageError('seat is what run starts for --jobs');
  // An interrupt is for the run, which says what becomes of this process.
  process.on('SIGINT', () => undefined);
  let here: Seat | undefined;
  const unpack = createUnpacker();

  async function answer(message: ToSeat): Promise<FromSeat> {
    switch (message.kind) {
      case 'open':
        here = await openSeat(optionsOf(message.setup));
        return { kind: 'opened', hello: here.hello };
      case 'play': {
        if (here === undefined) return { kind: 'failed', name: '', text: 'no seat is open' };
        const { case: _, story: __, ...result } = await here.play(unpack(message));
        return { kind: 'result', result };
      }
      case 'close':
        await here?.close();
        return { kind: 'closed' };
    }
  }

  await new Promise<void>((resolve) => {
    process.on('message', (message: ToSeat) => {
      answer(message)
        .catch(failureOf)
        .then((said) => process.send?.(said));
    });
    process.once('disconnect', resolve);
  });
  await here?.close();
  return exitCode.conformant;
}

function optionsOf({ baseline, file, quarantine, ...setting }: SeatSetup) {
  return {
    ...setting,
    baseline: createBaseline(baseline, file),
    // The run has looked already whether each of its patterns matches a case.
    quarantine: createQuarantine(quarantine),
  };
}

function failureOf(error: unknown): FromSeat {
  if (!(error instanceof Error)) return { kind: 'failed', name: '', text: String(error) };
  const { name, message, stack } = error;
  const isOurs = name !== 'UnavailableError' && name !== 'BadInputError';
  return { kind: 'failed', name, text: isOurs ? (stack ?? message) : message };
}

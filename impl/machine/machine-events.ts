// What the outside may do to a machine between two steps, or the reason why it cannot.
// Not the log: who decides that an event happens, and who writes it down, is elsewhere.
// Spec: machine.md, "Nondeterminism".

import { assert, unreachable } from '../base/assert.ts';
import type { Devices } from './devices.ts';
import type { MachineParts } from './machine-parts.ts';
import { type EventRefusal, inputBytesMax, type MachineEvent, serialChannel } from './sources.ts';

/** spec: machine.events-between-steps, replay.input-between-steps */
export function deliverEvent(parts: MachineParts, event: MachineEvent): EventRefusal | undefined {
  const { devices, status } = parts;
  assert(status.sources === undefined, 'machine: an event during a run');
  if (status.off !== undefined) return refuseEvent('off', 'the machine is off');
  switch (event.kind) {
    case 'input':
      return deliverInput(devices, event.channel, event.bytes);
    case 'timer': {
      const { timer, timeStamp } = event;
      const isDue = timer === 0 && timeStamp >= status.timeStampLast;
      if (!isDue || !devices.apic.expireTimer(timeStamp)) {
        const due = devices.apic.timerDeadline ?? 'never';
        return refuseEvent('timer-not-due', `timer ${timer} is due ${due}, not at ${timeStamp}`);
      }
      status.timeStampLast = timeStamp;
      return undefined;
    }
    case 'power-off':
      status.off = 'outside';
      return undefined;
    default:
      return unreachable(event);
  }
}

function deliverInput(
  devices: Devices,
  channel: number,
  bytes: Uint8Array,
): EventRefusal | undefined {
  if (channel !== serialChannel) {
    return refuseEvent('no-such-channel', `expected channel ${serialChannel}, got ${channel}`);
  }
  if (bytes.length === 0 || bytes.length > inputBytesMax) {
    return refuseEvent('bad-size', `expected 1 to ${inputBytesMax} bytes, got ${bytes.length}`);
  }
  if (devices.serial.receive(bytes)) return undefined;
  return refuseEvent('backlog-full', 'the guest has not read what came before: try again later');
}

function refuseEvent(reason: EventRefusal['reason'], what: string): EventRefusal {
  return { kind: 'event-refused', reason, message: `machine: event refused: ${what}` };
}

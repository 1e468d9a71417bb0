// The requests of hosts to the arbiter and to the shared disk: when each takes effect, and when its
// answer comes back, if it does. The weather decides; arbiter and disk are their own files.

import type { ArbiterRecord, Effect, Input } from '../../impl/protocol/index.ts';
import { createArbiter } from './arbiter.ts';
import { createDisk } from './disk.ts';
import type { Host, Hosts } from './host.ts';
import type { Journal } from './journal.ts';
import type { Schedule } from './schedule.ts';
import { recordText } from './trace-text.ts';
import type { Weather } from './weather.ts';

export interface RequestsOptions {
  readonly schedule: Schedule;
  readonly weather: Weather;
  readonly hosts: Hosts;
  readonly journal: Journal;
  readonly diskChecksAtAcceptance: boolean;
  readonly deliver: (host: Host, input: Input) => void;
}

export interface Requests {
  /** The record as it stands. */
  readonly record: ArbiterRecord | null;
  /** Every record that was written. */
  readonly records: readonly ArbiterRecord[];
  setArbiterUp(isUp: boolean): void;
  ask(host: Host, effect: Extract<Effect, { type: 'arbiter.request' }>): void;
  writeDisk(host: Host, effect: Extract<Effect, { type: 'disk.request' }>): void;
}

export function createRequests(options: RequestsOptions): Requests {
  const { schedule, weather, hosts, journal, deliver } = options;
  const records: ArbiterRecord[] = [];
  let isArbiterUp = true;

  const arbiter = createArbiter((record) => {
    records.push(record);
    journal.log(`arbiter ${recordText(record)}`);
    journal.watch((watcher) => watcher.recordWritten?.(record));
  });
  const disk = createDisk({
    checksAtAcceptance: options.diskChecksAtAcceptance,
    changed: (data) => journal.watch((watcher) => watcher.blockChanged?.(data)),
  });

  return {
    get record() {
      return arbiter.record;
    },
    records,
    setArbiterUp(isUp) {
      isArbiterUp = isUp;
      journal.log(`arbiter ${isUp ? 'up' : 'down'}`);
    },
    ask(host, { nonce, action }) {
      const { applied, answered, failed } = weather.arbiter();
      if (applied !== null && isArbiterUp) {
        schedule.after(applied, () => {
          if (!isArbiterUp) return;
          const record = arbiter.apply(action);
          if (answered === null) return;
          hosts.later(host, answered, () =>
            deliver(host, { type: 'arbiter.answered', nonce, record }),
          );
        });
      }
      if (failed !== null) {
        hosts.later(host, failed, () => deliver(host, { type: 'arbiter.failed', nonce }));
      }
    },
    writeDisk(host, { operation, token, action }) {
      const fate = weather.disk();
      const { life, halts } = host;
      const isDead = (): boolean => host.life !== life || host.node === null;
      schedule.after(fate.accepted, () => {
        if (fate.lostInCrash && isDead()) return;
        const apply = disk.accept(token, action);
        schedule.after(fate.applied, () => {
          const result = apply();
          if (isDead()) return;
          hosts.later(host, fate.answered, () => {
            if (host.halts === halts) deliver(host, { type: 'disk.answered', operation, result });
          });
        });
      });
    },
  };
}

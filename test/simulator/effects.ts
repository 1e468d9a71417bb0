// Where each effect of a node goes: the network, the arbiter, the disk, the guest on its host, and
// what the outside sees, which is kept here.

import type { Effect, Input } from '../../impl/protocol/index.ts';
import type { GuestEffects } from './guest-effects.ts';
import type { Host } from './host.ts';
import type { Journal } from './journal.ts';
import type { Network } from './network.ts';
import type { Requests } from './requests.ts';
import type { Emission, WorldView } from './watcher.ts';

export interface EffectsOptions {
  readonly journal: Journal;
  readonly wire: Network;
  readonly requests: Requests;
  readonly guests: GuestEffects;
  readonly view: () => WorldView;
}

export interface Effects {
  readonly emissions: readonly Emission[];
  readonly reports: readonly string[];
  /** What the node must hear after this step goes to `followers`. */
  carryOut(host: Host, effect: Effect, followers: Input[]): void;
}

export function createEffects({ journal, wire, requests, guests, view }: EffectsOptions): Effects {
  const emissions: Emission[] = [];
  const reports: string[] = [];

  function emit(emission: Emission): void {
    emissions.push(emission);
    journal.watch((watcher) => watcher.emitted?.(emission, view()));
  }

  return {
    emissions,
    reports,
    carryOut(host, effect, followers) {
      const { incarnation } = host;
      switch (effect.type) {
        case 'channel.open':
          wire.open(incarnation, effect.peer, effect.connection);
          break;
        case 'channel.close':
          wire.close(incarnation, effect.connection);
          break;
        case 'channel.send':
          wire.send(incarnation, effect.connection, effect.message);
          break;
        case 'datagram.send':
          wire.datagram(incarnation, effect.to, effect.message);
          break;
        case 'arbiter.request':
          requests.ask(host, effect);
          break;
        case 'disk.request':
          requests.writeDisk(host, effect);
          break;
        case 'output.emit': {
          const { channel, offset, data } = effect;
          emit({ from: incarnation, channel, offset, data });
          break;
        }
        case 'address.announce':
          break;
        case 'report':
          reports.push(`${incarnation} ${effect.state}`);
          journal.watch((watcher) => watcher.reported?.({ from: incarnation, ...effect }, view()));
          break;
        default:
          guests.drive(host, effect, followers);
      }
    },
  };
}

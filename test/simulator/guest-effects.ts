// What a node asks of the guest on its host: run, copy, restore, apply an entry, halt. A replayed
// entry takes time; a live guest runs in slices.

import type { Counter, Effect, Input, ReplayEntry } from '../../impl/protocol/index.ts';
import type { GuestDriver, GuestEvent, GuestImage } from './guest-driver.ts';
import { eventInput, type GuestSlices } from './guest-slices.ts';
import { count, fullShare, type Host, type Hosts } from './host.ts';
import type { Journal } from './journal.ts';
import type { Schedule } from './schedule.ts';
import type { Weather } from './weather.ts';

type GuestEffect = Extract<Effect, { type: `guest.${string}` }>;

export interface GuestEffectsOptions {
  readonly schedule: Schedule;
  readonly weather: Weather;
  readonly hosts: Hosts;
  readonly journal: Journal;
  readonly slices: GuestSlices;
  readonly createGuest: () => GuestDriver;
  readonly give: (host: Host, input: Input) => void;
}

export interface GuestEffects {
  /** Carries out the effect; what the node must hear after this step goes to `followers`. */
  drive(host: Host, effect: GuestEffect, followers: Input[]): void;
}

export function createGuestEffects(options: GuestEffectsOptions): GuestEffects {
  const { schedule, weather, hosts, journal, slices, createGuest, give } = options;

  /** By the token under which they were saved: every host reaches them. */
  const images = new Map<bigint, SavedMachine>();

  /** A host that stalls replays when it wakes. */
  function planReplay(host: Host, entry: ReplayEntry): void {
    const { guests } = host;
    const epoch = host.node?.role.kind === 'backup' ? host.node.role.link.epoch : null;
    hosts.later(host, weather.replay(), () => {
      if (host.guests !== guests || host.guest === null) return;
      if (host.stalledUntil > schedule.now) planReplay(host, entry);
      else replay(host, { guest: host.guest, entry, epoch });
    });
  }

  function replay(host: Host, { guest, entry, epoch }: Replay): void {
    const { seq } = entry;
    const outcome = guest.apply(entry);
    if (outcome.type === 'diverged') {
      journal.watch((watcher) => watcher.diverged?.(epoch ?? 0n, seq));
      const position = count<Counter<'position'>>(outcome.position);
      give(host, { type: 'guest.diverged', seq, position });
      return;
    }
    if (epoch !== null) {
      journal.watch((watcher) => watcher.entryApplied?.(epoch, seq, () => guest.digest()));
    }
    give(host, { type: 'guest.applied', seq, output: outcome.output });
  }

  /** What is held stays as it is while it is written. */
  function saveGuest(host: Host, { token, open, offsets }: SaveEffect): void {
    const { guests, guest, completions } = host;
    if (guest === null) throw new Error(`${host.incarnation}: saved before it ran`);
    const image = { guest: guest.copy(), completions: [...completions], open, offsets };
    const { delay, isDurable } = weather.image();
    hosts.later(host, delay, () => {
      if (host.guests !== guests) return;
      if (isDurable) images.set(token, image);
      give(host, { type: 'guest.saved', result: isDurable ? 'done' : 'error' });
    });
  }

  function loadGuest(host: Host, token: bigint): void {
    const image = images.get(token);
    if (image === undefined) throw new Error(`${host.incarnation}: no image of token ${token}`);
    hosts.later(host, weather.image().delay, () => {
      dropGuest(host);
      host.guest = createGuest();
      host.guest.restore(image.guest.position, image.guest.state);
      host.completions = [...image.completions];
      const { open, offsets } = image;
      const { position, state } = image.guest;
      const at = count<Counter<'position'>>(position);
      give(host, { type: 'guest.loaded', position: at, state, open, offsets });
    });
  }

  return {
    drive(host, effect, followers) {
      switch (effect.type) {
        case 'guest.run':
          host.guest ??= createGuest();
          slices.start(host);
          break;
        case 'guest.throttle':
          host.share = effect.share;
          break;
        case 'guest.copy':
          followers.push(...copyGuest(host));
          break;
        case 'guest.restore':
          dropGuest(host);
          host.guest = createGuest();
          host.guest.restore(effect.position, effect.state);
          break;
        case 'guest.apply':
          planReplay(host, effect.entry);
          break;
        case 'guest.complete': {
          const text = `${effect.operation} ${effect.result}`;
          host.completions.push(new TextEncoder().encode(text));
          break;
        }
        case 'guest.save':
          saveGuest(host, effect);
          break;
        case 'guest.load':
          loadGuest(host, effect.token);
          break;
        case 'guest.halt':
          host.halts += 1;
          dropGuest(host);
          break;
        default:
      }
    },
  };
}

type SaveEffect = Extract<Effect, { type: 'guest.save' }>;

interface SavedMachine {
  readonly guest: GuestImage;
  readonly completions: readonly Uint8Array[];
  readonly open: SaveEffect['open'];
  readonly offsets: SaveEffect['offsets'];
}

interface Replay {
  readonly guest: GuestDriver;
  readonly entry: ReplayEntry;
  /** Null where the node is no backup any more. */
  readonly epoch: bigint | null;
}

/** What happened before the copy was made is told before it, but by a held guest. */
function copyGuest({ node, guest, incarnation }: Host): Input[] {
  if (guest === null) throw new Error(`${incarnation}: copied before it ran`);
  const inputs: Input[] = [];
  const tell = (): GuestEvent | null => (node?.guest === 'held' ? null : guest.pending());
  for (let told = tell(); told !== null; told = tell()) inputs.push(eventInput(told));
  const { position, state } = guest.copy();
  const at = count<Counter<'position'>>(position);
  return [...inputs, { type: 'guest.copied', position: at, state }];
}

export function dropGuest(host: Host): void {
  host.guest = null;
  host.guests += 1;
  host.share = fullShare;
  host.completions = [];
  host.packets = [];
}

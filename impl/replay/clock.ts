// The time-stamp counter of a machine that runs live: the host's clock, moved so that the guest
// sees it continue from where it was and never go back.
// It owns no clock: the host's instant is asked for by a function that the outer shell gives.
// Spec: replay.md, "Going live"; machine.md, "Time-stamp counter".

export interface GuestClock {
  /** The time stamp now. */
  read(): bigint;
}

/**
 * `hostClock` counts in units of the time-stamp counter from any origin. `last` is the highest
 * time stamp the guest has seen.
 *
 * spec: replay.time-continues
 */
export function createGuestClock(hostClock: () => bigint, last: bigint): GuestClock {
  let highest = last;
  let hostBefore = hostClock();

  return {
    read() {
      const host = hostClock();
      // A host clock that steps back stands still for the guest.
      if (host > hostBefore) highest = BigInt.asUintN(64, highest + host - hostBefore);
      hostBefore = host;
      return highest;
    },
  };
}

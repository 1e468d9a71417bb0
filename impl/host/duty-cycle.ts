// Which slices of time a guest runs in, so that it has its share of a processor: as many of a hundred as
// the share has percent, spread evenly. It knows no clock: the caller makes the slices.
// Spec: protocol.md, "Flow".

export interface DutyCycle {
  /** Whether the guest runs in the slice that begins now; its share is in percent. */
  takesSlice(share: number): boolean;
}

export function createDutyCycle(): DutyCycle {
  /** Hundredths of a slice that the guest has saved up. */
  let saved = 0;
  return {
    takesSlice(share) {
      saved += share;
      if (saved < slice) return false;
      saved -= slice;
      return true;
    },
  };
}

const slice = 100;

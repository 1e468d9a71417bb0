// What one exploration, by whichever explorer, found and cost.

export interface Exploration {
  states: number;
  transitions: number;
  depth: number;
  /** Of the processor, user and system. */
  seconds: number;
  /** Of memory, at the most. */
  bytes: number;
  isExhausted: boolean;
}

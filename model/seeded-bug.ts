// A bug sown into the right model: the proof that a property can fail. Types only.

import type { Bounds } from './environment/manager.ts';
import type { Variant } from './system.ts';

export interface SeededBug {
  name: string;
  about: string;
  /** The property that its shortest counterexample violates. */
  property: string;
  steps: number;
  bounds: Bounds;
  variant: Variant;
  /** Its property says what happens in the end. */
  liveness?: true;
}

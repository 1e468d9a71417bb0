// In what a step of a trace differs from a run of the model. Types only.

import type { Field } from './duty.ts';

export interface Difference {
  /** A field of duties, or a freedom whose bound was passed. */
  readonly field: Field | 'acknowledge' | 'alive' | 'beat' | 'apply' | 'applied' | 'watermark';
  readonly observed: string;
  readonly allowed: string;
}

// One thing that the doctor looked at, and what it found. Spec: conformance.md, "The doctor".

import type { Result } from '../play.ts';

/** `remark`: nothing is wrong, and it is worth knowing. */
export type CheckStanding = 'good' | 'bad' | 'remark';

export interface Check {
  readonly name: string;
  readonly standing: CheckStanding;
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export function good(name: string, text: string): Check {
  return { name, standing: 'good', text };
}

export function bad(name: string, text: string, remedy: string | undefined): Check {
  return { name, standing: 'bad', text, ...(remedy === undefined ? {} : { remedy }) };
}

export function remark(name: string, text: string, remedy?: string): Check {
  return { name, standing: 'remark', text, ...(remedy === undefined ? {} : { remedy }) };
}

/** What to do where the adapter broke the protocol; the text of the fault says what happened. */
export function remedyOf(fault: Result['fault']): string | undefined {
  switch (fault) {
    case 'protocol':
      return 'standard output carries one JSON object a line and nothing else; logs go to standard error';
    case 'stray-reply':
      return 'answer each request once, in order, with its own "id"';
    case 'schema':
      return 'hold the reply against spec/schema/adapter.schema.json, and the tables of spec/protocol.md';
    case 'refused-request':
      return 'an error says that the adapter itself is broken: answer what is not written yet without effects, and an operation that cannot be carried out with "refused"';
    case 'timeout':
      return 'answer every line at once, and flush standard output after each';
    case 'exit':
      return 'stay until "bye" or the end of standard input; mend what ended it (its standard error is above)';
    case 'handshake':
    case 'start':
    case undefined:
      return undefined;
  }
}

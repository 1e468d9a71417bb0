// An interrupt from the terminal: the first is heard and asks for an end in order, the second ends at once.

import { exitCodes } from './print.ts';

export interface Interrupt {
  isHeard(): boolean;
  stop(): void;
}

export function listenForInterrupt(): Interrupt {
  let isHeard = false;
  const hear = (): void => {
    if (isHeard) process.exit(exitCodes.interrupted);
    isHeard = true;
  };
  process.on('SIGINT', hear);
  return { isHeard: () => isHeard, stop: () => process.off('SIGINT', hear) };
}

// Hears one interrupt, so that a long command ends with what it has found so far.

export interface Interrupt {
  isHeard(): boolean;
  stop(): void;
}

export function listenForInterrupt(): Interrupt {
  let isHeard = false;
  const hear = (): void => {
    isHeard = true;
  };
  process.once('SIGINT', hear);
  return { isHeard: () => isHeard, stop: () => process.off('SIGINT', hear) };
}

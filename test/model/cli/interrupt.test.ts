// The first interrupt asks for an end in order, the second ends at once.

import { expect, test, vi } from 'vitest';
import { listenForInterrupt } from '../../../model/cli/interrupt.ts';

test('the first interrupt is heard, the second ends the process with 130', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const before = process.listenerCount('SIGINT');
  const interrupt = listenForInterrupt();
  expect(interrupt.isHeard()).toBe(false);
  process.emit('SIGINT');
  expect(interrupt.isHeard()).toBe(true);
  expect(exit).not.toHaveBeenCalled();
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(130);
  interrupt.stop();
  expect(process.listenerCount('SIGINT')).toBe(before);
  exit.mockRestore();
});

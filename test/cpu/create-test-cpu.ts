// A processor for tests: RAM of its own and an outside that answers zeros and keeps a record.

import {
  type Cpu,
  createCpu,
  createGuestMemory,
  type GuestMemory,
  type MmioWindow,
  type Outside,
} from '../../impl/cpu/index.ts';

export type TestCpu = { readonly cpu: Cpu; readonly ram: Uint8Array; readonly asked: string[] };

export function createTestCpu(options: {
  code?: readonly number[] | Uint8Array;
  entry?: number;
  stack?: bigint;
  ramBytes?: number;
  mmioWindows?: readonly MmioWindow[];
  outside?: Partial<Outside>;
  /** Translates what was arrived at more often; without it there is no translator. */
  threshold?: number;
  /** For the translator, in place of memory of its own. */
  memory?: GuestMemory;
}): TestCpu {
  const { threshold, ramBytes = 0x10_000 } = options;
  const memory =
    threshold === undefined ? undefined : (options.memory ?? createGuestMemory(ramBytes));
  const ram = memory?.ram ?? new Uint8Array(ramBytes);
  const entry = options.entry ?? 0x1000;
  ram.set(options.code ?? [], entry);
  const asked: string[] = [];
  const record = <T>(line: string, answer: T): T => {
    asked.push(line);
    return answer;
  };
  const outside: Outside = {
    readPort: (port, bytes) => record(`readPort ${port} ${bytes}`, 0),
    writePort: (port, bytes, value) => record(`writePort ${port} ${bytes} ${value}`, undefined),
    readMmio: (address, bytes) => record(`readMmio ${address} ${bytes}`, 0n),
    writeMmio: (address, bytes, value) =>
      record(`writeMmio ${address} ${bytes} ${value}`, undefined),
    readTimeStamp: () => record('readTimeStamp', 0n),
    ...options.outside,
  };
  const cpu = createCpu({
    ram,
    outside,
    mmioWindows: options.mmioWindows ?? [],
    entry: BigInt(entry),
    stack: options.stack ?? 0x8000n,
    ...(threshold === undefined || memory === undefined
      ? {}
      : { translator: { memory, threshold } }),
  });
  return { cpu, ram, asked };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createByteReader } from '../../impl/base/byte-reader.ts';
import { createByteWriter } from '../../impl/base/byte-writer.ts';
import {
  createSerialPort,
  type SerialPort,
  serialBacklogBytesMax,
} from '../../impl/machine/serial-port.ts';

interface Bench {
  readonly port: SerialPort;
  readonly sent: number[];
  interrupts: number;
}

function createBench(): Bench {
  const sent: number[] = [];
  const bench = { sent, interrupts: 0 };
  const port = createSerialPort({
    transmitted: (byte) => sent.push(byte),
    receiverRead: () => {},
    interruptRaised: () => {
      bench.interrupts += 1;
    },
  });
  return Object.assign(bench, { port });
}

/** FIFO on, interrupts connected, ready to receive. */
function createReadyBench(interruptEnable: number): Bench {
  const bench = createBench();
  bench.port.write(2, 0x07);
  bench.port.write(4, 0x0b);
  bench.port.write(1, interruptEnable);
  return bench;
}

function drain(port: SerialPort): number[] {
  const bytes: number[] = [];
  while (port.read(5) & 1) bytes.push(port.read(0));
  return bytes;
}

describe('16550 serial port', () => {
  it('transmits what is written and reports the transmitter empty', () => {
    const { port, sent } = createBench();
    port.write(0, 0x41);
    expect(sent).toEqual([0x41]);
    expect(port.read(5)).toBe(0x60);
  });

  it('keeps the divisor apart from the data while the latch is open', () => {
    const { port, sent } = createBench();
    port.write(3, 0x83);
    port.write(0, 0x34);
    port.write(1, 0x12);
    expect([port.read(0), port.read(1)]).toEqual([0x34, 0x12]);
    port.write(3, 0x03);
    expect(port.read(1)).toBe(0);
    expect(sent).toEqual([]);
  });

  it('gives back every byte received, in order, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), (chunks) => {
        const { port } = createReadyBench(1);
        for (const chunk of chunks) expect(port.receive(chunk)).toBe(true);
        expect(drain(port)).toEqual(chunks.flatMap((chunk) => [...chunk]));
      }),
    );
  });

  it('lets nothing into the receiver before the guest requests to send', () => {
    const { port } = createBench();
    port.receive(Uint8Array.of(7));
    expect(port.read(5) & 1).toBe(0);
    port.write(2, 0x07);
    port.write(4, 0x02);
    expect(drain(port)).toEqual([7]);
  });

  it('refuses more than the backlog holds and keeps what it has', () => {
    const { port } = createBench();
    expect(port.receive(new Uint8Array(serialBacklogBytesMax))).toBe(true);
    expect(port.receive(Uint8Array.of(1))).toBe(false);
    port.write(2, 0x01);
    port.write(4, 0x02);
    expect(drain(port)).toHaveLength(serialBacklogBytesMax);
  });

  it('interrupts on received data until the data is read', () => {
    const bench = createReadyBench(1);
    bench.port.receive(Uint8Array.of(1, 2));
    expect(bench.interrupts).toBe(1);
    expect(bench.port.read(2)).toBe(0xc4);
    drain(bench.port);
    expect(bench.port.read(2)).toBe(0xc1);
    bench.port.receive(Uint8Array.of(3));
    expect(bench.interrupts).toBe(2);
  });

  it('interrupts on an empty transmitter until the identification is read', () => {
    const bench = createReadyBench(2);
    expect(bench.interrupts).toBe(1);
    expect(bench.port.read(2)).toBe(0xc2);
    expect(bench.port.read(2)).toBe(0xc1);
    bench.port.write(0, 0x41);
    expect(bench.interrupts).toBe(2);
  });

  it('does not interrupt while OUT2 does not connect the line', () => {
    const bench = createBench();
    bench.port.write(4, 0x02);
    bench.port.write(1, 0x01);
    bench.port.receive(Uint8Array.of(1));
    expect(bench.interrupts).toBe(0);
    bench.port.write(4, 0x0a);
    expect(bench.interrupts).toBe(1);
  });

  it('loops back data and modem lines, and reports an overrun once', () => {
    const { port, sent } = createBench();
    port.write(4, 0x1f);
    expect(port.read(6)).toBe(0xf0);
    port.write(4, 0x12);
    expect(port.read(6)).toBe(0x10);
    port.write(0, 1);
    port.write(0, 2);
    expect(port.read(5)).toBe(0x63);
    expect(port.read(5)).toBe(0x61);
    expect(port.read(0)).toBe(1);
    expect(sent).toEqual([]);
  });

  it('saved and loaded after any history, goes on as if nothing had been', () => {
    const access = fc.record({
      isWrite: fc.boolean(),
      register: fc.integer({ min: 0, max: 7 }),
      value: fc.integer({ min: 0, max: 255 }),
    });
    const step = fc.oneof(access, fc.uint8Array({ maxLength: 40 }));
    const apply = (
      port: SerialPort,
      input: typeof step extends fc.Arbitrary<infer T> ? T : never,
    ) =>
      input instanceof Uint8Array
        ? Number(port.receive(input))
        : input.isWrite
          ? port.write(input.register, input.value)
          : port.read(input.register);
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (before, after) => {
        const [first, second] = [createBench(), createBench()];
        for (const input of before) apply(first.port, input);
        const writer = createByteWriter();
        first.port.save(writer);
        expect(second.port.load(createByteReader(writer.toBytes()))).toBe(true);
        const [sent, interrupts] = [first.sent.length, first.interrupts];
        for (const input of after) {
          expect(apply(second.port, input)).toEqual(apply(first.port, input));
        }
        expect(second.sent).toEqual(first.sent.slice(sent));
        expect(second.interrupts).toBe(first.interrupts - interrupts);
      }),
    );
  });
});

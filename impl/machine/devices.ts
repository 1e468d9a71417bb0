// The devices of one machine wired together: ports, the APIC's page, the one interrupt route, and
// the group of bytes on its way out. It holds no processor and no memory.
// Spec: machine.md, "The guest's view" and "Outputs".

import type { ByteReader } from '../base/byte-reader.ts';
import type { ByteWriter } from '../base/byte-writer.ts';
import { createLocalApic, type LocalApic, localApicAddress } from './local-apic.ts';
import { createOutputLine, type OutputLine } from './output-line.ts';
import { createSerialPort, type SerialPort } from './serial-port.ts';

/** The vector that the serial line raises. */
export const serialVector = 0x24;

export interface DeviceEvents {
  /** A group of bytes of the serial stream is complete. */
  output(offset: bigint, bytes: Uint8Array): void;
  readTimeStamp(): bigint;
  /** The guest switches the machine off. */
  powerOff(): void;
}

export interface Devices {
  readonly serial: SerialPort;
  readonly line: OutputLine;
  readonly apic: LocalApic;
  readPort(port: number, bytes: number): number;
  writePort(port: number, bytes: number, value: number): void;
  readMmio(address: number, bytes: number): bigint;
  writeMmio(address: number, bytes: number, value: bigint): void;
  save(writer: ByteWriter): void;
  load(reader: ByteReader): boolean;
}

export function createDevices(events: DeviceEvents): Devices {
  const line = createOutputLine(events.output);
  const apic = createLocalApic();
  const serial = createSerialPort({
    transmitted: (byte) => line.put(byte),
    receiverRead: () => line.flush(),
    interruptRaised: () => apic.raise(serialVector),
  });

  const isSerial = (port: number): boolean => port >= serialPort && port < serialPort + 8;

  return {
    serial,
    line,
    apic,
    readPort(port, bytes) {
      let value = 0;
      for (let index = 0; index < bytes; index += 1) {
        const at = port + index;
        const byte = isSerial(at) ? serial.read(at - serialPort) : 0xff;
        value |= byte << (8 * index);
      }
      return value >>> 0;
    },
    writePort(port, bytes, value) {
      if (port === powerPort && bytes >= 2 && value & powerSleep) {
        line.flush();
        events.powerOff();
        return;
      }
      for (let index = 0; index < bytes; index += 1) {
        const at = port + index;
        if (isSerial(at)) serial.write(at - serialPort, (value >>> (8 * index)) & 0xff);
      }
    },
    readMmio(address, bytes) {
      if (bytes !== 4 || address % 16 !== 0) return 0n;
      const value = apic.read(address - localApicAddress, events.readTimeStamp);
      return BigInt(value >>> 0);
    },
    writeMmio(address, bytes, value) {
      if (bytes !== 4 || address % 16 !== 0) return;
      const word = Number(BigInt.asUintN(32, value));
      apic.write(address - localApicAddress, word, events.readTimeStamp);
    },
    save(writer) {
      serial.save(writer);
      line.save(writer);
      apic.save(writer);
    },
    load(reader) {
      return serial.load(reader) && line.load(reader) && apic.load(reader);
    },
  };
}

const serialPort = 0x3f8;
const powerPort = 0x604;
const powerSleep = 1 << 13;

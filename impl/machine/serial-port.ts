// A 16550 serial port: what the guest sees at eight ports, and the line to the outside.
// Not a UART in time: a byte is on the line as soon as it is written; no baud rate, no parity.
// Spec: machine.md, "Serial port". Source: the National Semiconductor PC16550D data sheet.

import type { ByteReader } from '../base/byte-reader.ts';
import type { ByteWriter } from '../base/byte-writer.ts';

/** Bytes received from outside that the guest has not taken yet, at most. */
export const serialBacklogBytesMax = 65536;

export interface SerialPort {
  /** Reads one of the eight registers, 0 to 7. */
  read(register: number): number;
  write(register: number, value: number): void;
  /** Bytes from outside; false, with nothing taken, where they do not fit the backlog. */
  receive(bytes: Uint8Array): boolean;
  save(writer: ByteWriter): void;
  load(reader: ByteReader): boolean;
}

export interface SerialPortEvents {
  /** One byte written to the transmitter. */
  transmitted(byte: number): void;
  /** The guest read the receiver buffer. */
  receiverRead(): void;
  /** The interrupt line rose. */
  interruptRaised(): void;
}

/** spec: machine.serial-port */
export function createSerialPort(events: SerialPortEvents): SerialPort {
  let interruptEnable = 0;
  let lineControl = 0;
  let modemControl = 0;
  let scratch = 0;
  let divisor = 1;
  let isFifoOn = false;
  let isTransmitterEmptyPending = false;
  let isOverrun = false;
  let line = false;
  let fifo: number[] = [];
  let backlog = new Uint8Array(0);

  const isLatchOpen = (): boolean => (lineControl & lineLatch) !== 0;
  const isLoopback = (): boolean => (modemControl & modemLoopback) !== 0;
  const fifoSize = (): number => (isFifoOn ? 16 : 1);

  function interruptId(): number {
    if (isOverrun && interruptEnable & enableLineStatus) return idLineStatus;
    if (fifo.length > 0 && interruptEnable & enableReceived) return idReceived;
    if (isTransmitterEmptyPending && interruptEnable & enableTransmitterEmpty) {
      return idTransmitterEmpty;
    }
    return idNone;
  }

  /** The line follows the pending interrupt while OUT2 connects it, as on a PC. */
  function updateLine(): void {
    const isConnected = (modemControl & modemOut2) !== 0 && !isLoopback();
    const next = isConnected && interruptId() !== idNone;
    const hasRisen = next && !line;
    line = next;
    if (hasRisen) events.interruptRaised();
  }

  /**
   * The sender outside honours RTS: nothing enters the receiver before the guest asks for it.
   *
   * spec: machine.serial-input-waits
   */
  function refill(): void {
    if ((modemControl & modemRequestToSend) === 0 || isLoopback()) return;
    const count = Math.min(fifoSize() - fifo.length, backlog.length);
    if (count <= 0) return;
    fifo.push(...backlog.subarray(0, count));
    backlog = backlog.subarray(count);
  }

  function readReceiver(): number {
    const byte = fifo.shift() ?? 0;
    events.receiverRead();
    return byte;
  }

  function readInterruptId(): number {
    const id = interruptId();
    if (id === idTransmitterEmpty) isTransmitterEmptyPending = false;
    return id | (isFifoOn ? 0xc0 : 0);
  }

  function readLineStatus(): number {
    const status = (fifo.length > 0 ? 1 : 0) | (isOverrun ? 2 : 0) | lineTransmitterEmpty;
    isOverrun = false;
    return status;
  }

  /** In loopback the modem inputs are the modem outputs; otherwise the peer is there and ready. */
  function readModemStatus(): number {
    if (!isLoopback()) return 0xb0;
    const swapped = ((modemControl & 1) << 1) | ((modemControl & 2) >> 1);
    return ((swapped | (modemControl & 0x0c)) & 0x0f) << 4;
  }

  function transmit(byte: number): void {
    isTransmitterEmptyPending = false;
    updateLine();
    if (!isLoopback()) events.transmitted(byte);
    else if (fifo.length < fifoSize()) fifo.push(byte);
    else isOverrun = true;
    isTransmitterEmptyPending = true;
  }

  function writeInterruptEnable(value: number): void {
    const isNewlyOn = (value & ~interruptEnable & enableTransmitterEmpty) !== 0;
    interruptEnable = value & 0x0f;
    if (isNewlyOn) isTransmitterEmptyPending = true;
  }

  function writeFifoControl(value: number): void {
    const isOn = (value & 1) !== 0;
    if (isOn !== isFifoOn || value & 2) fifo = [];
    isFifoOn = isOn;
  }

  function read(register: number): number {
    switch (register) {
      case 0:
        return isLatchOpen() ? divisor & 0xff : readReceiver();
      case 1:
        return isLatchOpen() ? divisor >> 8 : interruptEnable;
      case 2:
        return readInterruptId();
      case 3:
        return lineControl;
      case 4:
        return modemControl;
      case 5:
        return readLineStatus();
      case 6:
        return readModemStatus();
      default:
        return scratch;
    }
  }

  function write(register: number, value: number): void {
    switch (register) {
      case 0:
        if (isLatchOpen()) divisor = (divisor & 0xff00) | value;
        else transmit(value);
        return;
      case 1:
        if (isLatchOpen()) divisor = (divisor & 0x00ff) | (value << 8);
        else writeInterruptEnable(value);
        return;
      case 2:
        writeFifoControl(value);
        return;
      case 3:
        lineControl = value;
        return;
      case 4:
        modemControl = value & 0x1f;
        return;
      case 7:
        scratch = value;
        return;
      default:
        return; // line and modem status are read-only
    }
  }

  return {
    read(register) {
      const value = read(register);
      refill();
      updateLine();
      return value;
    },
    write(register, value) {
      write(register, value);
      refill();
      updateLine();
    },
    receive(bytes) {
      if (backlog.length + bytes.length > serialBacklogBytesMax) return false;
      const joined = new Uint8Array(backlog.length + bytes.length);
      joined.set(backlog);
      joined.set(bytes, backlog.length);
      backlog = joined;
      refill();
      updateLine();
      return true;
    },
    save(writer) {
      const flags = [isFifoOn, isTransmitterEmptyPending, isOverrun, line];
      for (const value of [interruptEnable, lineControl, modemControl, scratch]) writer.u8(value);
      writer.u16(divisor);
      writer.u8(flags.reduce((bits, flag, index) => bits | (flag ? 1 << index : 0), 0));
      writer.u8(fifo.length);
      writer.bytes(Uint8Array.from(fifo));
      writer.u32(backlog.length);
      writer.bytes(backlog);
    },
    load(reader) {
      interruptEnable = reader.u8();
      lineControl = reader.u8();
      modemControl = reader.u8();
      scratch = reader.u8();
      divisor = reader.u16();
      const flags = reader.u8();
      isFifoOn = (flags & 1) !== 0;
      isTransmitterEmptyPending = (flags & 2) !== 0;
      isOverrun = (flags & 4) !== 0;
      line = (flags & 8) !== 0;
      fifo = [...reader.bytes(reader.u8())];
      backlog = reader.bytes(reader.u32()).slice();
      const isInRange = interruptEnable <= 0x0f && modemControl <= 0x1f && flags <= 0x0f;
      return isInRange && fifo.length <= fifoSize() && backlog.length <= serialBacklogBytesMax;
    },
  };
}

const enableReceived = 1;
const enableTransmitterEmpty = 2;
const enableLineStatus = 4;

const idNone = 1;
const idTransmitterEmpty = 2;
const idReceived = 4;
const idLineStatus = 6;

const lineLatch = 0x80;
const lineTransmitterEmpty = 0x60;

const modemRequestToSend = 2;
const modemOut2 = 8;
const modemLoopback = 0x10;

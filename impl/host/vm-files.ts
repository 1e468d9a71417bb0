// Files of the vm verbs: guest images to read, logs to write and to read in pieces, traces to write.
// Reading a log piece by piece keeps its size out of memory.
// Spec: replay.md, "Header" and "Reading".

import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { createMachine, type Machine, type TranslateAfter } from '../machine/index.ts';
import {
  bytesToLogHeader,
  type CodecError,
  createLogReader,
  entryToBytes,
  type LogEntry,
  type LogHeader,
  logHeaderToBytes,
} from '../replay/index.ts';

/** Bad input, told in one line; the verb ends with the exit code for data. */
export class DataError extends Error {}

export interface MachineChoice {
  readonly memoryMebibytes: number;
  /** How it executes; the machine's own choice unless given. */
  readonly translateAfter?: TranslateAfter;
}

export function openMachine(imagePath: string, choice: MachineChoice): Machine {
  const { memoryMebibytes, ...execution } = choice;
  const image = new Uint8Array(attempt(`image ${imagePath}`, () => readFileSync(imagePath)));
  const machine = createMachine({ image, ramBytes: memoryMebibytes * 1024 * 1024, ...execution });
  if (machine.kind !== 'machine') throw new DataError(`${imagePath}: ${machine.message}`);
  return machine;
}

export interface LogFile {
  append(entries: readonly LogEntry[]): void;
  readonly bytes: number;
  close(): void;
}

/** A new log that starts from the machine as it is now. */
export function createLogFile(path: string, machine: Machine): LogFile {
  const file = attempt(`log ${path}`, () => openSync(path, 'w'));
  let bytes = 0;
  const write = (piece: Uint8Array): void => {
    for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at);
    bytes += piece.length;
  };
  write(logHeaderToBytes({ position: machine.position, digest: machine.digest() }));
  return {
    append(entries) {
      for (const entry of entries) write(entryToBytes(entry));
    },
    get bytes() {
      return bytes;
    },
    close() {
      closeSync(file);
    },
  };
}

export interface TextFile {
  append(text: string): void;
  close(): void;
}

/** A new file of text lines, such as a trace. */
export function createTextFile(path: string): TextFile {
  const file = attempt(`file ${path}`, () => openSync(path, 'w'));
  return {
    append(text) {
      const bytes = Buffer.from(text, 'utf8');
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    },
    close: () => closeSync(file),
  };
}

export interface LogSource {
  readonly header: LogHeader;
  /** The next entries; empty at the end of the file. */
  next(): { readonly entries: readonly LogEntry[]; readonly error?: CodecError };
  /** Bytes of an incomplete entry at the end. */
  readonly tornBytes: number;
  readonly hasEnded: boolean;
  close(): void;
}

export function openLogFile(path: string): LogSource {
  const file = attempt(`log ${path}`, () => openSync(path, 'r'));
  const first = readPiece(file, path);
  const header = bytesToLogHeader(first);
  if (header.kind !== 'header') {
    closeSync(file);
    const why = header.kind === 'incomplete' ? 'it ends within its header' : header.message;
    throw new DataError(`${path}: ${why}`);
  }
  const reader = createLogReader(logHeaderToBytes(header).length);
  let piece = first.subarray(logHeaderToBytes(header).length);
  let hasEnded = false;
  return {
    header,
    next() {
      const result = reader.push(piece);
      piece = readPiece(file, path);
      hasEnded = piece.length === 0;
      return result;
    },
    get tornBytes() {
      return reader.tornBytes;
    },
    get hasEnded() {
      return hasEnded;
    },
    close() {
      closeSync(file);
    },
  };
}

function readPiece(file: number, path: string): Uint8Array {
  const piece = new Uint8Array(pieceBytes);
  return piece.subarray(
    0,
    attempt(`log ${path}`, () => readSync(file, piece)),
  );
}

/** What the file system refuses is bad input, told with the name of the file. */
function attempt<Value>(what: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    throw new DataError(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const pieceBytes = 1024 * 1024;

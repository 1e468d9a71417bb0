// The public entry point of record and replay: entries and their bytes, recorder, replayer.
// Spec: replay.md.

export type { Epoch, Position, Sequence } from '../base/counters.ts';
export {
  type Divergence,
  type DivergenceSide,
  divergenceToText,
} from './divergence.ts';
export {
  bigintToEpoch,
  bigintToPosition,
  bigintToSequence,
  type EntryBody,
  type EntryKind,
  type EntryPayloads,
  isOperation,
  type LogEntry,
  type PowerOffOrigin,
  placeEntry,
} from './entry.ts';
export {
  bytesToEntry,
  bytesToPayload,
  type CodecError,
  type CodecErrorReason,
  type DecodedEntry,
  entryBytesMax,
  entryToBytes,
  type Incomplete,
  payloadBytesMax,
  payloadToBytes,
} from './entry-codec.ts';
export { type PushResult, queuedEntriesMax } from './entry-queue.ts';
export { bytesToLogHeader, type LogHeader, logHeaderToBytes, logVersion } from './log-header.ts';
export { bytesToLog, createLogReader, type LogReader, type ReadLog } from './log-reader.ts';
export {
  createRecorder,
  type NumberedOutput,
  type Recorded,
  type Recorder,
  type RecorderOptions,
} from './recorder.ts';
export {
  createReplayer,
  type GoLiveRefusal,
  type Replayed,
  type Replayer,
  type ReplayerOptions,
  type ReplayStop,
} from './replayer.ts';

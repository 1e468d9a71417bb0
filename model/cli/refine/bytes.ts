// What acceptance must know of bytes: their size and check, an output's payload, a completion's operation.
// Not a comparison: the model compares. Spec: replay, "Payloads"; protocol, "Messages".

import { createHash } from 'node:crypto';
import type { BytesReader, OutputPayload } from '../../refine/trace.ts';

export const bytesReader: BytesReader = {
  digest(text) {
    const bytes = Buffer.from(text, 'base64');
    const digest = createHash('sha256').update(bytes).digest('hex');
    return { size: bytes.length, check: digest.slice(0, 2 * checkBytes) };
  },
  output(text) {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length !== payloadBytes) return null;
    const channel = channels[bytes.readUInt16LE(0)];
    const place = Number(bytes.readBigUInt64LE(2));
    if (channel === undefined || !Number.isSafeInteger(place)) return null;
    const check = bytes.toString('hex', headBytes);
    return { channel, place, size: bytes.readUInt32LE(10), check };
  },
  operation(text) {
    // Twenty digits are the largest 64-bit number.
    const head = Buffer.from(text, 'base64').toString('latin1', 0, 20);
    const digits = /^\d+/.exec(head)?.[0];
    const operation = Number(digits ?? Number.NaN);
    return Number.isSafeInteger(operation) ? operation : null;
  },
};

/** Channel (2 bytes), offset or operation (8), size (4); then the check. */
const headBytes = 14;
const checkBytes = 8;
const payloadBytes = headBytes + checkBytes;
const channels: readonly OutputPayload['channel'][] = ['console', 'network', 'disk'];

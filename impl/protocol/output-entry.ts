// The data of an output's entry: what a backup needs to see that its guest made the same output.
// Not the bytes themselves: the backup's own guest makes those.
// Spec: protocol.md, "Messages"; replay.md, "Payloads".

import { createByteWriter } from '../base/byte-writer.ts';
import { sha256 } from '../base/sha256.ts';
import type { Channel } from './inputs.ts';
import type { Output } from './state.ts';

/** Channel, offset, size, and the first bytes of the SHA-256 digest; a disk output has its
 *  operation in the place of the offset. */
export function outputEntryData(output: Output): Uint8Array {
  const writer = createByteWriter();
  writer.u16(channelNumbers[output.channel]);
  writer.u64(output.channel === 'disk' ? output.operation : output.offset);
  writer.u32(output.data.length);
  writer.bytes(sha256(output.data).subarray(0, checkBytes));
  return writer.toBytes();
}

const channelNumbers: Record<Channel, number> = { console: 0, network: 1, disk: 2 };
const checkBytes = 8;

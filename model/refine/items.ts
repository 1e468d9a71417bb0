// Bytes as the model knows them: one number for each content. An output is also told by its place in its channel, so
// that an emission at a wrong offset is another item. Compared are size and the first eight bytes of SHA-256, as the
// log itself compares an output. Spec: protocol, "Messages"; replay, "Payloads".

import { createInterner } from '../intern.ts';
import type { Bytes, BytesReader, OutputPayload } from './trace.ts';

export interface Items {
  /** The number of these bytes, whatever they are. */
  bytes(bytes: Bytes): number;
  /** The number of these bytes as an output at this place. */
  made(output: Pick<OutputPayload, 'channel' | 'place'>, bytes: Bytes): number;
  /** The number of an output of which only the payload is known. */
  output(payload: OutputPayload): number;
  /** For people. */
  text(item: number): string;
}

export function createItems(reader: BytesReader): Items {
  const contents = createInterner<string>((content) => content);
  const output = ({ channel, place, size, check }: OutputPayload): number => {
    const where = channel === 'disk' ? `operation ${place}` : `${channel} at ${place}`;
    return contents.id(`${where}, ${size} bytes ${check}`);
  };
  return {
    bytes(bytes) {
      const { size, check } = reader.digest(bytes);
      return contents.id(`${size} bytes ${check}`);
    },
    made: ({ channel, place }, bytes) => output({ channel, place, ...reader.digest(bytes) }),
    output,
    text: contents.value,
  };
}

// Where each word of a state stands in the bits of a packed one. Words do not cross from one 32-bit number to the next;
// what is left over in a number is given to the words in it, so that few values more seldom need another layout.

export interface Layout {
  /** 32-bit numbers of a packed state. */
  readonly stride: number;
  /** Of each word: its number, its lowest bit there, and its bits, there and moved to the lowest. */
  readonly places: Uint8Array;
  readonly shifts: Uint8Array;
  readonly masks: Int32Array;
  readonly ones: Int32Array;
}

/** Room for words of so many bits each, in as few numbers as hold them, and about as much left over in each of these. */
export function createLayout(needs: Uint8Array): Layout {
  const total = needs.reduce((sum, need) => sum + need, 0);
  let stride = Math.max(1, Math.ceil(total / placeBits));
  let groups = spread(needs, stride);
  while (groups === null) {
    stride++;
    groups = spread(needs, stride);
  }
  const width = needs.length;
  const layout: Layout = {
    stride,
    places: new Uint8Array(width),
    shifts: new Uint8Array(width),
    masks: new Int32Array(width),
    ones: new Int32Array(width),
  };
  groups.forEach((words, place) => {
    let shift = 0;
    for (const { word, bits } of words) {
      const ones = bits === placeBits ? -1 : 2 ** bits - 1;
      layout.places[word] = place;
      layout.shifts[word] = bits === 0 ? 0 : shift;
      layout.ones[word] = ones;
      layout.masks[word] = ones << (layout.shifts[word] ?? 0);
      shift += bits;
    }
  });
  return layout;
}

interface Field {
  word: number;
  bits: number;
}

/** The widest first, each where most is left; null: they do not fit so. */
function spread(needs: Uint8Array, stride: number): Field[][] | null {
  const groups = Array.from({ length: stride }, (): { left: number; fields: Field[] } => ({
    left: placeBits,
    fields: [],
  }));
  const fields = Array.from(needs, (bits, word) => ({ word, bits }));
  for (const field of fields.sort((a, b) => b.bits - a.bits)) {
    const group = groups.reduce((most, one) => (one.left > most.left ? one : most));
    if (group.left < field.bits) return null;
    group.left -= field.bits;
    group.fields.push(field);
  }
  return groups.map((group) => widened(group.fields, group.left));
}

/** What is left over goes to the words that need some bits, in turn; the widest come first. */
function widened(fields: readonly Field[], left: number): Field[] {
  const growing = fields.filter(({ bits }) => bits > 0);
  const dealt = growing.length > 0 ? growing : fields;
  const share = (at: number): number =>
    at < 0 ? 0 : Math.floor((left + dealt.length - 1 - at) / dealt.length);
  return fields.map((field) => ({
    word: field.word,
    bits: field.bits + share(dealt.indexOf(field)),
  }));
}

const placeBits = 32;

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

/** Room for words of so many bits each: first fit, the widest first. */
export function createLayout(needs: Uint8Array): Layout {
  const groups: number[][] = [];
  const used: number[] = [];
  const widest = [...needs.keys()].sort((a, b) => (needs[b] ?? 0) - (needs[a] ?? 0));
  for (const word of widest) {
    const need = needs[word] ?? 0;
    let place = used.findIndex((bits) => bits + need <= placeBits);
    if (place < 0) {
      place = used.push(0) - 1;
      groups.push([]);
    }
    used[place] = (used[place] ?? 0) + need;
    groups[place]?.push(word);
  }
  const width = needs.length;
  const layout: Layout = {
    stride: groups.length,
    places: new Uint8Array(width),
    shifts: new Uint8Array(width),
    masks: new Int32Array(width),
    ones: new Int32Array(width),
  };
  groups.forEach((words, place) => {
    const bits = widened(words.map((word) => needs[word] ?? 0));
    let shift = 0;
    for (const [index, word] of words.entries()) {
      const own = bits[index] ?? 0;
      const ones = own === placeBits ? -1 : 2 ** own - 1;
      layout.places[word] = place;
      layout.shifts[word] = own === 0 ? 0 : shift;
      layout.ones[word] = ones;
      layout.masks[word] = ones << (layout.shifts[word] ?? 0);
      shift += own;
    }
  });
  return layout;
}

/** The bits of each word of one number, with what is left over dealt out to those that need some, in turn. */
function widened(needs: readonly number[]): number[] {
  const bits = [...needs];
  let left = placeBits - needs.reduce((sum, need) => sum + need, 0);
  const growing = needs.some((need) => need > 0)
    ? bits.flatMap((need, index) => (need > 0 ? [index] : []))
    : [...bits.keys()];
  for (let turn = 0; left > 0; turn++, left--) {
    const index = growing[turn % growing.length] ?? 0;
    bits[index] = (bits[index] ?? 0) + 1;
  }
  return bits;
}

const placeBits = 32;

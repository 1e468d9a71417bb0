// Parts that are alike: a symmetry reduction. Where parts of a state may change places and leave it as it is, of the steps
// that differ only in which of these parts they touch first, one is made: that of the first part.
//
// Sound for what always holds and what is sometimes seen, when changing the places of two such parts
// - leaves the state itself as it is, so a step that touches the one has an image that touches the other;
// - maps runs to runs, so what can follow the step, and how soon, is what can follow its image;
// - and no property tells the one from the other.
// (Ip and Dill 1996, "Better verification through symmetry".) No form of a state is made canonical: the images of a state
// that was reached otherwise stay, which costs states and no verdict. Counterexamples are shortest as before.
// test/model/explore/symmetry.test.ts looks for the image of every state that is left out.

/**
 * Whether a step may be left out, by the parts that were alike before it and those of them that still are after it, a
 * bit for each.
 */
export function isSpare(before: number, after: number): boolean {
  const touched = before & ~after;
  const isOne = touched !== 0 && (touched & (touched - 1)) === 0;
  return isOne && touched !== (before & -before);
}

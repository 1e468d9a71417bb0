// The name of one life of one host's agent: `host#life`, unique for ever.
// Not a host: a host that lost its memory has another incarnation, and is another party.
// Spec: protocol.md, "Node".

/** `host#life`, both parts not empty. */
export type Incarnation = string & { readonly names: 'incarnation' };

/** The incarnation that `text` spells, or undefined where it spells none. */
export function toIncarnation(text: string): Incarnation | undefined {
  const separator = text.indexOf('#');
  const isSpelled = separator > 0 && separator < text.length - 1;
  return isSpelled ? (text as Incarnation) : undefined;
}

/** What stands before the first `#`. */
export function hostOf(incarnation: Incarnation): string {
  return incarnation.slice(0, incarnation.indexOf('#'));
}

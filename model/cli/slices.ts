// `lockstep model slices`: what the conformance suite walks, with the size of each cover.

import { coverTransitions } from '../paths.ts';
import { slices } from '../slices.ts';
import { print, renderTable } from './print.ts';

export function runSlices(options: { json?: boolean }): void {
  const rows = slices.map((slice) => {
    const { states, transitions } = coverTransitions(slice);
    const { name, node, about, alphabet } = slice;
    return { name, node, states, inputs: alphabet.length, transitions, about };
  });
  if (options.json === true) {
    print(JSON.stringify(rows, null, 2));
    return;
  }
  const table = rows.map(({ name, node, states, inputs, transitions }) => [
    name,
    node,
    String(states),
    String(inputs),
    String(transitions),
  ]);
  print(renderTable(['slice', 'node', 'states', 'inputs', 'transitions'], table));
}

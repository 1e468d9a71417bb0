// Breaks lifecycle.refusal-changes-nothing: a refused operation shuts the node up: it hears nothing any more.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => {
  let isDeaf = false;
  return {
    given: (input) => (isDeaf ? undefined : input),
    refused(code) {
      isDeaf ||= code !== undefined;
      return code;
    },
  };
});

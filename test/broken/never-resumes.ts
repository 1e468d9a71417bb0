// Breaks flow.resume-when-room: a guest that was held stays so when there is room again.
// The reference with this one thing altered, behind the adapter protocol. Not the reference.
// Spec: conformance.md, "Mutants".

import { serveAltered } from '../altered-adapter.ts';

await serveAltered(() => ({
  does(effects, cause) {
    const isRoom = cause?.type === 'channel.arrived' && cause.message.kind === 'acknowledge';
    return isRoom ? effects.filter(({ type }) => type !== 'guest.run') : effects;
  },
}));

// Never two owners: at most one host has an open gate, and who was never named as the owner emits
// nothing, nor who replays. A former owner may still let out what was acknowledged before it reads
// that it is none; the view checker watches that.

import type { Incarnation } from '../../../impl/protocol/index.ts';
import type { Watcher, WorldView } from '../watcher.ts';

export function createOwnerChecker(): Watcher {
  const owners = new Set<Incarnation>();
  return {
    name: 'owner',
    recordWritten({ owner }) {
      if (owner !== null) owners.add(owner);
      return null;
    },
    emitted({ from }, world) {
      if (!owners.has(from)) return `${from} emits and was never the owner`;
      const isReplaying = world
        .facts()
        .some(({ incarnation, guest }) => incarnation === from && guest === 'replaying');
      return isReplaying ? `${from} emits while it replays` : null;
    },
    stepped(world: WorldView) {
      for (const { incarnation, epoch, role } of world.facts()) {
        const isToldOtherwise = epoch === world.record?.epoch && world.record.owner !== incarnation;
        if (isToldOtherwise && role === 'owner') return `${incarnation} read that it is no owner`;
      }
      const open = world.facts().filter(({ gate, guest }) => gate === 'open' && guest !== 'none');
      if (open.length > 1) {
        return `the gate is open at ${open.map(({ incarnation }) => incarnation).join(' and ')}`;
      }
      const [only] = open;
      const owner = world.record?.owner ?? null;
      if (only === undefined || owner === only.incarnation) return null;
      return `the gate is open at ${only.incarnation}, the owner is ${owner}`;
    },
  };
}

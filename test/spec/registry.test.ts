// The registry of clauses as a whole: areas, revision, no text twice, every derivation with its reason.
// What makes a single clause sound is the schema (test/conformance/requirements.test.ts).

import { describe, expect, it } from 'vitest';
import { loadRequirements, loadRevision } from '../../conformance/requirements.ts';
import { requirementsDirectory } from './files.ts';

const requirements = loadRequirements(requirementsDirectory);

describe('the registry of clauses', () => {
  it('holds every area of the protocol', () => {
    const areas = new Set(requirements.map(({ area }) => area));
    expect([...areas]).toEqual(
      expect.arrayContaining([
        ...['pairing', 'logging', 'output', 'heartbeat', 'failover', 'arbitration', 'protection'],
        ...['divergence', 'flow', 'storage', 'device', 'lifecycle', 'security'],
      ]),
    );
  });

  it('names a revision', () => {
    expect(loadRevision(requirementsDirectory).revision).toMatch(/^\d{4}-\d+(-draft)?$/);
  });

  it('calls a revision a draft exactly as long as it is not frozen', () => {
    const { revision, frozen } = loadRevision(requirementsDirectory);
    expect(revision.endsWith('-draft')).toBe(!frozen);
  });

  it('gives no clause the text of another', () => {
    const texts = requirements.map(({ text }) => text);
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });

  it('derives with a reason', () => {
    const bare = requirements.filter(({ source }) => /derived(?!: \S+ \S+ \S)/.test(source));
    expect(bare.map(({ name }) => name)).toEqual([]);
  });
});

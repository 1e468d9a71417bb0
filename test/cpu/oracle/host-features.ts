// Which forms the processor of the host lacks: what it does not announce cannot be compared.

import { existsSync, readFileSync } from 'node:fs';
import type { Form } from '../../../impl/cpu/instruction.ts';

/** The names of features in /proc/cpuinfo, by mnemonic, beside those that every x86-64 has. */
const FEATURES: ReadonlyMap<string, string> = new Map([
  ...(['andn', 'bextr', 'blsi', 'blsmsk', 'blsr', 'tzcnt'] as const).map(
    (text) => [text, 'bmi1'] as const,
  ),
  ...(['bzhi', 'mulx', 'pdep', 'pext', 'rorx', 'sarx', 'shlx', 'shrx'] as const).map(
    (text) => [text, 'bmi2'] as const,
  ),
  ...(['adcx', 'adox'] as const).map((text) => [text, 'adx'] as const),
  ...(['rdfsbase', 'rdgsbase', 'wrfsbase', 'wrgsbase'] as const).map(
    (text) => [text, 'fsgsbase'] as const,
  ),
  ['lzcnt', 'abm'],
  ['popcnt', 'popcnt'],
  ['movbe', 'movbe'],
  ['crc32', 'sse4_2'],
  ['clflushopt', 'clflushopt'],
  ['clwb', 'clwb'],
  ['prefetchw', '3dnowprefetch'],
]);

/** The features that are missing here. */
export function missingFeatures(): ReadonlySet<string> {
  // A host without the file has no comparison either.
  if (!existsSync('/proc/cpuinfo')) return new Set();
  const line = /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
  const announced = new Set((line?.[1] ?? '').split(' '));
  return new Set([...FEATURES.values()].filter((feature) => !announced.has(feature)));
}

export function isAnnounced(form: Form, missing: ReadonlySet<string>): boolean {
  const feature = FEATURES.get(form.definition.text);
  return feature === undefined || !missing.has(feature);
}

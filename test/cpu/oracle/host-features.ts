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
  const announced = new Set(infoOf('flags').split(' '));
  return new Set([...FEATURES.values()].filter((feature) => !announced.has(feature)));
}

export function isAnnounced(form: Form, missing: ReadonlySet<string>): boolean {
  const feature = FEATURES.get(form.definition.text);
  return feature === undefined || !missing.has(feature);
}

/** The processor of the host, and which of the features that vectors need it announces. */
export function describeProcessor(): { readonly [name: string]: string | readonly string[] } {
  const missing = missingFeatures();
  const features = [...new Set(FEATURES.values())].filter((feature) => !missing.has(feature));
  const [vendor, family, model] = ['vendor_id', 'cpu family', 'model'].map(infoOf);
  return { vendor: vendor ?? '', family: family ?? '', model: model ?? '', features };
}

/** What /proc/cpuinfo says of the first processor. */
function infoOf(name: string): string {
  const line = new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm');
  return line.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
}

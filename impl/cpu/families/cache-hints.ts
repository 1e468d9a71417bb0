// Caches and order: prefetches, flushes and fences. There is one processor, whose accesses happen
// in order, and no cache that could be seen: what is left is that CLFLUSH and its kin fault as a
// load of the byte would. Spec: cpu.md, "Instructions".

import type { Algebra } from '../algebra.ts';
import type { Definition, Family, Operand } from '../instruction.ts';
import { addressUse, effectiveAddress } from '../operands.ts';
import { faultUnlessPrivileged } from '../privilege.ts';

const prefetch: Definition = {
  encoding: ['0F 18 /r Ev'],
  meaning() {},
  text: 'prefetch',
};

const prefetchw: Definition = {
  encoding: ['0F 0D /r M'],
  meaning() {},
  text: 'prefetchw',
};

const clflush: Definition = {
  encoding: ['NP 0F AE /7 M'],
  meaning(m, i) {
    probeByte(m, i.first);
  },
  text: 'clflush',
};

const clflushopt: Definition = {
  encoding: ['66 0F AE /7 M'],
  meaning(m, i) {
    probeByte(m, i.first);
  },
  text: 'clflushopt',
};

const clwb: Definition = {
  encoding: ['66 0F AE /6 M'],
  meaning(m, i) {
    probeByte(m, i.first);
  },
  text: 'clwb',
};

const lfence: Definition = {
  encoding: ['NP 0F AE /5 Rv'],
  meaning() {},
  text: 'lfence',
};

const mfence: Definition = {
  encoding: ['NP 0F AE /6 Rv'],
  meaning() {},
  text: 'mfence',
};

const sfence: Definition = {
  encoding: ['NP 0F AE /7 Rv'],
  meaning() {},
  text: 'sfence',
};

const invd: Definition = {
  encoding: ['0F 08'],
  meaning(m) {
    faultUnlessPrivileged(m);
  },
  text: 'invd',
};

const wbinvd: Definition = {
  encoding: ['0F 09'],
  meaning(m) {
    faultUnlessPrivileged(m);
  },
  text: 'wbinvd',
};

/** Nothing is translated, so nothing is forgotten; the address is not even looked at. */
const invlpg: Definition = {
  encoding: ['0F 01 /7 M'],
  meaning(m) {
    faultUnlessPrivileged(m);
  },
  text: 'invlpg',
};

function probeByte<V>(m: Algebra<V>, operand: Operand): void {
  if (operand.kind !== 'memory') return;
  m.probe(1, effectiveAddress(m, operand), addressUse(operand), 'load');
}

export const cacheHints: Family = {
  name: 'caches and order',
  definitions: [
    ...[prefetch, prefetchw, clflush, clflushopt, clwb, lfence, mfence, sfence],
    ...[invd, wbinvd, invlpg],
  ],
};

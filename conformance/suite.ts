// The suite's own name and version, as it presents itself to an adapter and in reports.

import { readFileSync } from 'node:fs';
import { inRoot } from './root.ts';

export const suiteName = 'vm-lockstep';
export const suiteVersion: string = readVersion();

function readVersion(): string {
  const text: unknown = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  if (typeof text === 'object' && text !== null && 'version' in text) return String(text.version);
  throw new Error('package.json has no version');
}

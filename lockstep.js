#!/usr/bin/env node
// Launcher of the command line: the sources in a checkout, the build in an installed package.
import { existsSync } from 'node:fs';

if (existsSync(new URL('./cli.ts', import.meta.url))) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./cli.ts');
} else {
  await import('./dist/cli.js');
}

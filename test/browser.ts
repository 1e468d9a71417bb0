// The browser that tests of pages use: Debian's Chromium. In CI it must be there.

import { existsSync } from 'node:fs';

/** Undefined, and one line that names the package, where there is none. */
export function browserPath(what: string): string | undefined {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
  if (found !== undefined) return found;
  const missing = `${what}: no browser; install it (Debian: apt-get install chromium)`;
  if (process.env.CI !== undefined) throw new Error(missing);
  console.warn(`skipped ${missing}`);
  return undefined;
}

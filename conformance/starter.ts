// What `lockstep init` writes: an adapter that speaks the protocol and does nothing yet, a page that says what to do
// next, and a CI file. The adapters are files in `starters`; here they are chosen and filled in, and nothing is written.
// Spec: conformance.md, "Writing an adapter".

import { readFileSync } from 'node:fs';
import { inRoot } from './root.ts';
import { suiteVersion } from './suite.ts';

export const languages = ['ts', 'py', 'c', 'sh'] as const;
export type Language = (typeof languages)[number];

export interface StarterFile {
  /** Within the folder, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly isExecutable: boolean;
}
export interface Starter {
  /** How the adapter is started, in its folder. */
  readonly command: string;
  /** How it is built, where it must be. */
  readonly build: string | undefined;
  readonly files: readonly StarterFile[];
}

interface Kind {
  readonly main: string;
  readonly beside: readonly string[];
  readonly command: string;
  readonly build?: string;
  readonly needs: string;
}

const kinds: Readonly<Record<Language, Kind>> = {
  ts: {
    main: 'adapter.mjs',
    beside: ['tsconfig.json'],
    command: 'node adapter.mjs',
    needs:
      'It needs Node 20 and nothing else, since its types stand in comments: `npx --package typescript tsc` checks them. Where your Node runs\nTypeScript itself (from 22.18 on), it may as well become `adapter.ts`.',
  },
  py: {
    main: 'adapter.py',
    beside: [],
    command: 'python3 adapter.py',
    needs: 'It needs Python 3.8 and its standard library.',
  },
  c: {
    main: 'adapter.c',
    beside: ['Makefile'],
    command: './adapter',
    build: 'make',
    needs: 'It needs a C11 compiler, make, and no library.',
  },
  sh: {
    main: 'adapter.sh',
    beside: [],
    command: 'sh adapter.sh',
    needs: 'It needs a POSIX shell and no other program, not even jq.',
  },
};

export function starterOf(language: Language): Starter {
  const { main, beside, command, build, needs } = kinds[language];
  const words = {
    main,
    command,
    needs,
    version: suiteVersion,
    buildLine: build === undefined ? '' : `${build}\n`,
    buildStep: build === undefined ? '' : `      - run: ${build}\n`,
  };
  const shared = (path: string, from: string): StarterFile => {
    return { path, text: fill(read(from), words), isExecutable: false };
  };
  const own = [main, ...beside].map((path) => {
    const text = read(`${language}/${path}`);
    return { path, text, isExecutable: text.startsWith('#!') };
  });
  const page = shared('README.md', 'README.md');
  const workflow = shared('.github/workflows/lockstep.yml', 'workflow.yml');
  return { command, build, files: [...own, page, workflow] };
}

function read(path: string): string {
  return readFileSync(inRoot('conformance', 'starters', path), 'utf8');
}

/** Puts words in the places of `{{name}}`; a place without a word is our mistake. */
function fill(text: string, words: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const word = words[name];
    if (word === undefined) throw new Error(`starter: no word for {{${name}}}`);
    return word;
  });
}

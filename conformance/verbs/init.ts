// The verb `init`: writes a new adapter into a folder, and overwrites nothing.
// Spec: conformance.md, "Writing an adapter".

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { languages, starterOf } from '../starter.ts';
import { exitCode } from '../verdict.ts';
import { UsageError } from './common.ts';

export function init(folder: string, { lang }: { readonly lang: string }): number {
  const language = languages.find((one) => one === lang);
  if (language === undefined) {
    throw new UsageError(`--lang: expected one of ${languages.join(', ')}, got ${lang}`);
  }
  const { files, build, command } = starterOf(language);
  const there = files.map(({ path }) => join(folder, path)).filter((path) => existsSync(path));
  if (there.length > 0) {
    const remedy = `name another folder: lockstep init --lang ${lang} my-adapter`;
    throw new UsageError(`nothing was written, since ${there.join(', ')} exists; ${remedy}`);
  }
  for (const { path, text, isExecutable } of files) {
    const target = join(folder, path);
    try {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text, { flag: 'wx', mode: isExecutable ? 0o755 : 0o644 });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new UsageError(`cannot write ${target}: ${why}; name a folder that can be written`);
    }
    console.log(`wrote ${target}`);
  }
  const enter = folder === '.' ? [] : [`cd ${folder}`];
  const steps = [...enter, ...(build === undefined ? [] : [build])];
  const first = [...steps, `npx lockstep doctor -- ${command}`].join(' && ');
  console.log(`\nnext: ${first}\nthen: npx lockstep run --tier smoke -- ${command}`);
  return exitCode.conformant;
}

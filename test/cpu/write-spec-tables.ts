// Rewrites the generated tables of spec/cpu.md: `npx tsx test/cpu/write-spec-tables.ts`.

import { readFileSync, writeFileSync } from 'node:fs';
import { CHAPTER, withTables } from './spec-tables.ts';

writeFileSync(CHAPTER, withTables(readFileSync(CHAPTER, 'utf8')));

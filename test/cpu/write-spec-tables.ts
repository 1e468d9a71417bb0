// Rewrites the generated tables of spec/cpu.md: `npm run spec:tables`.

import { readFileSync, writeFileSync } from 'node:fs';
import { CHAPTER, withTables } from './spec-tables.ts';

writeFileSync(CHAPTER, withTables(readFileSync(CHAPTER, 'utf8')));

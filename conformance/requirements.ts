// The clause registry: reads spec/requirements/*.yaml into checked clauses.
// Parsing is a pure function of a file's text; only the two load functions touch the disk.
// It does not say what covers a clause (matrix.ts does). Spec: conventions.md, "Clauses".

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { parseDocument } from 'yaml';

export type Level = 'MUST' | 'SHOULD' | 'MAY';

export type Profile =
  | 'at-least-once'
  | 'may-be-lost'
  | 'timed'
  | 'non-shared-disks'
  | 'backup-reads';

/** One clause of the standard. `area` is the first word of its name and the name of its file. */
export interface Requirement {
  readonly name: string;
  readonly area: string;
  readonly level: Level;
  readonly text: string;
  readonly source: string;
  readonly chapter: string;
  /** The clause holds under this profile alone. */
  readonly profile?: Profile;
  /** Why the clause cannot be judged from outside. */
  readonly unscored?: string;
  /** The test that holds the reference to the clause, where nothing judges other implementations by it. */
  readonly tested?: string;
  /** Why the formal model leaves the clause out on purpose. */
  readonly unmodelled?: string;
}

/** The revision that the clauses form together; a frozen one never changes again. */
export interface Revision {
  readonly revision: string;
  readonly frozen: boolean;
}

/** What is wrong in a registry file, where, and what would be right. */
export interface Problem {
  readonly file: string;
  /** The clause's name, or its place in the file where it has none. */
  readonly clause: string;
  readonly expected: string;
  readonly got: string;
}

/** Thrown with every problem found, so that one run shows all that is to be mended. */
export class RequirementsError extends Error {
  override readonly name = 'RequirementsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemToText).join('\n'));
    this.problems = problems;
  }
}

export interface ParsedFile {
  readonly requirements: readonly Requirement[];
  readonly problems: readonly Problem[];
}

export type ParseFile = (file: string, text: string) => ParsedFile;

/** Builds the parser of one registry file from the JSON Schema in spec/schema. */
export function createRequirementsParser(schema: object): ParseFile {
  const validate = new Ajv2020({ allErrors: true, verbose: true }).compile<Clause[]>(schema);
  return (file, text) => {
    const document = parseDocument(text);
    const [syntax] = document.errors;
    if (syntax !== undefined) {
      const got = syntax.message.split('\n')[0] ?? syntax.message;
      return { requirements: [], problems: [{ file, clause: 'file', expected: 'YAML', got }] };
    }
    const content: unknown = document.toJS();
    if (!validate(content))
      return { requirements: [], problems: schemaProblems(file, content, validate) };
    return checkArea(file, content);
  };
}

/** Every clause under `directory`, in the order of files and of clauses in them. */
export function loadRequirements(directory: string): Requirement[] {
  const schemaFile = join(directory, '..', 'schema', 'requirements.schema.json');
  const schema: unknown = JSON.parse(readFileSync(schemaFile, 'utf8'));
  if (typeof schema !== 'object' || schema === null) {
    throw new RequirementsError([
      { file: schemaFile, clause: 'file', expected: 'a JSON Schema', got: typeof schema },
    ]);
  }
  const parse = createRequirementsParser(schema);
  const files = readdirSync(directory).filter(
    (file) => file.endsWith('.yaml') && file !== REVISION,
  );
  const parsed = files
    .sort()
    .map((file) => parse(file, readFileSync(join(directory, file), 'utf8')));
  return joinFiles(parsed);
}

/** The revision of the registry under `directory`. */
export function loadRevision(directory: string): Revision {
  return parseRevision(readFileSync(join(directory, REVISION), 'utf8'));
}

export function parseRevision(text: string): Revision {
  const content: unknown = parseDocument(text).toJS();
  if (isRecord(content)) {
    const { revision, frozen } = content;
    if (typeof revision === 'string' && typeof frozen === 'boolean') return { revision, frozen };
  }
  const expected = 'revision: a string, frozen: true or false';
  throw new RequirementsError([{ file: REVISION, clause: 'file', expected, got: shown(content) }]);
}

/** Joins the files of a registry; a name that occurs twice anywhere is a problem. */
export function joinFiles(files: readonly ParsedFile[]): Requirement[] {
  const problems = files.flatMap((file) => file.problems);
  const requirements = files.flatMap((file) => file.requirements);
  const seen = new Set<string>();
  for (const { name, area } of requirements) {
    if (seen.has(name)) {
      const expected = 'a name that no other clause has';
      problems.push({
        file: `${area}.yaml`,
        clause: name,
        expected,
        got: 'the name a second time',
      });
    }
    seen.add(name);
  }
  if (problems.length > 0) throw new RequirementsError(problems);
  return requirements;
}

export function problemToText({ file, clause, expected, got }: Problem): string {
  return `${file}: ${clause}: expected ${expected}, got ${got}`;
}

const REVISION = 'revision.yaml';

type Clause = Omit<Requirement, 'area'>;

function checkArea(file: string, clauses: readonly Clause[]): ParsedFile {
  const area = file.replace(/\.yaml$/, '');
  const problems: Problem[] = [];
  for (const { name } of clauses) {
    if (!name.startsWith(`${area}.`)) {
      problems.push({
        file,
        clause: name,
        expected: `a name that begins with ${area}.`,
        got: name,
      });
    }
  }
  return { requirements: clauses.map((clause) => ({ ...clause, area })), problems };
}

function schemaProblems(
  file: string,
  content: unknown,
  validate: ValidateFunction<unknown>,
): readonly Problem[] {
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  return errors.map((error) => ({
    file,
    clause: clauseAt(content, error.instancePath),
    expected: expectation(error),
    got: shown(error.data),
  }));
}

/** The name of the clause that a JSON pointer leads into, or its index where it has no name. */
function clauseAt(content: unknown, pointer: string): string {
  const index = pointer.split('/')[1];
  if (index === undefined) return 'file';
  const clause: unknown = Array.isArray(content) ? content[Number(index)] : undefined;
  return isRecord(clause) && typeof clause.name === 'string' ? clause.name : `clause ${index}`;
}

function expectation({ keyword, instancePath, message, params }: ErrorObject): string {
  const field = instancePath.split('/')[2];
  const where = field === undefined ? '' : `${field}: `;
  if (keyword === 'enum') return `${where}one of ${shown(params.allowedValues)}`;
  if (keyword === 'not') return `${where}one keyword, hence one duty a clause`;
  if (keyword === 'additionalProperties') return `no field ${shown(params.additionalProperty)}`;
  return `${where}${message ?? keyword}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value short enough for one line of an error. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= SHOWN_CHARACTERS_MAX ? text : `${text.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}

const SHOWN_CHARACTERS_MAX = 120;

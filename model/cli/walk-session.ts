// A walk through the model by hand: where it stands, and what each line that is read does to it. It reads and prints
// nothing itself; walk.ts does.

import { type Moment, optionsOf } from '../explore.ts';
import { facetsOf } from '../facets.ts';
import { createRandom } from '../generation/random.ts';
import { properties } from '../properties.ts';
import { differences } from '../swim-lane.ts';
import { createSystem, type SystemView, type Transition } from '../system.ts';
import type { Job } from './jobs.ts';
import { colours, renderTable } from './print.ts';
import { sayOf } from './show-path.ts';

export interface Answer {
  text: string;
  /** The line was not understood, or names what is not possible here. */
  isRefused?: boolean;
  isOver?: boolean;
}
export interface WalkSession {
  /** The state in short and the numbered choices. */
  show(): string;
  answer(line: string): Answer;
  /** The choices made so far. */
  path(): readonly number[];
}

/** `drawSeed` gives a seed for random steps that were asked for without one. */
export function createWalkSession(job: Job, drawSeed: () => number): WalkSession {
  const model = createSystem(job.bounds, job.variant);
  const made: Made[] = [];
  const words = (): ArrayLike<number> => made.at(-1)?.words ?? model.initial;
  const options = (): readonly Option[] => optionsOf(model, words());

  const show = (): string => {
    const choices = options().map(({ step }, choice) => choiceLine(choice, step));
    const last = choices.length === 0 ? ['No step is possible here.'] : choices;
    return [`after step ${made.length}`, summary(model.view(words())), ...last].join('\n');
  };
  const take = (choice: number): Answer | null => {
    const option = options()[choice];
    if (option === undefined) return null;
    const before = model.view(words());
    made.push({ choice, words: option.words, moment: { before, ...after(option) } });
    return { text: lastStep() };
  };
  const after = ({ step, words: next }: Option) => ({ step, after: model.view(next) });
  const lastStep = (): string => {
    const last = made.at(-1);
    return last === undefined ? 'No step was taken yet.' : describeMoment(last.moment);
  };
  const back = (steps: number): Answer => {
    made.splice(Math.max(0, made.length - steps));
    return { text: show() };
  };
  const random = (steps: number, seed: number): Answer => {
    const chance = createRandom(seed);
    const lines = [`seed ${seed}: \`r ${steps} ${seed}\` takes the same steps again from here`];
    for (let step = 0; step < steps; step++) {
      const taken = take(chance.below(options().length));
      if (taken === null) break;
      lines.push(taken.text);
      const last = made.at(-1);
      if (last !== undefined && falseIn(last.moment).length > 0) break;
    }
    return { text: [...lines, show()].join('\n') };
  };
  const search = (text: string): Answer => {
    const found = options().flatMap(({ step }, choice) =>
      step.label.includes(text) ? [choiceLine(choice, step)] : [],
    );
    return { text: found.length === 0 ? `No choice here has ${text}.` : found.join('\n') };
  };
  const choose = (word: string): Answer => {
    const taken = /^\d+$/.test(word) ? take(Number(word)) : null;
    if (taken !== null) return { text: `${taken.text}\n${show()}` };
    const highest = options().length - 1;
    const allowed = highest < 0 ? 'b (no step is possible here)' : `a choice 0..${highest}`;
    return { text: `expected ${allowed} or ? for help, got ${word}`, isRefused: true };
  };
  const path = (): number[] => made.map(({ choice }) => choice);
  return {
    show,
    path,
    answer(line) {
      const [, verb = '', rest = ''] = /^(\S*)\s*(.*?)\s*$/.exec(line.trim()) ?? [];
      switch (verb) {
        case '':
          return { text: show() };
        case 'b':
          return back(1);
        case 'u':
          return numbered(line, rest, ([steps = 1]) => back(steps));
        case 's':
          return { text: stateTable(model.view(words())) };
        case 'd':
          return { text: lastStep() };
        case 'p':
          return { text: pathLine(path()) };
        case 'g':
          return search(rest);
        case 'r':
          return numbered(line, rest, ([steps = 1, seed = drawSeed()]) => random(steps, seed));
        case '?':
          return { text: help };
        case 'q':
          return { text: '', isOver: true };
        default:
          return choose(line.trim());
      }
    },
  };
}

export const pathLine = (path: readonly number[]): string =>
  path.length === 0 ? 'Path: none, this is the first state' : `Path: ${path.join('.')}`;

export const help: string = [
  '<n>           take choice n',
  'b             back one step',
  'u <n>         undo n steps',
  's             the whole state as a table',
  'd             what the last step did and changed',
  'p             the path so far',
  'g <text>      the choices whose label has this text',
  'r <n> [seed]  n random steps, until a property is false',
  'q             end; also the end of the input',
  'an empty line shows the state in short and the choices',
].join('\n');

type Option = ReturnType<typeof optionsOf<SystemView, Transition>>[number];
type SystemMoment = Moment<SystemView, Transition>;

interface Made {
  choice: number;
  words: Int32Array;
  moment: SystemMoment;
}

function numbered(line: string, rest: string, run: (numbers: number[]) => Answer): Answer {
  const numbers = rest === '' ? [] : rest.split(/\s+/).map(Number);
  const isRight = numbers.length <= 2 && numbers.every((one) => one >= 0 && Number.isInteger(one));
  if (isRight && (numbers[0] ?? 0) <= stepsMax) return run(numbers);
  const wanted = `whole numbers, at most ${stepsMax} steps`;
  return { text: `expected ${wanted}, got ${line.trim()}`, isRefused: true };
}

/** A longer walk is nothing that anyone reads. */
const stepsMax = 10_000;

const choiceLine = (choice: number, step: Transition): string =>
  `${String(choice).padStart(3)}  ${step.label}`;

function describeMoment(moment: SystemMoment): string {
  const changed = differences(moment.before, moment.after).map((line) => `    ${line}`);
  const witnessed = properties.filter(
    (property) => property.kind === 'sometimes' && property.isWitness(moment),
  );
  return [
    `took ${moment.step.label}`,
    ...changed,
    ...witnessed.map(({ name }) => colours.green(`    witnessed: ${name}`)),
    ...falseIn(moment).map((said) => colours.red(`    ${said}`)),
  ].join('\n');
}

function falseIn(moment: SystemMoment): string[] {
  return properties
    .map((property) => `${property.name}: ${sayOf(property, moment)}`)
    .filter((said) => said.includes(': FALSE: '));
}

/** The states of the charts, the record, and whatever is under way. */
function summary(view: SystemView): string {
  const hosts = view.hosts.map((node, host) => [
    view.incarnations[host] ?? '',
    node?.pairing.state ?? 'dead',
    node?.logging.state ?? '',
    node?.heartbeat.state ?? '',
    node?.failover.state ?? '',
    view.guests[host]?.status ?? '',
  ]);
  const head = ['host', 'pairing', 'logging', 'heartbeat', 'failover', 'guest'];
  const underway = facetsOf(view)
    .filter(({ part }) => worldParts.has(part))
    .flatMap(({ name, fields }) =>
      fields.flatMap(({ name: field, value }) => {
        const isShown = typeof value !== 'string' || (name === 'arbiter' && field === 'record');
        const text = typeof value === 'string' ? value : value.join('; ');
        return isShown && text !== '' ? [`${name} ${field}`.trim().concat(`: ${text}`)] : [];
      }),
    );
  return [renderTable(head, hosts), ...underway].join('\n');
}

const worldParts: ReadonlySet<string> = new Set([
  'channels',
  'datagrams',
  'arbiter',
  'disk',
  'emitted',
]);

function stateTable(view: SystemView): string {
  const rows = facetsOf(view).flatMap(({ name, fields }) =>
    fields.map((field) => {
      const { value } = field;
      return [name, field.name, typeof value === 'string' ? value : value.join('\n')];
    }),
  );
  return renderTable(['part', 'field', 'value'], rows);
}

// SCION, an SCXML interpreter that shares nothing with XState, as a machine that is given events one at a time.
// It is installed in this folder alone, so it is loaded and not imported; what it gives is checked where it comes in.

import { createRequire } from 'node:module';
import type { SentEvent } from '../model/chart/content.ts';

export interface ScxmlSession {
  look(): ScxmlView;
  give(name: string, data: unknown): void;
}
export interface ScxmlView {
  /** The states it is in, without those around them. */
  configuration: string[];
  data: Record<string, unknown>;
  /** What it sent since the event given last. */
  sent: SentEvent[];
  /** What went wrong in its expressions so far. */
  errors: unknown[];
}
/** Begins the document anew, in a context of its own: a prepared document keeps its data otherwise. */
export type ScxmlModel = () => Promise<ScxmlSession>;

export async function compileScxml(document: string, name: string): Promise<ScxmlModel> {
  const scion = loadScion();
  const compiled = await new Promise<CompiledDocument>((resolve, reject) => {
    // A file name is needed even for a text: Node refuses to compile a script without.
    scion.documentStringToModel(`${name}.scxml`, document, (error, made) => {
      if (error === null || error === undefined) resolve(made);
      else reject(new Error(`SCION does not take ${name}: ${String(error)}`));
    });
  });
  return async () => {
    const model = await new Promise((resolve, reject) => {
      compiled.prepare((error, made) => (error ? reject(error) : resolve(made)), {});
    });
    return begin(scion, model);
  };
}

function begin(scion: Scion, model: unknown): ScxmlSession {
  let sent: SentEvent[] = [];
  const errors: unknown[] = [];
  const interpreter = new scion.core.Statechart(model, {
    customSend: (event) => {
      sent.push({ target: event.target, name: event.name, data: event.data ?? {} });
    },
    console: { log: (...parts) => errors.push(parts.join(' ')) },
    // Of its own: the one that all share keeps every session for ever.
    sessionRegistry: new Map(),
  });
  interpreter.on('onError', (error) => errors.push(error));
  let steps = 0;
  interpreter.on('onSmallStepBegin', () => {
    steps += 1;
    if (steps > stepsMax) throw new Error(`expected an end after ${stepsMax} steps, got none`);
  });
  const run = (act: () => void): void => {
    [sent, steps] = [[], 0];
    try {
      act();
    } catch (error) {
      errors.push(String(error));
    }
  };
  run(() => interpreter.start());
  return {
    look() {
      const [, , , data] = interpreter.getSnapshot();
      return { configuration: interpreter.getConfiguration().sort(), data, sent, errors };
    },
    give(name, data) {
      run(() => interpreter.gen({ name, data }));
    },
  };
}

/** Steps that one event may lead to; a document that was broken on purpose may go on for ever. */
const stepsMax = 100;

/** What we use of `@scion-scxml/scxml` 4.3.27. */
interface Scion {
  documentStringToModel(
    url: string,
    document: string,
    done: (error: unknown, compiled: CompiledDocument) => void,
  ): void;
  core: { Statechart: new (model: unknown, options: ScionOptions) => ScionInterpreter };
}
interface CompiledDocument {
  prepare(done: (error: unknown, model: unknown) => void, context: object): void;
}
interface ScionOptions {
  customSend: (event: { target: string; name: string; data?: unknown }) => void;
  console: { log: (...parts: unknown[]) => void };
  sessionRegistry: Map<string, unknown>;
}
interface ScionInterpreter {
  start(): void;
  gen(event: { name: string; data: unknown }): void;
  getConfiguration(): string[];
  getSnapshot(): [unknown, unknown, unknown, Record<string, unknown>];
  on(name: 'onError' | 'onSmallStepBegin', listener: (given: unknown) => void): void;
}

function loadScion(): Scion {
  const loaded: unknown = createRequire(import.meta.url)('@scion-scxml/scxml');
  if (typeof loaded === 'object' && loaded !== null && 'documentStringToModel' in loaded) {
    // The version is pinned beside this file; the shape above is what that version has.
    return loaded as Scion;
  }
  throw new Error('test/scxml: @scion-scxml/scxml is not what was expected: run `npm run scxml`');
}

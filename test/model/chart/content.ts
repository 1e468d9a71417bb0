// The expressions and the executable content of an SCXML table, carried out here: what a guard says, what an action
// leaves and sends. Not an interpreter: it knows no states.

import {
  type Content,
  type ScxmlTable,
  sessionTarget,
  worldTarget,
} from '../../../model/chart/scxml/content.ts';
import type { ChartEvent, Effect } from '../../../model/vocabulary.ts';

export interface SentEvent {
  target: string;
  name: string;
  data: unknown;
}
export interface Scope {
  table: ScxmlTable;
  data: Record<string, unknown>;
  event: ChartEvent;
}

/** What SCXML sends where the chart emits this. */
export function effectToSent(effect: Effect): SentEvent {
  const { type: name, ...data } = effect.type === 'host.tell' ? effect.event : effect;
  return {
    target: effect.type === 'host.tell' ? sessionTarget(effect.to) : worldTarget,
    name,
    data,
  };
}

export function evaluate(expr: string, { table, data, event }: Scope): unknown {
  const { type: name, ...fields } = event;
  const names = [...Object.keys(data), '_event'];
  const body = `${table.script}\nreturn (${expr});`;
  return compiledOf(names, body)(...Object.values(data), { name, data: fields });
}

type Compiled = (...values: readonly unknown[]) => unknown;
const compiled = new Map<string, Compiled>();

/** The expressions are the tables' own; they see nothing but their arguments. */
function compiledOf(names: readonly string[], body: string): Compiled {
  const key = [names, body].join('\n');
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = new Function(...names, body);
  const call: Compiled = (...values) => made(...values);
  compiled.set(key, call);
  return call;
}

/** Changes the scope's data, and returns what is sent. */
export function execute(content: readonly Content[], scope: Scope): SentEvent[] {
  return content.flatMap((one) => executeOne(one, scope));
}

function executeOne(one: Content, scope: Scope): SentEvent[] {
  switch (one.kind) {
    case 'assign':
      scope.data[one.location] = evaluate(one.expr, scope);
      return [];
    case 'send': {
      const params = Object.entries(one.params).map(([name, expr]) => [
        name,
        evaluate(expr, scope),
      ]);
      return [{ target: one.target, name: one.event, data: Object.fromEntries(params) }];
    }
    case 'if':
      return execute(evaluate(one.cond, scope) ? one.content : one.otherwise, scope);
    case 'foreach': {
      const list = evaluate(one.array, scope);
      if (!Array.isArray(list)) throw new Error(`${one.array} is not a list`);
      return list.flatMap((item: unknown) =>
        execute(one.content, { ...scope, data: { ...scope.data, [one.item]: item } }),
      );
    }
  }
}

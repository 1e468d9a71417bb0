import { describe, expect, test } from 'vitest';
import { demonstrate, type TranscriptLine } from '../../impl/host/demo.ts';
import type { EventRefusal, Machine } from '../../impl/machine/index.ts';
import { createKvMachine } from '../machine/kv-guest.ts';

const withoutTime = (text: string): string => text.replace(/ \[tsc=\d+ ticks=\d+\]$/, '');

describe('a demonstration with the key-value guest', () => {
  const heard: TranscriptLine[] = [];
  const shown = demonstrate(createKvMachine, (line) => heard.push(line));
  const { lines } = shown;
  const indexOf = (text: string): number =>
    lines.findIndex(({ client, hosts }) => `${client} ${hosts}`.includes(text));

  test('shows the client one machine that answers every command', () => {
    const client = lines.map((line) => withoutTime(line.client)).filter((text) => text !== '');
    expect(client).toEqual([
      'kv ready, type help',
      ...['> set colour blue', 'ok', '> set size 42', 'ok'],
      ...['> get colour', 'value blue', '> set shape round', 'ok'],
      ...['> count', 'count 3'],
      ...['> get size', 'value 42', '> get shape', 'value round'],
    ]);
    expect(shown).toMatchObject({ typed: 7, answered: 7, broken: undefined });
  });

  test('counts the bytes that the client saw', () => {
    const answers = lines.filter(({ client }) => client !== '' && !client.startsWith('> '));
    const bytes = answers.reduce((sum, { client }) => sum + `${client}\r\n`.length, 0);
    expect(shown.bytesSeen).toBe(bytes);
  });

  test('kills two owners, and each time another host takes the record and answers', () => {
    const order = [
      ...['p#1 IS KILLED', 'b#1 writes the record', 'value blue'],
      ...['b#1 IS KILLED', 'p#2 writes the record', 'value 42'],
    ].map(indexOf);
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((left, right) => left - right));
  });

  test('lets no host speak after it was killed', () => {
    for (const host of ['p#1', 'b#1']) {
      const killed = indexOf(`${host} IS KILLED`);
      const last = lines.findLastIndex(({ hosts }) => hosts.startsWith(host));
      expect(last, host).toBe(killed);
    }
  });

  test('tells each line as it happens, in the order of time', () => {
    expect(heard).toEqual(lines);
    const times = lines.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((left, right) => Number(left - right)));
  });

  test('is the same run every time', () => {
    expect(demonstrate(createKvMachine)).toEqual(shown);
  });
});

test('ends, and says what was not answered, where the first owner hears nothing', () => {
  const { typed, answered, broken, lines } = demonstrate(createDeafMachine);
  const killed = lines.findIndex(({ hosts }) => hosts === 'p#1 IS KILLED');
  const heard = lines.slice(0, killed).filter(({ client }) => client !== '');
  expect(heard.map(({ client }) => client)).toEqual([
    'kv ready, type help',
    '> set colour blue',
    '> set size 42',
  ]);
  expect(typed).toBe(7);
  expect(answered).toBeLessThan(typed);
  expect(broken).toBe(undefined);
});

/** The guest on a serial line that takes no byte; a copy of it has a line that does. */
function createDeafMachine(): Machine {
  const machine = createKvMachine();
  const refusal: EventRefusal = {
    kind: 'event-refused',
    reason: 'backlog-full',
    message: 'the serial line of this test takes nothing',
  };
  const deliver: Machine['deliver'] = (event) =>
    event.kind === 'input' ? refusal : machine.deliver(event);
  return Object.create(machine, { deliver: { value: deliver } });
}

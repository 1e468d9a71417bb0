// A trace, written by hand, of a backup that gets its channel back: its welcome is the acknowledgement that was not sent.
// Quotations are of spec/protocol.md, "Reconnecting".

import { expect, test } from 'vitest';
import type { TraceEffect, TraceHeader, TraceLine } from '../../../model/refine/trace.ts';
import { refine } from './recorded.ts';

const header: TraceHeader = {
  format: 'lockstep-trace/1',
  revision: '2026-1-draft',
  vm: 'machine',
  nodes: [],
  parameters: {
    entriesMax: '16',
    network: 'at-least-once',
    configuration: 'AQ==',
    reconnect: true,
  },
  from: 'start',
  omitted: [],
};

type Arrived = Extract<
  Extract<TraceLine, { input: unknown }>['input'],
  { type: 'channel.arrived' }
>;
type Body<M> = M extends unknown ? Omit<M, 'vm' | 'epoch' | 'from'> : never;
type Said = Body<Arrived['message']>;

const envelope = (from: string) => ({ vm: 'machine', epoch: '2', from }) as const;
const said = (connection: string, body: Said): TraceEffect => ({
  type: 'channel.send',
  connection,
  message: { ...envelope('b#1'), ...body } as Arrived['message'],
});
const opened = (
  connection: string,
): Arrived | { type: 'channel.opened'; connection: string; peer: string } => ({
  type: 'channel.opened',
  connection,
  peer: 'p#1',
});
const arrived = (connection: string, body: Said): Arrived => ({
  type: 'channel.arrived',
  connection,
  message: { ...envelope('p#1'), ...body } as Arrived['message'],
});
const hello = (connection: string): Arrived =>
  arrived(connection, { kind: 'hello', to: 'b#1', connection, next: '1', configuration: 'AQ==' });
const entry = { seq: '1', position: '1', data: 'AQ==' } as const;

type Step = readonly [ReturnType<typeof opened>, readonly TraceEffect[]];

/** Ready, with an entry that it holds and has not acknowledged, and greeted on another connection. */
const regained: readonly Step[] = [
  [opened('1'), []],
  [hello('1'), [said('1', { kind: 'welcome', next: '1' })]],
  [
    arrived('1', {
      kind: 'copy',
      position: '0',
      state: '',
      open: [],
      offsets: { network: '0', console: '0', disk: '0' },
    }),
    [{ type: 'guest.restore', position: '0', state: '' }, said('1', { kind: 'ready' })],
  ],
  [
    arrived('1', { kind: 'entry', ...entry, entry: 'input', watermark: '0' }),
    [{ type: 'guest.apply', entry: { ...entry, kind: 'input' } }],
  ],
  [opened('2'), []],
  [
    hello('2'),
    [
      { type: 'channel.close', connection: '1' },
      said('2', { kind: 'welcome', next: '2' }),
      said('2', { kind: 'alive', seq: '1', watermark: '0', applied: '0' }),
    ],
  ],
];

function judged(steps: readonly Step[]) {
  const lines = steps.flatMap(([input, effects]): TraceLine[] => [
    { node: 'b#1', input },
    { node: 'b#1', effects },
  ]);
  return refine({ header, lines: [{ node: 'b#1', incarnation: 'b#1' }, ...lines] });
}

test('"k counts as an acknowledgement of k - 1": none is owed before the next alive', () => {
  expect(judged(regained)).toMatchObject({ outcome: 'accepted', refusal: null });
});

test('an older connection that is left open is refused', () => {
  const left = regained.map(([input, effects]): Step => {
    return [input, effects.filter(({ type }) => type !== 'channel.close')];
  });
  expect(judged(left)).toMatchObject({
    outcome: 'refused',
    refusal: { differences: [{ field: 'close' }] },
  });
});

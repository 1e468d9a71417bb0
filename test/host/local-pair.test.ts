import { expect, test } from 'vitest';
import { createLocalPair } from '../../impl/host/local-pair.ts';
import { type Incarnation, toIncarnation } from '../../impl/protocol/index.ts';
import { createKvMachine } from '../machine/kv-guest.ts';

const millisecond = 1_000_000n;

function incarnation(text: string): Incarnation {
  const spelled = toIncarnation(text);
  if (spelled === undefined) throw new Error(text);
  return spelled;
}

test('a guest that switched itself off stays off when its host dies', () => {
  const reports: string[] = [];
  let text = '';
  const pair = createLocalPair({
    boot: createKvMachine,
    onHappening: (one) => {
      if (one.kind === 'report') reports.push(`${one.host} ${one.state}`);
      if (one.kind === 'emit') text += new TextDecoder().decode(one.data);
    },
  });
  const [p, b] = [incarnation('p#1'), incarnation('b#1')];
  pair.addHost(p);
  pair.addHost(b);
  pair.tell(p, { type: 'manager.start' });
  pair.advance(100n * millisecond);
  pair.tell(p, { type: 'manager.protect', peer: b });
  pair.advance(100n * millisecond);
  expect(pair.type(new TextEncoder().encode('off\n'))).toBe(true);
  pair.advance(100n * millisecond);
  pair.kill(p);
  pair.advance(1000n * millisecond);

  expect(reports.at(-1)).toBe('b#1 needSecondary');
  expect(text.match(/^off /gm)).toHaveLength(1);
  expect(pair.type(new TextEncoder().encode('count\n'))).toBe(false);
});

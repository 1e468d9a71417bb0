import { expect, test } from 'vitest';
import { createLocalPair, type LocalPair } from '../../impl/host/local-pair.ts';
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

/** A pair of hosts on the engine: p runs the machine, b may. */
function startPair(): {
  readonly pair: LocalPair;
  readonly p: Incarnation;
  readonly b: Incarnation;
  readonly text: () => string;
} {
  let text = '';
  const pair = createLocalPair({
    boot: createKvMachine,
    onHappening: (one) => {
      if (one.kind === 'emit') text += new TextDecoder().decode(one.data);
    },
  });
  const [p, b] = [incarnation('p#1'), incarnation('b#1')];
  pair.addHost(p);
  pair.addHost(b);
  pair.tell(p, { type: 'manager.start' });
  pair.advance(100n * millisecond);
  return { pair, p, b, text: () => text };
}

test('a machine suspended on one host goes on where it was on another', () => {
  const { pair, p, b, text } = startPair();
  pair.tell(p, { type: 'manager.protect', peer: b });
  pair.advance(100n * millisecond);
  expect(pair.type(new TextEncoder().encode('set key kept\n'))).toBe(true);
  pair.advance(100n * millisecond);
  const before = text();
  pair.tell(p, { type: 'manager.suspend' });
  pair.advance(100n * millisecond);
  expect(pair.record?.phase).toBe('suspended');
  expect(pair.facts(p)).toMatchObject({ state: 'enabled', guest: 'none' });

  const suspended = pair.guest(p).condition;
  pair.tell(b, { type: 'manager.resume' });
  pair.advance(100n * millisecond);

  expect(suspended).toBe('halted');
  expect(pair.facts(b)).toMatchObject({ role: 'owner', guest: 'running', gate: 'open' });
  expect(pair.guest(b).receive(new TextEncoder().encode('get key\n'))).toBe(true);
  pair.advance(100n * millisecond);
  expect(text().startsWith(before)).toBe(true);
  expect(text().slice(before.length)).toMatch(/kept/);
});

test('a test failover hands the machine over before any timeout', () => {
  const { pair, p, b } = startPair();
  pair.tell(p, { type: 'manager.protect', peer: b });
  pair.advance(100n * millisecond);
  pair.tell(p, { type: 'manager.test-failover' });
  pair.advance(100n * millisecond);
  expect(pair.facts(b)).toMatchObject({ role: 'owner', guest: 'running' });
  expect(pair.facts(p)).toMatchObject({ state: 'halted' });
});

test('a pair that is switched off is off on both hosts', () => {
  const { pair, p, b } = startPair();
  pair.tell(p, { type: 'manager.protect', peer: b });
  pair.advance(100n * millisecond);
  pair.tell(p, { type: 'manager.power-off' });
  pair.advance(200n * millisecond);
  expect(pair.record).toMatchObject({ phase: 'off', reason: 'power-off' });
  for (const host of [p, b]) expect(pair.facts(host).state).toBe('enabled');
});

test('a backup is replaced on the engine, also where the guest has not told all when it is held', () => {
  const { pair, p, b, text } = startPair();
  const c = incarnation('c#1');
  pair.addHost(c);
  pair.tell(p, { type: 'manager.protect', peer: b });
  pair.advance(100n * millisecond);
  for (const command of ['set key kept\n', 'get key\n']) {
    expect(pair.type(new TextEncoder().encode(command))).toBe(true);
  }
  pair.tell(p, { type: 'manager.replace-backup', peer: c });
  pair.advance(200n * millisecond);
  expect(pair.record).toMatchObject({ phase: 'protected', owner: p, backup: c });
  expect(pair.facts(p)).toMatchObject({ state: 'running', guest: 'running' });
  pair.advance(100n * millisecond);

  pair.kill(p);
  pair.advance(1500n * millisecond);
  expect(pair.facts(c)).toMatchObject({ role: 'owner', guest: 'running' });
  expect(text().match(/^ok /gm)).toHaveLength(1);
  expect(text()).toMatch(/^value kept /m);
  expect(pair.guest(c).receive(new TextEncoder().encode('count\n'))).toBe(true);
  pair.advance(100n * millisecond);
  expect(text()).toMatch(/^count 1 /m);
});

test('a guest with a small share answers later, and all it sees of that is the time', () => {
  /** How long the answer takes, and what it is. */
  function answerWith(share: number): { waited: bigint; text: string } {
    let text = '';
    const pair = createLocalPair({
      boot: createKvMachine,
      onHappening: (one) => {
        if (one.kind === 'emit') text += new TextDecoder().decode(one.data);
      },
    });
    const p = incarnation('p#1');
    pair.addHost(p);
    pair.tell(p, { type: 'manager.start' });
    pair.advance(100n * millisecond);
    pair.guest(p).carry({ type: 'guest.throttle', share });
    text = '';
    expect(pair.type(new TextEncoder().encode('set colour blue\n'))).toBe(true);
    const asked = pair.now;
    while (!text.includes('\n') && pair.now < asked + 5000n * millisecond) {
      pair.advance(millisecond);
    }
    return { waited: pair.now - asked, text };
  }

  const [full, least] = [answerWith(100), answerWith(5)];
  const answer = /^ok \[tsc=\d+ ticks=\d+\]\r\n$/;
  expect(full.text).toMatch(answer);
  expect(least.text).toMatch(answer);
  expect(least.waited).toBeGreaterThan(full.waited);
});

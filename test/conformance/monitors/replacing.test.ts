// The monitors of a replacement, each where the text allows and where it forbids.

import { describe, expect, test } from 'vitest';
import { createWatcher } from '../../../conformance/monitors/index.ts';
import { createView } from '../../../conformance/monitors/view.ts';
import type { Effect, Input, Message, Record } from '../../../conformance/wire.ts';
import { nodeParameters } from '../../../conformance/world/periods.ts';

const vm = 'vm-1';
const offsets = { network: '0', console: '0', disk: '0' };
const { configuration } = nodeParameters;
const base = { vm, version: '3', epoch: '2', phase: 'protected', token: '1', base: '0' } as const;
const paired: Record = { ...base, owner: 'p#1', backup: 'b#1', reason: 'protect' };
const replaced: Record = { ...paired, version: '4', epoch: '3', backup: 'c#1' };
const touched: Record = { ...paired, version: '4', reason: 'give-up' };
const swap = (record: Record): Effect => {
  return { type: 'arbiter.request', nonce: '9', action: { swap: { version: '3', record } } };
};

/** A node that is watched, and the reasons that the monitors gave so far. */
function watched(incarnation: string) {
  const watcher = createWatcher(
    new Map([['n', createView('n', incarnation, vm, nodeParameters, 0n)]]),
  );
  const reasons: string[] = [];
  const see = (event: Parameters<typeof watcher.watch>[0]): void => {
    reasons.push(...watcher.watch(event).map(({ reason }) => reason));
  };
  return {
    reasons,
    view: watcher.view('n'),
    give: (input: Input, refused?: string) =>
      see({
        kind: 'given',
        at: 0n,
        node: 'n',
        input,
        ...(refused === undefined ? {} : { refused }),
      }),
    does: (effect: Effect) => see({ kind: 'effect', at: 0n, node: 'n', effect }),
    passes: (at: bigint) => see({ kind: 'advanced', at, node: 'n' }),
    settles: () => see({ kind: 'settled', at: 0n, node: 'n' }),
  };
}
type Watched = ReturnType<typeof watched>;

function read(node: Watched, nonce: string, record: Record): void {
  node.does({ type: 'arbiter.request', nonce, action: { read: {} } });
  node.give({ type: 'arbiter.answered', nonce, record });
}

/** The owner of a pair whose guest runs; what leads there is not judged here. */
function owner(): Watched {
  const node = watched('p#1');
  node.give({ type: 'channel.opened', connection: '1', peer: 'b#1' });
  read(node, '1', paired);
  node.view.guest = 'running';
  node.view.recording = true;
  node.reasons.length = 0;
  return node;
}

const said = (connection: string, message: Message): Input => {
  return { type: 'channel.arrived', connection, message };
};
const fromOther = { vm, epoch: '2', from: 'c#1' };
const copy: Message = {
  vm,
  epoch: '2',
  from: 'p#1',
  kind: 'copy',
  position: '0',
  state: '',
  open: [],
  offsets,
};

function told(): Watched {
  const node = owner();
  node.give({ type: 'manager.replace-backup', peer: 'c#1' });
  node.does({ type: 'guest.hold' });
  node.does({ type: 'channel.open', peer: 'c#1', connection: '2' });
  node.give({ type: 'channel.opened', connection: '2', peer: 'c#1' });
  node.give(said('2', { ...fromOther, kind: 'welcome', next: '1' }));
  return node;
}

function copied(): Watched {
  const node = told();
  node.does({ type: 'guest.copy' });
  node.give({ type: 'guest.copied', position: '0', state: '' });
  node.does({ type: 'channel.send', connection: '2', message: copy });
  return node;
}

function asked(): Watched {
  const node = copied();
  node.give(said('2', { ...fromOther, kind: 'ready' }));
  node.does(swap({ ...replaced, reason: 'replace-backup' }));
  return node;
}

describe('the owner', () => {
  test.each([
    ['p#2', undefined, ['pairing.migration-keeps-hosts-distinct#not-refused']],
    ['b#1', undefined, ['pairing.migration-keeps-hosts-distinct#not-refused']],
    ['p#2', 'same-host', []],
    ['c#1', undefined, []],
  ])('takes %s, refused %s', (peer, refused, reasons) => {
    const node = owner();
    node.give({ type: 'manager.replace-backup', peer }, refused);
    expect(node.reasons).toEqual(reasons);
  });

  test.each([
    [undefined, ['lifecycle.one-migration#not-refused']],
    ['operation-pending', []],
  ])('beside it another operation is refused %s', (refused, reasons) => {
    const node = told();
    node.give({ type: 'manager.suspend' }, refused);
    expect(node.reasons).toEqual(reasons);
  });

  test('copies its guest only when all is settled', () => {
    const node = owner();
    const data = 'AAAAAAAAAAA=';
    node.give({ type: 'guest.output', position: '10', channel: 'console', data });
    node.give({ type: 'manager.replace-backup', peer: 'c#1' });
    node.does({ type: 'guest.copy' });
    node.does({ type: 'guest.hold' });
    node.does({ type: 'guest.copy' });
    expect(node.reasons).toEqual([
      'lifecycle.backup-migration-quiesces#not-held',
      'lifecycle.backup-migration-quiesces#not-issued',
    ]);
    expect(copied().reasons).toEqual([]);
  });

  test('asks T14 only of a replacement that is ready, and of no record with another owner', () => {
    const early = copied();
    early.does(swap({ ...replaced, reason: 'replace-backup' }));
    expect(early.reasons).toEqual(['pairing.replacement-caught-up#not-ready']);
    const other = asked();
    expect(other.reasons).toEqual([]);
    other.does(swap({ ...replaced, owner: 'c#1', backup: 'p#1' }));
    expect(other.reasons[0]).toBe('lifecycle.owner-migrates-by-takeover#names-another');
  });

  test('rests while T14 is unresolved, and keeps its backup until the record is read', () => {
    const node = asked();
    node.does({ type: 'guest.run' });
    expect(node.reasons).toEqual(['pairing.replacement-at-rest#runs']);
    node.does({ type: 'channel.close', connection: '1' });
    expect(node.reasons.at(-1)).toBe('lifecycle.backup-migration-replaces#backup-left');
  });

  test('leaves its old backup once the record names another, and begins the log anew', () => {
    const node = asked();
    node.view.sent = 7n;
    node.give({ type: 'arbiter.answered', nonce: '9', record: replaced });
    expect(node.view).toMatchObject({ sent: 0n, connection: '2', connectionOpen: true });
    node.settles();
    expect(node.reasons).toEqual(['lifecycle.backup-migration-replaces#backup-kept']);
    const right = asked();
    right.give({ type: 'arbiter.answered', nonce: '9', record: replaced });
    right.does({ type: 'channel.close', connection: '1' });
    right.settles();
    expect(right.reasons).toEqual([]);
  });

  test.each<[string, (node: Watched) => void]>([
    ['a refusal', (node) => node.give(said('2', { ...fromOther, kind: 'refuse', code: 'busy' }))],
    ['a closed connection', (node) => node.give({ type: 'channel.closed', connection: '2' })],
    ['J', (node) => node.passes(BigInt(nodeParameters.joinTimeout))],
  ])('tells whoever has the copy of an attempt that ended by %s', (_, end) => {
    const silent = copied();
    end(silent);
    silent.does({ type: 'guest.run' });
    silent.settles();
    expect(silent.reasons).toContain('pairing.replacement-given-up#not-touched');
    const right = copied();
    end(right);
    right.does({ type: 'guest.run' });
    right.does(swap(touched));
    right.settles();
    expect(right.reasons).not.toContain('pairing.replacement-given-up#not-touched');
    const uncopied = told();
    end(uncopied);
    uncopied.does({ type: 'guest.run' });
    uncopied.settles();
    expect(uncopied.reasons).not.toContain('pairing.replacement-given-up#not-touched');
  });
});

describe('the replacement', () => {
  const hello = (epoch: string, replaces: string): Message => {
    const to = { to: 'c#1', connection: '1', next: '1', replaces, configuration };
    return { vm, epoch, from: 'p#1', kind: 'hello', ...to };
  };
  const says = (message: Message): Effect => {
    return { type: 'channel.send', connection: '1', message };
  };
  const fromSelf = { vm, epoch: '2', from: 'c#1' };
  const welcome = (epoch: string): Effect => {
    return says({ ...fromSelf, epoch, kind: 'welcome', next: '1' });
  };

  function ready(): Watched {
    const node = watched('c#1');
    node.give({ type: 'channel.opened', connection: '1', peer: 'p#1' });
    node.give(said('1', hello('2', '3')));
    node.does(welcome('2'));
    node.give(said('1', copy));
    node.does({ type: 'guest.restore', position: '0', state: '' });
    node.does(says({ ...fromSelf, kind: 'ready' }));
    return node;
  }

  test('waits for the record in which it was to replace the backup, and for no other', () => {
    const node = ready();
    read(node, '1', paired);
    node.settles();
    expect(node.reasons).toEqual([]);
    node.does({ type: 'guest.halt', reason: '' });
    expect(node.reasons).toContain('pairing.replacement-waits-for-record#discarded');
    const told = ready();
    read(told, '1', touched);
    told.settles();
    expect(told.reasons).toEqual(['failover.discard-when-not-named#kept']);
  });

  test('neither watches nor owes a beat before it is named', () => {
    const node = ready();
    node.passes(BigInt(nodeParameters.channelTimeout) * 2n);
    expect(node.view.suspectedAt).toBeUndefined();
    expect(node.reasons).toEqual([]);
    read(node, '1', replaced);
    expect(node.view).toMatchObject({ watching: true, pairing: { epoch: 3n } });
  });

  test('answers the hello of the next epoch once the record names it', () => {
    const early = ready();
    early.give(said('1', hello('3', '0')));
    early.does(welcome('3'));
    expect(early.reasons).toContain('pairing.eligible-when-recorded#welcomed-unread');
    const node = ready();
    node.give(said('1', hello('3', '0')));
    read(node, '1', replaced);
    node.does(welcome('3'));
    expect(node.reasons).toEqual([]);
    expect(node.view).toMatchObject({ replacement: undefined, held: 0n, pairing: { epoch: 3n } });
  });

  test('holds no entry before it was greeted', () => {
    const node = ready();
    const entry = { seq: '1', position: '10', entry: 'input', data: '', watermark: '0' };
    node.give(said('1', { vm, epoch: '2', from: 'p#1', kind: 'entry', ...entry }));
    expect(node.view.held).toBe(0n);
  });
});

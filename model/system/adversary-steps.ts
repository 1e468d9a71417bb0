// The adversary: it records what is under way, and puts on the wire what it has recorded or what it forges. Under an
// authenticated wire what is not genuine and in its place is dropped, and an ordered channel closed, before the node
// sees it. A copy that overtakes its original is the original: that is a message that arrives, and no step of its own.
// Spec: protocol, "Security".

import type { Bond, Forgery, Recording, WrongMessage } from '../environment/adversary.ts';
import type { HostIndex, Side } from '../environment/channel.ts';
import type { HostView } from '../host.ts';
import { proposalOf } from '../record.ts';
import type { ArbiterRecord, Message, NodeInput } from '../vocabulary.ts';
import { type Change, hostNames } from './change.ts';
import { describeInput, describeMessage } from './describe.ts';
import type { Product } from './product.ts';
import { change, type Family, left, move, type Scene, settle, spend } from './scene.ts';
import type { Tampering } from './view.ts';
import { wrongMessageTo } from './wrong-messages.ts';

/** None where the bounds have no adversary; what it never puts on the wire it need not record. */
export const adversaryFamilies = ({ bounds, hosts, slots }: Product): Family[] => [
  ...(bounds.recordings > 0 ? [recordAnswers] : []),
  ...(bounds.recordings > 0 && bounds.injections > 0
    ? [
        recordDatagrams,
        ...slots.ends.map(
          (_, slot): Family =>
            (scene) =>
              recordMessages(scene, slot),
        ),
      ]
    : []),
  ...(bounds.injections > 0
    ? hosts.map(
        (host): Family =>
          (scene) =>
            inject(scene, host),
      )
    : []),
];

function recordMessages(scene: Scene, slot: number): void {
  if (!left(scene, 'recordings')) return;
  const connection = scene.view.channels[slot];
  if (connection == null) return;
  for (const side of [0, 1] as const) {
    const to = scene.product.slots.ends[slot]?.[side] ?? 0;
    for (const message of new Set(connection.toward[side])) {
      record(scene, { kind: 'message', message, to, connection: connection.number });
    }
  }
}

function recordDatagrams(scene: Scene): void {
  if (!left(scene, 'recordings')) return;
  for (const { to, message } of scene.view.datagrams) {
    record(scene, { kind: 'message', message, to, connection: 0 });
  }
}

function recordAnswers(scene: Scene): void {
  if (!left(scene, 'recordings')) return;
  for (const { host, record: answered } of scene.view.arbiter.answers) {
    record(scene, { kind: 'answer', to: host, record: answered });
  }
}

function record(scene: Scene, recording: Recording): void {
  const name = hostNames[recording.to] ?? '';
  const what =
    recording.kind === 'answer'
      ? describeInput(name, answerInput('current', recording.record))
      : describeInput(
          name,
          arrival(recording.connection, scene.product.message(recording.message)),
        );
  const operation = { type: 'record' as const, recording };
  move(scene, `adversary: records what ${what}`, [
    { part: 'tape', operation },
    ...spend('recordings'),
  ]);
}

function inject(scene: Scene, host: HostIndex): void {
  if (!left(scene, 'injections')) return;
  const node = scene.view.hosts[host] ?? null;
  if (node === null) return;
  for (const recording of scene.view.tape) {
    if (recording.kind === 'answer') replayAnswer(scene, host, recording);
    else replayMessage(scene, host, recording);
  }
  for (const forgery of scene.product.bounds.forged) forge(scene, { host, node, forgery });
}

function replayMessage(
  scene: Scene,
  host: HostIndex,
  { message: id, to, connection }: Extract<Recording, { kind: 'message' }>,
): void {
  const message = scene.product.message(id);
  const direction: Bond[] = to === host ? [] : ['direction'];
  for (const end of endsAt(scene, host)) {
    const other: Bond[] = end.number === connection ? [] : ['connection'];
    arriveOn(scene, end, { host, message, broken: ['place', ...other, ...direction] });
  }
  const other: Bond[] = connection === 0 ? [] : ['connection'];
  arriveAlone(scene, { host, message, broken: ['place', ...other, ...direction] });
}

/** Genuine, of another request: only its nonce says so. */
function replayAnswer(
  scene: Scene,
  host: HostIndex,
  { record: old }: Extract<Recording, { kind: 'answer' }>,
): void {
  put(scene, { host, input: answerInput('other', old), about: 'replays', of: 'answer' });
}

function forge(
  scene: Scene,
  { host, node, forgery }: { host: HostIndex; node: HostView; forgery: Forgery },
): void {
  if (forgery === 'answer') forgeAnswer(scene, host, node);
  else if (forgery === 'fence') forgeFence(scene, host);
  else forgeMessage(scene, { host, node, wrong: forgery });
}

function forgeMessage(
  scene: Scene,
  { host, node, wrong }: { host: HostIndex; node: HostView; wrong: WrongMessage },
): void {
  const sent = wrongMessageTo(node, wrong);
  if (sent === null) return;
  const { message } = sent;
  for (const end of endsAt(scene, host)) arriveOn(scene, end, { host, message, broken: ['key'] });
  arriveAlone(scene, { host, message, broken: ['key'] });
}

/** As if the arbiter had carried out what is asked. */
function forgeAnswer(scene: Scene, host: HostIndex, { failover }: HostView): void {
  if (!scene.view.arbiter.requests.some((one) => one.current && one.host === host)) return;
  const wished = proposalOf(failover.context);
  if (wished === null) return;
  const forged = { host, about: 'forges', of: 'answer' as const };
  if (isRefused(scene, ['key'])) dropAlone(scene, { ...forged, what: 'an answer' });
  else put(scene, { ...forged, input: answerInput('current', wished) });
}

function forgeFence(scene: Scene, host: HostIndex): void {
  if (!scene.view.disk.fences.some((one) => one.host === host)) return;
  const forged = { host, about: 'forges', of: 'fence' as const };
  const input = { type: 'disk.answered', operation: 'fence', result: 'done' } as const;
  if (isRefused(scene, ['key'])) dropAlone(scene, { ...forged, what: 'an answer of the disk' });
  else put(scene, { ...forged, input });
}

interface Arrival {
  host: HostIndex;
  message: Message;
  broken: readonly Bond[];
}
interface End {
  slot: number;
  side: Side;
  number: number;
}

/** The ends of standing connections at a host. */
function endsAt(scene: Scene, host: HostIndex): End[] {
  return scene.product.slots.ends.flatMap((pair, slot) => {
    const connection = scene.view.channels[slot];
    const side: Side = pair[0] === host ? 0 : 1;
    if (connection?.standing !== true || pair[side] !== host || !connection.open[side]) return [];
    return [{ slot, side, number: connection.number }];
  });
}

function arriveOn(scene: Scene, end: End, { host, message, broken }: Arrival): void {
  const about = aboutOf(broken);
  if (!isRefused(scene, broken)) {
    const input = arrival(end.number, message);
    put(scene, { host, input, about, of: 'channel', message });
    return;
  }
  put(scene, {
    host,
    input: { type: 'channel.closed', connection: end.number },
    about: `${about} ${describeMessage(message)}, dropped;`,
    of: 'channel',
    message,
    changes: [{ part: 'channels', operation: { type: 'end', slot: end.slot, side: end.side } }],
  });
}

function arriveAlone(scene: Scene, { host, message, broken }: Arrival): void {
  const about = aboutOf(broken);
  const one = { host, about, of: 'datagram' as const, message };
  if (isRefused(scene, broken)) dropAlone(scene, { ...one, what: describeMessage(message) });
  else put(scene, { ...one, input: { type: 'datagram.arrived', message } });
}

const aboutOf = (broken: readonly Bond[]): string =>
  broken.includes('key') ? 'forges' : `replays (${broken.join(', ')})`;

/** A tag that fails anywhere fails; the seeded bugs do not look everywhere. */
const isRefused = ({ product }: Scene, broken: readonly Bond[]): boolean =>
  product.bounds.wire === 'authenticated' &&
  !broken.every((bond) => product.variant.unbound.includes(bond));

interface Put {
  host: HostIndex;
  about: string;
  of: Tampering['of'];
  message?: Message;
}

function put(
  scene: Scene,
  { input, changes = [], ...one }: Put & { input: NodeInput; changes?: readonly Change[] },
): void {
  const draft = scene.product.draft();
  change(scene, draft, [...changes, ...spend('injections')]);
  const deeds = settle(scene, draft, one.host, input);
  const label = `adversary: ${one.about} ${describeInput(hostNames[one.host] ?? '', input)}`;
  scene.push({ label, deeds, fairness: null, tampering: tamperingOf(scene, one) }, draft);
}

function dropAlone(scene: Scene, { what, ...one }: Put & { what: string }): void {
  const draft = scene.product.draft();
  change(scene, draft, spend('injections'));
  const label = `adversary: ${one.about} ${what} (${one.of}) to ${hostNames[one.host]}, dropped`;
  scene.push({ label, deeds: [], fairness: null, tampering: tamperingOf(scene, one) }, draft);
}

const tamperingOf = ({ product }: Scene, { host, of, message }: Put): Tampering => ({
  host,
  of,
  kind: message?.kind ?? null,
  isAuthenticated: product.bounds.wire === 'authenticated',
});

const arrival = (connection: number, message: Message): NodeInput =>
  connection === 0
    ? { type: 'datagram.arrived', message }
    : { type: 'channel.arrived', connection, message };

const answerInput = (nonce: 'current' | 'other', record: ArbiterRecord | null): NodeInput => ({
  type: 'arbiter.answered',
  nonce,
  record,
});

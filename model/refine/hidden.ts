// Inputs that the trace does not show: deadlines, which only the clock knows, and inputs that its header says are left
// out. Each is an input that the world may give in this state. Spec: conformance, "Recorded traces".

import type { HostView } from '../host.ts';
import type { DeadlineName, NodeInput } from '../vocabulary.ts';
import { withCondition } from './candidate.ts';
import { applied, type Meaning, plain } from './meaning.ts';
import type { Scene } from './scene.ts';
import type { Omissible } from './trace.ts';

/** The deadlines that may have passed when the clock was advanced. */
export const deadlineMeanings = ({ candidate, view }: Scene): readonly Meaning[] =>
  [...deadlines, ...measurements(view)].map((name) =>
    plain(candidate, { type: 'deadline.passed', name }),
  );

/** K shows in the trace only where it changes the share of the guest. */
function measurements({ heartbeat, logging: { context } }: HostView): readonly DeadlineName[] {
  if (!/watching\.(trusting|suspecting)/.test(heartbeat.state)) return [];
  const lagging: readonly DeadlineName[] = context.sent > context.consumed ? ['lag'] : [];
  return context.throttle > 0 ? ['alive', ...lagging] : lagging;
}

/** What may have been given between two lines. */
export function hiddenMeanings(omitted: readonly Omissible[], scene: Scene): readonly Meaning[] {
  return omitted.flatMap((type) => hidden[type](scene));
}

/** `judged`: what follows is a message whose content is judged, and that may always come early. */
const deadlineKinds: Readonly<Record<DeadlineName, 'searched' | 'judged'>> = {
  beat: 'judged',
  alive: 'judged',
  lag: 'judged',
  'beat-timeout': 'searched',
  'channel-timeout': 'searched',
  retry: 'searched',
  join: 'searched',
  yield: 'searched',
};
const deadlines = Object.entries(deadlineKinds)
  .filter(([, kind]) => kind === 'searched')
  .map(([name]) => name as DeadlineName);

const hidden: { readonly [T in Omissible]: (scene: Scene) => readonly Meaning[] } = {
  'clock.advanced': deadlineMeanings,
  'guest.applied': ({ candidate }) => {
    const [held] = candidate.handed;
    if (held === undefined || (held.kind === 'output' && held.output === null)) return [];
    const { seq, position, output } = held;
    return [applied(candidate, seq, output && { ...output, position })];
  },
  'guest.diverged': ({ candidate }) => {
    const [held] = candidate.handed;
    return held === undefined ? [] : [plain(candidate, { type: 'guest.diverged', seq: held.seq })];
  },
  'guest.saved': ({ candidate }) =>
    (['done', 'error'] as const).map((result) => plain(candidate, { type: 'guest.saved', result })),
  'channel.opened': ({ candidate, view }) => {
    const { peer } = view.pairing.context;
    return changed(candidate, 'asked', 'open', (connection) => ({
      type: 'channel.opened',
      connection,
      peer,
    }));
  },
  'channel.closed': ({ candidate }) => {
    const closed = (connection: number): NodeInput => ({ type: 'channel.closed', connection });
    return [
      ...changed(candidate, 'asked', 'closed', closed),
      ...changed(candidate, 'open', 'closed', closed),
    ];
  },
  'datagram.arrived': ({ candidate, view }) => {
    const { peer, epoch } = view.pairing.context;
    if (peer === '') return [];
    const beat = { kind: 'beat', vm: 'vm', from: peer } as const;
    return [epoch, epoch + 1].map((one) =>
      plain(candidate, { type: 'datagram.arrived', message: { ...beat, epoch: one } }),
    );
  },
  'disk.answered': ({ candidate, view }) => {
    const open = view.logging.context.open.filter(({ answered }) => !answered);
    const asked = [...open.map(({ operation }) => operation), 'fence' as const];
    return asked.flatMap((operation) =>
      (['done', 'error', 'fenced'] as const).map((result) =>
        plain(candidate, { type: 'disk.answered', operation, result }),
      ),
    );
  },
};

/** Every connection in one condition, as an input that puts it in another. */
function changed(
  candidate: Scene['candidate'],
  from: 'asked' | 'open',
  to: 'open' | 'closed',
  inputOf: (symbol: number) => NodeInput,
): readonly Meaning[] {
  return candidate.connections
    .filter(({ condition }) => condition === from)
    .map(({ actual, symbol }) => ({
      inputs: [inputOf(symbol)],
      candidate: withCondition(candidate, actual, to),
    }));
}

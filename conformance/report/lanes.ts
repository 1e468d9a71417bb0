// The traffic of a case as arrows between lanes: who told whom what. How they are drawn is for the page (page/swim-lane.ts)
// and for text (narrative.ts). Spec: conformance.md, "Reports".

import type { Happening, StoryLine } from './report.ts';

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly line: StoryLine;
}
export interface Lanes {
  readonly arrows: readonly Arrow[];
  /** Those that took part, in their order. */
  readonly lanes: readonly string[];
  readonly nodes: readonly string[];
}

export function lanesOf(story: readonly StoryLine[]): Lanes {
  const nodes = [...new Set(story.map(({ node }) => node))];
  const arrows = story.map((line) => arrowOf(line, nodes));
  const met = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  return { arrows, lanes: laneOrder(nodes).filter((lane) => met.has(lane)), nodes };
}

/** What a node is told by, or tells, by the first word of a type. */
const partners: Readonly<Record<string, string>> = {
  manager: 'manager',
  guest: 'guest',
  channel: 'peer',
  datagram: 'peer',
  arbiter: 'arbiter',
  disk: 'disk',
  output: 'outside',
  address: 'outside',
  report: 'manager',
  clock: 'clock',
};

function laneOrder(nodes: readonly string[]): string[] {
  const guests = nodes.length > 1 ? nodes.flatMap((node) => [node, `guest of ${node}`]) : nodes;
  const guest = nodes.length > 1 ? [] : ['guest'];
  return ['manager', 'clock', ...guest, ...guests, 'peer', 'arbiter', 'disk', 'outside'];
}

function arrowOf(line: StoryLine, nodes: readonly string[]): Arrow {
  const { node, input, effect } = line;
  const happening = input ?? effect ?? { type: 'clock' };
  const partner = partnerOf(happening, node, nodes);
  const label = labelOf(happening);
  return input === undefined
    ? { from: node, to: partner, label, line }
    : { from: partner, to: node, label, line };
}

/** In a case of several nodes the peer has a lane of its own. */
function partnerOf({ type, ...fields }: Happening, node: string, nodes: readonly string[]): string {
  const partner = partners[type.split('.')[0] ?? ''] ?? 'outside';
  if (nodes.length === 1) return partner;
  if (partner === 'guest') return `guest of ${node}`;
  if (partner !== 'peer') return partner;
  const { message } = fields;
  const from = isFields(message) && message.from !== undefined ? hostOf(message.from) : undefined;
  const others = nodes.filter((other) => other !== node);
  const to = hostOf(fields.peer ?? fields.to);
  return others.find((other) => other === from || other === to) ?? others[0] ?? partner;
}

const hostOf = (incarnation: unknown): string => String(incarnation ?? '').split('#')[0] ?? '';

function labelOf({ type, ...fields }: Happening): string {
  const { message, action, record, ...rest } = fields;
  const verb = type.split('.')[1] ?? type;
  if (isFields(message)) return `${message.kind} ${told(message, messageNames)}`;
  if (isFields(record)) return `${verb} v${record.version} ${record.phase} e${record.epoch}`;
  if (isFields(action)) return `${verb} ${Object.keys(action)[0] ?? ''}`;
  return `${verb} ${told(rest, Object.keys(rest))}`;
}

const messageNames = ['epoch', 'seq', 'upto', 'next', 'code', 'entry', 'position'] as const;

function told(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  return names
    .filter((name) => ['string', 'number', 'boolean'].includes(typeof fields[name]))
    .map((name) => (name === 'epoch' ? `e${fields[name]}` : `${name} ${fields[name]}`))
    .join(' ');
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Virtual nanoseconds as milliseconds. */
export function milliseconds(at: string): string {
  return /^\d{1,20}$/.test(at) ? `${(Number(BigInt(at) / 1000n) / 1000).toFixed(3)} ms` : at;
}

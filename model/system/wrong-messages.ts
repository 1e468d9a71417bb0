// Messages that a node must never be sent, each as its peer in the session would send it: what an adversary forges, and
// what a peer that is at fault says. Spec: protocol, "Logging", "Security".

import type { WrongMessage } from '../environment/adversary.ts';
import type { HostView } from '../host.ts';
import type { Incarnation, Message, MessageBody } from '../vocabulary.ts';

export interface WrongMessageSent {
  message: Message;
  /** Of the session with its sender. */
  connection: number;
}

/** Null: it has no session, or what is wrong would be nothing to it. */
export function wrongMessageTo(node: HostView, wrong: WrongMessage): WrongMessageSent | null {
  const { epoch } = node.pairing.context;
  const { peer, connection } = speakerTo(node, wrong);
  if (peer === '') return null;
  const body = bodyOf(node, wrong);
  if (body === null) return null;
  const ahead = wrong.startsWith('future-') ? 1 : 0;
  return { message: { vm: 'vm', epoch: epoch + ahead, from: peer, ...body }, connection };
}

/** An owner that replaces its backup is welcomed by the replacement, on its connection; its peer says all else. */
function speakerTo(
  { pairing: { state, context } }: HostView,
  wrong: WrongMessage,
): { peer: Incarnation; connection: number } {
  return wrong === 'misplaced-welcome' && state === 'owner.replacing.greeting'
    ? { peer: context.replacement, connection: context.replacementConnection }
    : context;
}

function bodyOf(node: HostView, wrong: WrongMessage): MessageBody | null {
  if (wrong === 'beat' || wrong === 'future-beat') return { kind: 'beat' };
  if (wrong === 'future-alive') return { kind: 'alive', seq: 0, watermark: 0, applied: 0 };
  return node.pairing.state.startsWith('owner')
    ? bodyToOwner(node, wrong)
    : bodyToBackup(node, wrong);
}

function bodyToOwner(node: HostView, wrong: WrongMessage): MessageBody | null {
  const { sent, acknowledged } = node.logging.context;
  const { state } = node.pairing;
  switch (wrong) {
    case 'acknowledge':
      return sent > acknowledged ? { kind: 'acknowledge', upto: sent, applied: 0 } : null;
    case 'acknowledge-beyond-sent':
      return { kind: 'acknowledge', upto: sent + 1, applied: 0 };
    case 'future-acknowledge':
      return { kind: 'acknowledge', upto: sent, applied: 0 };
    case 'diverged':
      return { kind: 'diverged', seq: acknowledged + 1 };
    case 'refuse':
      return state.startsWith('owner.joining') ? { kind: 'refuse', code: 'busy' } : null;
    case 'misplaced-welcome':
      return awaitsWelcome.test(state) ? { kind: 'welcome', next: 2 } : null;
    default:
      return null;
  }
}

const awaitsWelcome = /^owner\.(joining\.greeting|replacing\.(greeting|welcoming))$/;

function bodyToBackup(node: HostView, wrong: WrongMessage): MessageBody | null {
  if (node.logging.state !== 'replaying.following') return null;
  const { held } = node.logging.context;
  const entry = { kind: 'entry', position: held, data: 0, channel: null, watermark: 0 } as const;
  switch (wrong) {
    case 'power-off':
    case 'yield':
      return { ...entry, seq: held + 1, entry: wrong };
    case 'unknown-entry':
      return { ...entry, seq: held + 1, entry: 'unknown' };
    case 'gap':
      return { ...entry, seq: held + 2, entry: 'input' };
    default:
      return null;
  }
}

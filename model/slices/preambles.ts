// The public inputs that bring a node from reset to where a slice begins. Spec: protocol, "Pairing".

import {
  answered,
  backup,
  channelOpened,
  copy,
  diskAnswered,
  fromPeer,
  guestCopied,
  hello,
  managerProtect,
  managerStart,
  ownerOpens,
  records,
} from './inputs.ts';
import type { SymbolicInput } from './slice.ts';

export const ownerAlone: readonly SymbolicInput[] = [
  managerStart,
  answered('alone', records.alone1),
  diskAnswered('done'),
];

/** Power-on, join, copy: the owner waits for `ready`. */
export const ownerSynchronising: readonly SymbolicInput[] = [
  ...ownerAlone,
  managerProtect('manager.protect', backup),
  answered('joining', records.joining),
  channelOpened,
  fromPeer(backup, 'welcome', () => ({ kind: 'welcome', next: 1 })),
  guestCopied,
];

/** And `ready`: the owner has asked T4 and has no answer yet. */
export const ownerProtecting: readonly SymbolicInput[] = [
  ...ownerSynchronising,
  fromPeer(backup, 'ready', () => ({ kind: 'ready' })),
];

export const ownerProtected: readonly SymbolicInput[] = [
  ...ownerProtecting,
  answered('protected', records.protected),
];

/** Hello and copy: the backup is ready and has read no record. */
export const backupReady: readonly SymbolicInput[] = [ownerOpens, hello('hello'), copy];

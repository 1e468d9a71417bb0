// Datagrams between the hosts: each may be lost, delayed or delivered more than once, in any order. A small set;
// what does not fit is lost. Spec: protocol, "Heartbeat".

import type { HostIndex } from './channel.ts';

export type Datagrams = readonly { to: HostIndex; message: number }[];
export type DatagramOperation =
  | { type: 'send'; to: HostIndex; message: number; capacity: number }
  | { type: 'drop'; to: HostIndex; message: number };

export function datagramStep(datagrams: Datagrams, operation: DatagramOperation): Datagrams {
  const { to, message } = operation;
  const others = datagrams.filter((one) => one.to !== to || one.message !== message);
  if (operation.type === 'drop') return others;
  if (others.length >= operation.capacity) return datagrams;
  return [...others, { to, message }].sort((a, b) => a.to - b.to || a.message - b.message);
}

// The verbs of the hosts: virtual machines on this computer, and the reference behind the adapter
// protocol. It registers; the work is in the file of each verb.
// Spec: machine.md, replay.md, conformance.md.

import type { Command } from 'commander';
import { registerAdapter } from './adapter.ts';
import { registerVm } from './vm.ts';

export function registerHost(program: Command): void {
  registerVm(program);
  registerAdapter(program.command('host').description('the reference as a host'));
}

// The verb `vm demo`: prints the demonstration's transcript as it happens, then what the client saw.
// Not the demonstration, which is demo.ts.
// Spec: protocol.md, "Failover" and "Output".

import { existsSync } from 'node:fs';
import colors from 'picocolors';
import { type Demonstration, demonstrate, type TranscriptLine } from './demo.ts';
import { localPairConfig } from './local-pair.ts';
import { createTraceRecorder } from './trace.ts';
import { createTextFile, openMachine } from './vm-files.ts';

/** Returns the exit code: 0 where the client's view is whole. */
export function showDemonstration(
  print: (text: string) => void,
  { format, trace }: { readonly format: 'text' | 'json'; readonly trace?: string },
): number {
  const image = findImage();
  const file = trace === undefined ? undefined : createTextFile(trace);
  const isText = format === 'text';
  const tell = (text: string): void => (isText ? print(`${text}\n`) : undefined);
  tell(introduction);
  const shown = demonstrate(
    () => openMachine(image, { memoryMebibytes }),
    (line) => tell(lineToText(line)),
    file && createTraceRecorder(localPairConfig, file.append),
  );
  file?.close();
  const isWhole = shown.broken === undefined && shown.answered === shown.typed;
  if (isText) tell(conclude(shown, isWhole));
  else print(`${JSON.stringify({ ...shown, isWhole }, bigintToText)}\n`);
  return isWhole ? 0 : exitBroken;
}

function lineToText({ at, client, hosts }: TranscriptLine): string {
  const seconds = (Number(at) / 1e9).toFixed(3).padStart(7);
  const typed = client.startsWith('>') ? colors.bold(client.padEnd(clientColumns)) : undefined;
  const told = hosts.endsWith('KILLED') ? colors.red(hosts) : colors.dim(hosts);
  return `${seconds}  ${typed ?? client.padEnd(clientColumns)}  ${told}`.trimEnd();
}

function conclude(shown: Demonstration, isWhole: boolean): string {
  const { typed, answered, bytesSeen, bytesRepeated, broken } = shown;
  const view = isWhole
    ? colors.green('The client’s view is whole')
    : colors.red(`THE CLIENT’S VIEW IS BROKEN${broken === undefined ? '' : `: ${broken}`}`);
  const repeated = `${bytesRepeated} bytes came again after a takeover and were the same`;
  return `\n${view}: ${typed} commands, ${answered} answers, ${bytesSeen} bytes without a gap; ${repeated}.`;
}

/** Counters pass as decimal text. */
function bigintToText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Beside the sources in a checkout; the build does not copy images. */
function findImage(): string {
  const beside = new URL('../guests/kv.elf', import.meta.url).pathname;
  const packaged = new URL('../../../impl/guests/kv.elf', import.meta.url).pathname;
  return existsSync(beside) ? beside : packaged;
}

const introduction = [
  'A key-value guest on a protected pair: two nodes, two engines, one process, a virtual clock.',
  'Left what the client types (>) and sees; right what the hosts do, with the log beside each answer.',
  '',
].join('\n');
const clientColumns = 36;
const memoryMebibytes = 2;
const exitBroken = 1;

// Executes hot code as WebAssembly. It counts where the interpreter arrives by jumps, translates
// regions from the hot addresses in batches, and runs them when execution arrives at one of them.
// Whatever a region cannot do, the interpreter does: state and memory at a position never depend on
// what is translated. Spec: cpu.md, "Position" and "Self-modifying code".

import type { Flag, SpecialRegister } from '../algebra.ts';
import type { CodeListener } from '../decode-cache.ts';
import { STATUS_FLAGS } from '../flags.ts';
import type { Instruction } from '../instruction.ts';
import { Arrivals, COUNTED_MAX } from './arrivals.ts';
import { type FlagSite, flagOfSite, PACKED_SITE } from './flag-state.ts';
import { type GuestMemory, SPECIALS_READ, STATE_AT } from './guest-memory.ts';
import { writeModule } from './module-writer.ts';
import {
  type CodeSource,
  createRegion,
  REGION_BLOCKS_MAX,
  type Region,
  UNSEEN_BLOCKS_MAX,
} from './region.ts';
import type { RegionCode } from './region-writer.ts';
import { instantiate } from './web-assembly.ts';

export type TranslatorOptions = {
  /** The memory of which RAM is a part. */
  readonly memory: GuestMemory;
  /** Arrivals by a jump before code is translated; with 0 all code is, before it is executed. */
  readonly threshold: number;
};

/** What is asked of the processor around it. */
export type TranslatorHost = {
  /** The decoded instruction at an address of RAM, from the cache alone. */
  knownInstructionAt(address: number): Instruction | undefined;
  /** The same, decoded if need be; undefined where none lies whole in RAM. */
  instructionAt(address: number): Instruction | undefined;
  holdsCode(address: number, bytes: number): boolean;
  readFlag(flag: Flag): bigint;
  readSpecial(register: SpecialRegister): bigint;
  /** Whether special registers may have been written since this was last asked. */
  hasNewSpecials(): boolean;
  /** Whether the flags still are those that `lendFlags` gave. */
  hasLentFlags(): boolean;
  /** From here on each flag is what `flagOf` gives, until it is written. */
  lendFlags(): void;
};

/** Regions kept; one more, and all are dropped. */
export const REGIONS_MAX = 2000;
/** Places where flags are written; the same. */
export const SITES_MAX = 1_000_000;
/** Hot addresses translated together. */
export const BATCH_MAX = 32;
/** Arrivals that the first of them waits for others, for each arrival of the threshold. */
export const BATCH_WAIT = 8;
/** Steps of one call, so that the host's compiler can put better code in place in between. */
export const SLICE_STEPS: number = 1 << 18;
/** Targets remembered of one indirect jump. */
export const TARGETS_MAX = 16;
/** Times in a row that an entry retires no step before it is given up. */
export const FRUITLESS_MAX = 20;

type Run = (left: number, entry: number) => number;

type Translated = {
  readonly region: Region;
  readonly run: Run;
  readonly readsFlags: boolean;
};

/** A way into a region: its first block, or one of its loops. */
type Entry = {
  readonly translated: Translated;
  readonly number: number;
  readonly address: number;
  fruitless: number;
};

export class Translator implements CodeListener {
  readonly #options: TranslatorOptions;
  readonly #host: TranslatorHost;
  readonly #state: DataView;
  readonly #ramBytes: number;

  readonly #entries = new Map<number, Entry>();
  /** By the address of an instruction, the regions that have it. */
  readonly #regionsWith = new Map<number, Set<Translated>>();
  readonly #arrivals: Arrivals;
  readonly #targets = new Map<number, number[]>();
  #pending = new Set<number>();
  #waited = 0;
  readonly #sites: (FlagSite | undefined)[] = [undefined];
  readonly #addSite = (site: FlagSite): number => this.#sites.push(site) - 1;

  constructor(options: TranslatorOptions, host: TranslatorHost) {
    this.#options = options;
    this.#arrivals = new Arrivals(options.threshold);
    this.#host = host;
    this.#state = options.memory.state;
    this.#ramBytes = options.memory.ram.length;
  }

  /**
   * Runs translated code from an address, at most `stepsMax` steps, and returns how many it
   * retired: 0 where there is none, or where its first block does not fit.
   */
  run(rip: number, stepsMax: number): number {
    if (rip < 0 || rip >= this.#ramBytes) return 0;
    let entry = this.#arrive(rip);
    let left = stepsMax;
    if (entry === undefined) return 0;
    if (!this.#host.hasLentFlags()) this.#packHostFlags();
    if (this.#host.hasNewSpecials()) this.#copySpecials();
    while (entry !== undefined) {
      const { translated, number } = entry;
      const slice = Math.min(left, SLICE_STEPS);
      if (translated.readsFlags) this.#packFlags();
      const rest = translated.run(slice, number);
      left -= slice - rest;
      if (rest === slice) this.#noteFruitless(entry);
      else entry.fruitless = 0;
      const isAtRam = this.#state.getUint32(STATE_AT.rip + 4, true) === 0;
      if (rest === slice || left === 0 || !isAtRam) break;
      entry = this.#leave(this.#state.getUint32(STATE_AT.rip, true));
    }
    this.#host.lendFlags();
    return stepsMax - left;
  }

  /** Where the last run of translated code ended. */
  get rip(): bigint {
    return this.#state.getBigUint64(STATE_AT.rip, true);
  }

  /** A status flag as the last run of translated code left it. */
  flagOf(flag: Flag): bigint {
    const words = [0, 8, 16, 24].map((k) => this.#state.getBigUint64(STATE_AT.flagWords + k, true));
    const site = this.#sites[this.#state.getUint32(STATE_AT.flagSite, true)];
    if (site === undefined) return ((words[0] ?? 0n) >> BigInt(flag)) & 1n;
    return flagOfSite(site, flag, words);
  }

  /** The interpreter has changed flags: from here on those of the host count. */
  #packHostFlags(): void {
    let word = 0n;
    for (const flag of STATUS_FLAGS) word |= this.#host.readFlag(flag) << BigInt(flag);
    this.#setPacked(word);
  }

  #copySpecials(): void {
    SPECIALS_READ.forEach((register, k) => {
      const value = this.#host.readSpecial(register);
      this.#state.setBigUint64(STATE_AT.specials + 8 * k, value, true);
    });
  }

  /** The interpreter has jumped, other than to a target that stands in the instruction. */
  noteTarget(source: number, to: number): void {
    if (to < 0 || to >= this.#ramBytes) return;
    const known = this.#targets.get(source) ?? [];
    if (known.includes(to) || known.length === TARGETS_MAX) return;
    if (this.#targets.size >= COUNTED_MAX) this.#targets.clear();
    this.#targets.set(source, [...known, to]);
  }

  forgotten(instruction: Instruction): void {
    const regions = this.#regionsWith.get(Number(instruction.address));
    for (const translated of regions ?? []) this.#drop(translated);
  }

  allForgotten(): void {
    this.#dropAll();
  }

  #arrive(address: number): Entry | undefined {
    const known = this.#entries.get(address);
    if (known !== undefined) return known;
    if (this.#arrivals.note(address)) this.#pending.add(address);
    if (this.#pending.size === 0) return undefined;
    this.#waited += 1;
    const isLong = this.#waited >= BATCH_WAIT * this.#options.threshold;
    if (isLong || this.#pending.size >= BATCH_MAX) this.#translatePending();
    return this.#entries.get(address);
  }

  /** Goes on in another region, or back to the interpreter. */
  #leave(address: number): Entry | undefined {
    const next = this.#entries.get(address);
    const source = this.#state.getUint32(STATE_AT.source, true);
    if (source !== 0) {
      this.#state.setUint32(STATE_AT.source, 0, true);
      this.noteTarget(source, address);
    }
    return next ?? this.#arrive(address);
  }

  #translatePending(): void {
    const entries = [...this.#pending];
    this.#pending = new Set();
    this.#waited = 0;
    const isFull = this.#entries.size + entries.length > REGIONS_MAX;
    if (isFull || this.#sites.length > SITES_MAX) this.#dropAll();
    const source = this.#codeSource();
    const regions: Region[] = [];
    for (const entry of entries) {
      this.#arrivals.noteAttempt(entry);
      if (regions.some((region) => region.blocks.has(entry))) continue;
      const region = createRegion(source, entry, this.#addSite);
      if (region.blocks.size > 0) regions.push(region);
    }
    const shorten = ({ entry }: Region): Region =>
      createRegion({ ...source, blocksMax: UNSEEN_BLOCKS_MAX }, entry, this.#addSite);
    if (regions.length > 0) this.#compile(regions, shorten);
  }

  #compile(regions: readonly Region[], shorten: (region: Region) => Region): void {
    const { memory } = this.#options;
    const ram = { ramAt: memory.ramAt, ramBytes: this.#ramBytes };
    const { bytes, written } = writeModule(regions, ram, shorten);
    const holdsCode = (address: number, count: number): number =>
      this.#host.holdsCode(address >>> 0, count) ? 1 : 0;
    const exports = instantiate(bytes, { host: { memory: memory.memory, holdsCode } });
    written.forEach(({ region, code }, k) => {
      const run = exports[`${k}`];
      if (!isRun(run)) return;
      this.#add({ region, run, readsFlags: code.readsFlags }, code);
    });
  }

  #add(translated: Translated, { loops }: RegionCode): void {
    const { region } = translated;
    const enter = (address: number, number: number): void => {
      this.#entries.set(address, { translated, number, address, fruitless: 0 });
    };
    enter(region.entry, 0);
    for (const [address, number] of loops) {
      const known = this.#entries.get(address)?.translated.region.blocks.size ?? 0;
      if (known < region.blocks.size) enter(address, number);
    }
    for (const address of addressesOf(region)) {
      const regions = this.#regionsWith.get(address);
      if (regions === undefined) this.#regionsWith.set(address, new Set([translated]));
      else regions.add(translated);
    }
  }

  #drop(translated: Translated): void {
    for (const address of translated.region.blocks.keys()) {
      this.#arrivals.forget(address);
      if (this.#entries.get(address)?.translated === translated) this.#entries.delete(address);
    }
    for (const address of addressesOf(translated.region)) {
      const regions = this.#regionsWith.get(address);
      regions?.delete(translated);
      if (regions?.size === 0) this.#regionsWith.delete(address);
    }
  }

  #dropAll(): void {
    this.#packFlags();
    this.#entries.clear();
    this.#regionsWith.clear();
    this.#arrivals.clear();
    this.#pending.clear();
    this.#sites.length = 1;
  }

  #codeSource(): CodeSource {
    const host = this.#host;
    const isEager = this.#options.threshold === 0;
    return {
      blocksMax: isEager ? UNSEEN_BLOCKS_MAX : REGION_BLOCKS_MAX,
      instructionAt: (address) =>
        address < this.#ramBytes ? host.instructionAt(address) : undefined,
      isKnown: (address) =>
        address < this.#ramBytes && (isEager || host.knownInstructionAt(address) !== undefined),
      targetsOf: (address) => this.#targets.get(address) ?? [],
    };
  }

  /** An entry whose first instruction always leaves is of no use; the region's others may be. */
  #noteFruitless(entry: Entry): void {
    entry.fruitless += 1;
    if (entry.fruitless > FRUITLESS_MAX) this.#entries.delete(entry.address);
  }

  #packFlags(): void {
    if (this.#state.getUint32(STATE_AT.flagSite, true) === PACKED_SITE) return;
    let word = 0n;
    for (const flag of STATUS_FLAGS) word |= this.flagOf(flag) << BigInt(flag);
    this.#setPacked(word);
  }

  #setPacked(word: bigint): void {
    this.#state.setBigUint64(STATE_AT.flagWords, word, true);
    this.#state.setUint32(STATE_AT.flagSite, PACKED_SITE, true);
  }
}

function addressesOf(region: Region): readonly number[] {
  return [...region.blocks.values()].flatMap((block) =>
    block.instructions.map((instruction) => Number(instruction.address)),
  );
}

function isRun(value: unknown): value is Run {
  return typeof value === 'function';
}

import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../impl/base/hex.ts';
import {
  createMachine,
  type Machine,
  type MachineStop,
  type Output,
  type Sources,
} from '../../impl/machine/index.ts';
import { bytesToText, kvImage, mustCreateMachine, textToBytes } from './kv-guest.ts';
import { createTinyImage } from './tiny-image.ts';

const ramBytes = 1024 * 1024 + 4096;

interface World extends Sources {
  readonly log: unknown[];
}

/** Answers with ascending time stamps and writes down what it is asked and told. */
function createWorld(stopAt = Number.POSITIVE_INFINITY): World {
  const log: unknown[] = [];
  let time = 0n;
  const note = (what: unknown): 'go-on' | 'stop' => (log.push(what) > stopAt ? 'stop' : 'go-on');
  return {
    log,
    readTimeStamp(position) {
      time += 10n;
      return note(['time-stamp', position]) === 'stop' ? 'stop' : time;
    },
    output: ({ position, offset, bytes }: Output) =>
      note(['output', position, offset, bytesToText(bytes)]),
    goOff: (position, origin) => note(['off', position, origin]),
  };
}

function runTiny(code: readonly number[], steps = 1000): { world: World; stop: MachineStop } {
  const machine = mustCreateMachine({ image: createTinyImage(...code), ramBytes });
  const world = createWorld();
  return { world, stop: machine.run(steps, world) };
}

function wordAt(machine: Machine, address: number): bigint {
  const { ram } = machine.state();
  return new DataView(ram.buffer, ram.byteOffset).getBigUint64(address, true);
}

// mov edx, 0x3f8
const toSerial = [0xba, 0xf8, 0x03, 0x00, 0x00];
// mov al, letter; out dx, al
const put = (letter: string): number[] => [0xb0, letter.charCodeAt(0), 0xee];
const hlt = 0xf4;
const rdtsc = [0x0f, 0x31];

describe('outputs', () => {
  it('end at a newline, at the position of the step that wrote it', () => {
    const code = [...toSerial, ...put('a'), ...put('\n'), ...put('b'), ...put('\n'), hlt];
    expect(runTiny(code).world.log).toEqual([
      ['output', 5n, 0n, 'a\n'],
      ['output', 9n, 2n, 'b\n'],
    ]);
  });

  it('end when the guest halts, at the position of the HLT', () => {
    const { world, stop } = runTiny([...toSerial, ...put('a'), hlt]);
    expect(stop).toEqual({ kind: 'idle' });
    expect(world.log).toEqual([['output', 4n, 0n, 'a']]);
  });

  it('end when the guest reads the receiver buffer', () => {
    // in al, dx
    const { world } = runTiny([...toSerial, ...put('?'), 0xec, 0xeb, 0xfe], 50);
    expect(world.log).toEqual([['output', 4n, 0n, '?']]);
  });

  it('end at 256 bytes', () => {
    // mov al, 'x'; again: out dx, al; jmp again
    const { world } = runTiny([...toSerial, 0xb0, 0x78, 0xee, 0xeb, 0xfd], 2 + 2 * 600);
    expect(world.log).toEqual([
      ['output', 2n + 511n, 0n, 'x'.repeat(256)],
      ['output', 2n + 1023n, 256n, 'x'.repeat(256)],
    ]);
  });

  it('end when the guest switches itself off, and nothing runs afterwards', () => {
    // mov dx, 0x604; mov ax, 0x2000; out dx, ax
    const off = [0x66, 0xba, 0x04, 0x06, 0x66, 0xb8, 0x00, 0x20, 0x66, 0xef];
    const { world, stop } = runTiny([...toSerial, ...put('z'), ...off, ...put('y'), hlt]);
    expect(stop).toEqual({ kind: 'off', origin: 'guest' });
    expect(world.log).toEqual([
      ['output', 6n, 0n, 'z'],
      ['off', 6n, 'guest'],
    ]);
  });

  it('end when a fault nobody handles shuts the processor down', () => {
    const { world, stop } = runTiny([...toSerial, ...put('z'), 0x0f, 0x0b]); // ud2
    expect(stop).toEqual({ kind: 'off', origin: 'fault' });
    expect(world.log).toEqual([
      ['output', 4n, 0n, 'z'],
      ['off', 4n, 'fault'],
    ]);
  });
});

describe('a run', () => {
  it('asks for the time stamp in the step that reads it', () => {
    const { world } = runTiny([0x90, ...rdtsc, 0x90, ...rdtsc, hlt]);
    expect(world.log).toEqual([
      ['time-stamp', 2n],
      ['time-stamp', 4n],
    ]);
  });

  it('enters with memory size, stack and interrupts off', () => {
    // mov [rsp - 8], rdi; pushfq; hlt
    const code = [0x48, 0x89, 0x7c, 0x24, 0xf8, 0x9c, hlt];
    const machine = mustCreateMachine({ image: createTinyImage(...code), ramBytes });
    machine.run(2, createWorld());
    expect(wordAt(machine, ramBytes - 16)).toBe(2n); // pushed over it
    expect(wordAt(machine, ramBytes - 24)).toBe(0n);
    const other = mustCreateMachine({ image: createTinyImage(...code), ramBytes });
    other.run(1, createWorld());
    expect(wordAt(other, ramBytes - 16)).toBe(BigInt(ramBytes));
  });

  it('ends within the step when a source says stop', () => {
    const machine = mustCreateMachine({ image: createTinyImage(0x90, ...rdtsc, hlt), ramBytes });
    expect(machine.run(100, createWorld(0))).toEqual({ kind: 'stopped' });
    expect(machine.position).toBe(1n);
  });

  it('is the same in one piece and step by step', () => {
    const whole = mustCreateMachine({ image: kvImage });
    const pieces = mustCreateMachine({ image: kvImage });
    const [one, many] = [createWorld(), createWorld()];
    whole.run(800, one);
    for (let step = 0; step < 800; step += 1) pieces.run(1, many);
    expect(many.log).toEqual(one.log);
    expect(one.log.length).toBeGreaterThan(0);
    expect(bytesToHex(pieces.digest())).toBe(bytesToHex(whole.digest()));
  });

  it('ends an output at a HLT also where an interrupt already waits', () => {
    const writeApic = (offset: number, ...value: number[]): number[] => [
      ...[0xb8, offset & 0xff, offset >> 8, 0xe0, 0xfe], // mov eax, register
      ...[0xc7, 0x00, ...value], // mov dword [rax], value
    ];
    const code = [
      ...writeApic(0x0f0, 0xff, 0x01, 0x00, 0x00), // on
      ...writeApic(0x300, 0x30, 0x00, 0x04, 0x00), // interrupt 0x30 to itself
      ...[...toSerial, ...put('a'), 0xfb, hlt], // sti; hlt
    ];
    const expected = [
      ['output', 9n, 0n, 'a'],
      ['off', 10n, 'fault'], // there is no handler
    ];
    expect(runTiny(code).world.log).toEqual(expected);
    const pieces = mustCreateMachine({ image: createTinyImage(...code), ramBytes });
    const world = createWorld();
    while (pieces.off === undefined) pieces.run(1, world);
    expect(world.log).toEqual(expected);
  });

  it('without steps does nothing', () => {
    const machine = mustCreateMachine({ image: createTinyImage(0x90, hlt), ramBytes });
    const before = bytesToHex(machine.digest());
    expect(machine.run(0, createWorld())).toEqual({ kind: 'budget' });
    expect(bytesToHex(machine.digest())).toBe(before);
  });
});

describe('events', () => {
  const create = (): Machine => mustCreateMachine({ image: kvImage });

  it('are refused with a reason and change nothing', () => {
    const machine = create();
    const before = bytesToHex(machine.digest());
    const refusals = [
      machine.deliver({ kind: 'input', channel: 1, bytes: textToBytes('x') }),
      machine.deliver({ kind: 'input', channel: 0, bytes: new Uint8Array(0) }),
      machine.deliver({ kind: 'input', channel: 0, bytes: new Uint8Array(65537) }),
      machine.deliver({ kind: 'timer', timer: 0, timeStamp: 5n }),
    ];
    expect(refusals.map((refusal) => refusal?.reason)).toEqual([
      'no-such-channel',
      'bad-size',
      'bad-size',
      'timer-not-due',
    ]);
    expect(bytesToHex(machine.digest())).toBe(before);
  });

  it('of the timer move the highest time stamp', () => {
    const machine = create();
    machine.run(5000, createWorld());
    const timeStamp = (machine.timerDeadline ?? 0n) + 5n;
    expect(machine.deliver({ kind: 'timer', timer: 0, timeStamp })).toBeUndefined();
    expect(machine.timeStampLast).toBe(timeStamp);
    expect(machine.deliver({ kind: 'timer', timer: 0, timeStamp: timeStamp - 1n })?.reason).toBe(
      'timer-not-due',
    );
  });

  it('are refused when the backlog is full', () => {
    const machine = create();
    const bytes = new Uint8Array(65536);
    expect(machine.deliver({ kind: 'input', channel: 0, bytes })).toBeUndefined();
    const refusal = machine.deliver({ kind: 'input', channel: 0, bytes: textToBytes('x') });
    expect(refusal?.reason).toBe('backlog-full');
  });

  it('are refused by a machine that is off, which runs no more', () => {
    const machine = create();
    expect(machine.deliver({ kind: 'power-off' })).toBeUndefined();
    expect(machine.deliver({ kind: 'power-off' })?.reason).toBe('off');
    expect(machine.run(10, createWorld())).toEqual({ kind: 'off', origin: 'outside' });
    expect(machine.position).toBe(0n);
  });
});

describe('configuration', () => {
  it.each([0, 4096, ramBytes + 1, 2 ** 31, Number.NaN])('refuses %d bytes of memory', (bytes) => {
    const result = createMachine({ image: kvImage, ramBytes: bytes });
    expect(result.kind).toBe('configuration-error');
  });

  it('refuses an image that is none', () => {
    const result = createMachine({ image: textToBytes('hello') });
    expect(result).toMatchObject({ kind: 'image-error', reason: 'not-elf' });
  });
});

describe('the state digest', () => {
  it('differs for another image, another size of memory and another position', () => {
    const create = (...code: number[]): Machine =>
      mustCreateMachine({ image: createTinyImage(...code), ramBytes });
    const digests = [
      create(0x90, hlt).digest(),
      create(0x90, 0x90).digest(),
      mustCreateMachine({ image: createTinyImage(0x90, hlt) }).digest(),
    ].map(bytesToHex);
    const stepped = create(0x90, hlt);
    stepped.run(1, createWorld());
    digests.push(bytesToHex(stepped.digest()));
    expect(new Set(digests).size).toBe(4);
  });

  it('taken again sees what changed in between, back and forth', () => {
    // again: not qword [rsp]; jmp again
    const code = [0x48, 0xf7, 0x14, 0x24, 0xeb, 0xfa]; // on a page of its own, zero again at the end
    const once = mustCreateMachine({ image: createTinyImage(...code), ramBytes: 2 * ramBytes });
    const often = mustCreateMachine({ image: createTinyImage(...code), ramBytes: 2 * ramBytes });
    for (let step = 0; step < 8; step += 1) {
      often.run(1, createWorld());
      often.digest();
    }
    once.run(8, createWorld());
    expect(bytesToHex(often.digest())).toBe(bytesToHex(once.digest()));
  });
});

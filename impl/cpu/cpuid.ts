// The identity of the processor: a fixed table, part of the configuration, never of the host. It
// announces what the engine executes and nothing else. Spec: cpu.md, "Identity".

/** The answer of CPUID to one leaf; a leaf without a subleaf answers to all of them. */
export type IdentityLeaf = {
  readonly leaf: number;
  readonly subleaf?: number;
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
};

/**
 * Features: TSC MSR CX8 APIC CMOV CLFLUSH with lines of 64 bytes, CX16 MOVBE POPCNT; FSGSBASE BMI1
 * BMI2 ADX CLFLUSHOPT CLWB, UMIP RDPID; LAHF in long mode, LZCNT, PREFETCHW; SYSCALL, RDTSCP, long
 * mode. CRC32 belongs to SSE4.2, which is not announced.
 *
 * spec: cpu.announces-what-it-has
 */
export const IDENTITY: readonly IdentityLeaf[] = [
  { leaf: 0, eax: 7, ...vendorOf('Lockstep x64') },
  { leaf: 1, eax: 0x600, ebx: 0x800, ecx: 0xc0_2000, edx: 0x8_8330 },
  { leaf: 7, subleaf: 0, eax: 0, ebx: 0x188_0109, ecx: 0x40_0004, edx: 0 },
  { leaf: 0x8000_0000, eax: 0x8000_0008, ebx: 0, ecx: 0, edx: 0 },
  { leaf: 0x8000_0001, eax: 0, ebx: 0, ecx: 0x121, edx: 0x2800_0800 },
  { leaf: 0x8000_0008, eax: 0x3020, ebx: 0, ecx: 0, edx: 0 },
];

/** The leaf asked for, or zeros. spec: cpu.identity-is-configured */
export function findIdentity(
  table: readonly IdentityLeaf[],
  leaf: number,
  subleaf: number,
): IdentityLeaf {
  const found = table.find(
    (entry) => entry.leaf === leaf && (entry.subleaf ?? subleaf) === subleaf,
  );
  return found ?? { leaf, eax: 0, ebx: 0, ecx: 0, edx: 0 };
}

/** Twelve letters, in the order EBX EDX ECX. */
function vendorOf(name: string): { ebx: number; ecx: number; edx: number } {
  const word = (at: number): number =>
    [0, 1, 2, 3].reduce((sum, k) => sum + name.charCodeAt(at + k) * 2 ** (8 * k), 0);
  return { ebx: word(0), edx: word(4), ecx: word(8) };
}

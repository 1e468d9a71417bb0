// Executes one instruction a record on the processor itself, in this process: loads registers,
// XMM registers, MXCSR, flags and a block of memory, jumps to the instruction, and reports what
// came of it. Faults and taken branches (which land in INT3 filler) come back through signal
// handlers.
//
// Records are fixed in size, little endian, from standard input to standard output; layout.ts
// has the same layout. Built with: gcc -O2 -fno-pie -no-pie -fcf-protection=none
//
// FS and GS have bases of their own in the guest. The host's thread data lie behind FS, so it comes
// back before anything else does; needs Linux 5.9 and a processor with FSGSBASE.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>

#define CODE_PAGE 0x100000ul
#define CODE 0x100800ul
#define DATA 0x110000ul
// Two pages; the block lies across the edge between them.
#define DATA_BYTES 0x2000
#define BLOCK 0x110f00ul
#define BLOCK_BYTES 512
#define CONTEXT 0x120000ul
#define CODE_BYTES_MAX 16
// Status flags, IF, DF, IOPL and AC.
#define COMPARED_FLAGS 0x43ed5ul
#define HWCAP2_FSGSBASE 2ul
#define RESET_MXCSR 0x1f80

struct input {
  uint64_t code_bytes;
  uint8_t code[CODE_BYTES_MAX];
  uint64_t registers[16];
  uint64_t flags, fs_base, gs_base;
  uint64_t xmm[32];
  uint64_t mxcsr;
  uint8_t block[BLOCK_BYTES];
};

struct output {
  uint64_t signal, trap, error, address, rip;
  uint64_t registers[16];
  uint64_t flags, fs_base, gs_base, segments;
  uint64_t xmm[32];
  uint64_t mxcsr;
  uint8_t block[BLOCK_BYTES];
};

// At a fixed low address, so that the entry can reach it without a register.
struct context {
  uint64_t in[16];       // 0x120000
  uint64_t in_flags;     // 0x120080
  uint64_t out[16];      // 0x120088
  uint64_t out_flags;    // 0x120108
  uint64_t host_stack;   // 0x120110
  uint64_t capture;      // 0x120118, the target of the jump behind the instruction
  uint64_t in_fs, in_gs; // 0x120120
  uint64_t out_fs, out_gs; // 0x120130
  uint64_t host_fs;      // 0x120140
  uint64_t unused[23];
  uint64_t in_xmm[32];   // 0x120200
  uint64_t out_xmm[32];  // 0x120300
  uint32_t in_mxcsr;     // 0x120400
  uint32_t out_mxcsr;    // 0x120404
  uint32_t host_mxcsr;   // 0x120408
};
#define context ((volatile struct context *)CONTEXT)

#define EACH_XMM(move)                                                                       \
  move(0) move(1) move(2) move(3) move(4) move(5) move(6) move(7)                            \
  move(8) move(9) move(10) move(11) move(12) move(13) move(14) move(15)
#define LOAD_XMM(k) " movups 0x120200+16*" #k ", %xmm" #k "\n"
#define STORE_XMM(k) " movups %xmm" #k ", 0x120300+16*" #k "\n"

void enter_guest(void);
extern char capture_guest[], resume_host[];

__asm__(
    ".globl enter_guest\n"
    "enter_guest:\n"
    " push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
    " mov %rsp, 0x120110\n"
    EACH_XMM(LOAD_XMM)
    " ldmxcsr 0x120400\n"
    " rdfsbase %rax\n mov %rax, 0x120140\n"
    " mov 0x120120, %rax\n wrfsbase %rax\n mov 0x120128, %rax\n wrgsbase %rax\n"
    " mov 0x120080, %rax\n push %rax\n popfq\n"
    " mov 0x120000, %rax\n mov 0x120008, %rcx\n mov 0x120010, %rdx\n mov 0x120018, %rbx\n"
    " mov 0x120020, %rsp\n mov 0x120028, %rbp\n mov 0x120030, %rsi\n mov 0x120038, %rdi\n"
    " mov 0x120040, %r8\n mov 0x120048, %r9\n mov 0x120050, %r10\n mov 0x120058, %r11\n"
    " mov 0x120060, %r12\n mov 0x120068, %r13\n mov 0x120070, %r14\n mov 0x120078, %r15\n"
    " jmp 0x100800\n"
    ".globl capture_guest\n"
    "capture_guest:\n"
    " mov %rax, 0x120088\n mov %rcx, 0x120090\n mov %rdx, 0x120098\n mov %rbx, 0x1200a0\n"
    " mov %rsp, 0x1200a8\n mov %rbp, 0x1200b0\n mov %rsi, 0x1200b8\n mov %rdi, 0x1200c0\n"
    " mov %r8, 0x1200c8\n mov %r9, 0x1200d0\n mov %r10, 0x1200d8\n mov %r11, 0x1200e0\n"
    " mov %r12, 0x1200e8\n mov %r13, 0x1200f0\n mov %r14, 0x1200f8\n mov %r15, 0x120100\n"
    " mov 0x120110, %rsp\n pushfq\n pop %rax\n mov %rax, 0x120108\n"
    " rdfsbase %rax\n mov %rax, 0x120130\n rdgsbase %rax\n mov %rax, 0x120138\n"
    " mov 0x120140, %rax\n wrfsbase %rax\n"
    " stmxcsr 0x120404\n ldmxcsr 0x120408\n"
    EACH_XMM(STORE_XMM)
    ".globl resume_host\n"
    "resume_host:\n"
    " mov 0x120110, %rsp\n pushq $2\n popfq\n"
    " pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n");

static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                              REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                              REG_R12, REG_R13, REG_R14, REG_R15};

static struct output output;

// Clears AC, keeps the guest's bases and brings the host's back.
#define RETURN_TO_HOST()                                                     \
  __asm__ volatile("pushfq\n andq $~0x40000, (%%rsp)\n popfq\n"             \
                   "rdfsbase %%rax\n mov %%rax, 0x120130\n"                  \
                   "rdgsbase %%rax\n mov %%rax, 0x120138\n"                  \
                   "mov 0x120140, %%rax\n wrfsbase %%rax\n" ::: "rax", "memory", "cc")

static void handle(int signal, siginfo_t *info, void *user) {
  RETURN_TO_HOST();
  (void)info;
  greg_t *registers = ((ucontext_t *)user)->uc_mcontext.gregs;
  output.signal = (uint64_t)signal;
  output.trap = (uint64_t)registers[REG_TRAPNO];
  output.error = (uint64_t)registers[REG_ERR];
  output.address = (uint64_t)registers[REG_CR2];
  output.rip = (uint64_t)registers[REG_RIP];
  for (int k = 0; k < 16; k++) context->out[k] = (uint64_t)registers[order[k]];
  context->out_flags = (uint64_t)registers[REG_EFL];
  fpregset_t vectors = ((ucontext_t *)user)->uc_mcontext.fpregs;
  memcpy((void *)context->out_xmm, vectors->_xmm, sizeof context->out_xmm);
  context->out_mxcsr = vectors->mxcsr;
  vectors->mxcsr = RESET_MXCSR;
  registers[REG_RIP] = (greg_t)resume_host;
  registers[REG_RSP] = (greg_t)context->host_stack;
  registers[REG_EFL] &= ~0x40500;
}

static void *map(uint64_t address, size_t bytes, int protection) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  void *at = mmap((void *)address, bytes, protection, flags, -1, 0);
  if (at == MAP_FAILED) {
    perror("oracle: mmap");
    exit(1);
  }
  return at;
}

static void catch_signals(void) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
  stack_t stack = {.ss_sp = malloc(65536), .ss_flags = 0, .ss_size = 65536};
  struct sigaction action = {0};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaltstack(&stack, 0);
  for (size_t k = 0; k < sizeof signals / sizeof *signals; k++) sigaction(signals[k], &action, 0);
}

// ES, DS, FS and GS, sixteen bits each; then they are null again, as the next record expects.
static uint64_t take_segments(void) {
  uint64_t es, ds, fs, gs;
  __asm__ volatile("mov %%es, %0\n mov %%ds, %1\n mov %%fs, %2\n mov %%gs, %3\n"
                   : "=r"(es), "=r"(ds), "=r"(fs), "=r"(gs));
  __asm__ volatile("mov %0, %%es\n mov %0, %%ds\n mov %0, %%fs\n mov %0, %%gs\n"
                   "wrfsbase %1\n" ::"r"(0ul), "r"(context->host_fs));
  return es | ds << 16 | fs << 32 | gs << 48;
}

// Behind the instruction: jmp qword [0x120118], the address of capture_guest.
static const uint8_t leave_guest[7] = {0xff, 0x24, 0x25, 0x18, 0x01, 0x12, 0x00};

static void execute(const struct input *in, uint8_t *data) {
  uint8_t *code = (uint8_t *)CODE;
  memcpy(code, in->code, in->code_bytes);
  memcpy(code + in->code_bytes, leave_guest, sizeof leave_guest);
  memset(data, 0, DATA_BYTES);
  memcpy((void *)BLOCK, in->block, BLOCK_BYTES);
  for (int k = 0; k < 16; k++) context->in[k] = in->registers[k];
  context->in_flags = (in->flags & COMPARED_FLAGS) | 2;
  context->in_fs = in->fs_base;
  context->in_gs = in->gs_base;
  memcpy((void *)context->in_xmm, in->xmm, sizeof in->xmm);
  context->in_mxcsr = (uint32_t)in->mxcsr;
  context->host_mxcsr = RESET_MXCSR;
  context->capture = (uint64_t)capture_guest;
  memset(&output, 0, sizeof output);
  output.rip = CODE + in->code_bytes;
  enter_guest();
  output.segments = take_segments();
  output.fs_base = context->out_fs;
  output.gs_base = context->out_gs;
  for (int k = 0; k < 16; k++) output.registers[k] = context->out[k];
  output.flags = context->out_flags & COMPARED_FLAGS;
  memcpy(output.xmm, (void *)context->out_xmm, sizeof output.xmm);
  output.mxcsr = context->out_mxcsr;
  memcpy(output.block, (void *)BLOCK, BLOCK_BYTES);
  memset(code, 0xcc, in->code_bytes + sizeof leave_guest);
}

int main(void) {
  if ((getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) == 0) {
    fputs("oracle: needs instructions for the bases of FS and GS\n", stderr);
    return 4;
  }
  static struct input input;
  int read_write = PROT_READ | PROT_WRITE;
  void *page = map(CODE_PAGE, 4096, read_write | PROT_EXEC);
  uint8_t *data = map(DATA, DATA_BYTES, read_write);
  map(CONTEXT, 4096, read_write);
  memset(page, 0xcc, 4096);
  catch_signals();
  setvbuf(stdin, 0, _IOFBF, 1 << 20);
  setvbuf(stdout, 0, _IOFBF, 1 << 20);
  while (fread(&input, sizeof input, 1, stdin) == 1) {
    if (input.code_bytes > CODE_BYTES_MAX) return 2;
    execute(&input, data);
    if (fwrite(&output, sizeof output, 1, stdout) != 1) return 3;
  }
  return 0;
}

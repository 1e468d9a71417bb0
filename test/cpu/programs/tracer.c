// Runs an image on the processor itself, one step at a time: ptrace counts every stop that the trap
// flag makes, and shows registers now and then. The image is the one that the engine runs; it makes
// no system call and ends at HLT, which is not for processes: its fault ends the run.
//
// What the trap flag counts: one stop for each instruction that completes and for each iteration of a
// repeated string instruction, one for a count of 0. That is the step of cpu.md; HLT is not among them.
//
// usage: tracer EVERY STEPS_MAX < image > records, then memory. tracer.ts has the same layout.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define BASE 0x100000ul
#define BYTES 0x300000ul
#define HLT 0xf4
#define RESET_MXCSR 0x1f80
#define RESET_X87 0x37f

struct record {
  uint64_t steps, registers[16], rip, mxcsr, xmm[32];
};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

// On one processor the two take turns without waking another one: that is some three times as fast.
static void stay_on_one_processor(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(sched_getcpu(), &set);
  if (sched_setaffinity(0, sizeof set, &set) < 0) fail("tracer: setaffinity");
}

// Both processes have it at the same address.
static uint8_t *map_memory(void) {
  int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  void *at = mmap((void *)BASE, BYTES, PROT_READ | PROT_WRITE | PROT_EXEC, flags, -1, 0);
  if (at != (void *)BASE) fail("tracer: mmap");
  return at;
}

static pid_t start_child(void) {
  pid_t child = fork();
  if (child < 0) fail("tracer: fork");
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0) fail("tracer: traceme");
  raise(SIGSTOP);
  _exit(2);
}

// The state from which the engine starts too.
static void enter_image(pid_t child) {
  struct user_regs_struct registers, fresh = {0};
  struct user_fpregs_struct vectors = {0};
  if (ptrace(PTRACE_GETREGS, child, 0, &registers) < 0) fail("tracer: getregs");
  fresh.rip = BASE;
  fresh.eflags = 0x202;
  fresh.orig_rax = ~0ul;
  fresh.cs = registers.cs, fresh.ss = registers.ss;
  fresh.fs_base = registers.fs_base;
  vectors.cwd = RESET_X87;
  vectors.mxcsr = RESET_MXCSR;
  if (ptrace(PTRACE_SETREGS, child, 0, &fresh) < 0) fail("tracer: setregs");
  if (ptrace(PTRACE_SETFPREGS, child, 0, &vectors) < 0) fail("tracer: setfpregs");
}

static void write_record(pid_t child, uint64_t steps) {
  struct user_regs_struct r;
  struct user_fpregs_struct v;
  if (ptrace(PTRACE_GETREGS, child, 0, &r) < 0) fail("tracer: getregs");
  if (ptrace(PTRACE_GETFPREGS, child, 0, &v) < 0) fail("tracer: getfpregs");
  struct record record = {
      .steps = steps,
      .registers = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi, r.r8, r.r9, r.r10,
                    r.r11, r.r12, r.r13, r.r14, r.r15},
      .rip = r.rip,
      .mxcsr = v.mxcsr,
  };
  memcpy(record.xmm, v.xmm_space, sizeof record.xmm);
  if (fwrite(&record, sizeof record, 1, stdout) != 1) fail("tracer: write");
}

// Whether the child stands at an HLT that it may not execute.
static int is_at_end(pid_t child, const uint8_t *memory, int status) {
  if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSEGV) return 0;
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, child, 0, &registers) < 0) fail("tracer: getregs");
  uint64_t at = registers.rip - BASE;
  return at < BYTES && memory[at] == HLT;
}

static uint64_t step_through(pid_t child, const uint8_t *memory, uint64_t every, uint64_t steps_max) {
  for (uint64_t steps = 0; steps < steps_max;) {
    int status;
    if (ptrace(PTRACE_SINGLESTEP, child, 0, 0) < 0) fail("tracer: singlestep");
    if (waitpid(child, &status, 0) < 0) fail("tracer: waitpid");
    if (is_at_end(child, memory, status)) return steps;
    if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) {
      fprintf(stderr, "tracer: expected a step, got status %#x at step %lu\n", status, steps);
      exit(3);
    }
    steps++;
    if (steps % every == 0) write_record(child, steps);
  }
  fprintf(stderr, "tracer: no HLT within %lu steps\n", steps_max);
  exit(4);
}

int main(int count, char **words) {
  if (count != 3) return 64;
  uint8_t *memory = map_memory();
  if (fread(memory, 1, BYTES, stdin) == 0) return 65;
  stay_on_one_processor();
  pid_t child = start_child();
  if (waitpid(child, 0, 0) < 0) fail("tracer: waitpid");
  enter_image(child);
  uint64_t steps = step_through(child, memory, strtoull(words[1], 0, 10), strtoull(words[2], 0, 10));
  write_record(child, steps);
  kill(child, SIGKILL);
  return fwrite(memory, BYTES, 1, stdout) == 1 ? 0 : 5;
}

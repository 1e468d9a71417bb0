// A machine with a stack, its assembler and its interpreter (a table of jumps); what it runs are the
// primes below a bound, Ackermann's function by calls, and the steps of 3n + 1.
#include "output.h"

enum operation {
  PUSH, LOAD, STORE, ADD, SUBTRACT, MULTIPLY, DIVIDE, REST, LESS, EQUAL, JUMP, JUMP_IF_ZERO,
  CALL, RETURN, ARGUMENT, FETCH, KEEP, PRINT, HALT, OPERATIONS
};
static const char *const names[OPERATIONS] = {
  "push", "load", "store", "+", "-", "*", "/", "%", "<", "=", "jump", "else",
  "call", "return", "argument", "fetch", "keep", "print", "halt"};

static int32_t code[256], stack[512], memory[128];
static int length;
static int labels[26], patches[64], patched;

static int is_same(const char *a, const char *b, int n) {
  for (int k = 0; k < n; k++)
    if (a[k] != b[k]) return 0;
  return b[n] == 0;
}

static void word(const char *from, int n) {
  for (int k = 0; k < OPERATIONS; k++)
    if (is_same(from, names[k], n)) {
      code[length++] = k;
      return;
    }
  if (from[n - 1] == ':') {
    labels[*from - 'A'] = length;
  } else if (*from >= 'A' && *from <= 'Z') {
    patches[patched++] = length;
    code[length++] = *from - 'A';
  } else {
    int32_t value = 0;
    for (int k = 0; k < n; k++) value = value * 10 + (from[k] - '0');
    code[length++] = value;
  }
}

static void assemble(const char *text) {
  length = patched = 0;
  while (*text) {
    int n = 0;
    while (text[n] && text[n] != ' ') n++;
    word(text, n);
    text += n;
    while (*text == ' ') text++;
  }
  for (int k = 0; k < patched; k++) code[patches[k]] = labels[code[patches[k]]];
}

static int64_t run(void) {
  int at = 0, top = 0, frame = 0;
  int64_t steps = 0;
  for (;; steps++) {
    int32_t a, b;
    switch (code[at++]) {
      case PUSH: stack[top++] = code[at++]; break;
      case LOAD: stack[top++] = memory[code[at++]]; break;
      case STORE: memory[code[at++]] = stack[--top]; break;
      case ADD: b = stack[--top], stack[top - 1] += b; break;
      case SUBTRACT: b = stack[--top], stack[top - 1] -= b; break;
      case MULTIPLY: b = stack[--top], stack[top - 1] *= b; break;
      case DIVIDE: b = stack[--top], stack[top - 1] /= b; break;
      case REST: b = stack[--top], stack[top - 1] %= b; break;
      case LESS: b = stack[--top], stack[top - 1] = stack[top - 1] < b; break;
      case EQUAL: b = stack[--top], stack[top - 1] = stack[top - 1] == b; break;
      case JUMP: at = code[at]; break;
      case JUMP_IF_ZERO: at = stack[--top] == 0 ? code[at] : at + 1; break;
      case CALL:
        stack[top] = at + 1, stack[top + 1] = frame;
        frame = top, top += 2, at = code[at];
        break;
      case RETURN:
        a = stack[top - 1], b = code[at], top = frame - b;
        at = stack[frame], frame = stack[frame + 1];
        stack[top++] = a;
        break;
      case ARGUMENT: stack[top] = stack[frame - code[at++]], top++; break;
      case FETCH: stack[top - 1] = memory[stack[top - 1]]; break;
      case KEEP: a = stack[--top], memory[stack[--top]] = a; break;
      case PRINT: put_number((uint64_t)stack[--top]), put(' '); break;
      case HALT: put('\n'); return steps;
    }
  }
}

static const char *const programs[] = {
  // A sieve: a cell of memory above 20 is 1 where the number is no prime.
  "push 2 store 0 A: load 0 push 20 + fetch else B jump C B: load 0 print load 0 load 0 * store 1 "
  "D: load 1 push 16 < else C load 1 push 20 + push 1 keep load 1 load 0 + store 1 jump D "
  "C: load 0 push 1 + store 0 load 0 push 16 < else Z jump A Z: halt",
  // Ackermann's function of 2 and 2, of 1 and 3.
  "push 2 push 2 call A print push 1 push 3 call A print halt "
  "A: argument 2 else B argument 1 else C argument 2 push 1 - argument 2 argument 1 push 1 - call A call A "
  "return 2 B: argument 1 push 1 + return 2 C: argument 2 push 1 - push 1 call A return 2",
  // Until 6 has come down to 1.
  "push 6 store 0 push 0 store 1 A: load 1 push 1 + store 1 load 0 push 2 % else B "
  "load 0 push 3 * push 1 + store 0 jump C B: load 0 push 2 / store 0 "
  "C: load 0 push 1 = else A load 1 print halt"};

uint64_t program(void) {
  uint64_t fold = 0;
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    for (unsigned k = 0; k < sizeof programs / sizeof *programs; k++) {
      __builtin_memset(memory, 0, sizeof memory);
      assemble(programs[k]);
      fold = fold * 31 + (uint64_t)run();
    }
  }
  return fold;
}

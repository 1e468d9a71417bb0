// Repeated string instructions of every width, in both directions, with counts of 0, ended by their
// comparison or not; what compilers make of C strings beside them.
#include "output.h"

static char a[256], b[256];
static uint64_t wide[16];

#define MOVE(letter, to, from, count)                                                       \
  __asm__ volatile("rep movs" letter : "+D"(to), "+S"(from), "+c"(count)::"memory")
#define FILL(letter, to, count, value)                                                      \
  __asm__ volatile("rep stos" letter : "+D"(to), "+c"(count) : "a"(value) : "memory")

// How many were equal, by CMPS; the flags of the last comparison give the order.
static int compare(const char *x, const char *y, uint64_t count, int *order) {
  uint64_t left = count;
  uint8_t above, below;
  __asm__ volatile("cmp %%eax, %%eax\n repe cmpsb\n seta %3\n setb %4"
                   : "+S"(x), "+D"(y), "+c"(left), "=r"(above), "=r"(below)::"cc", "memory");
  *order = above - below;
  return (int)(count - left);
}

static uint64_t length_of(const char *text) {
  uint64_t left = ~0ull;
  __asm__ volatile("repne scasb" : "+D"(text), "+c"(left) : "a"(0) : "cc", "memory");
  return ~left - 1;
}

static void reverse(char *text, uint64_t length) {
  for (char *end = text + length; text < end && text < --end; text++) {
    char t = *text;
    *text = *end, *end = t;
  }
}

static void move_down(char *to, const char *from, uint64_t count) {
  to += count - 1, from += count - 1;
  __asm__ volatile("std" ::: "cc");
  MOVE("b", to, from, count);
  __asm__ volatile("cld" ::: "cc");
}

static void show(const char *text) {
  put_text(text);
  put('\n');
}

static void widths(void) {
  uint64_t count = 10;
  void *to = wide;
  FILL("q", to, count, 0x0102030405060708ull);
  count = 3, to = (char *)wide + 5;
  FILL("w", to, count, 0xbeefull);
  count = 2, to = (char *)wide + 33;
  FILL("l", to, count, 0xdeadbeefull);
  count = 0;
  FILL("q", to, count, ~0ull);
  const void *from = wide;
  to = a, count = 9;
  MOVE("q", to, from, count);
  from = a + 1, to = a + 3, count = 20;
  MOVE("w", to, from, count);
  from = a + 100, to = a + 90, count = 7;
  MOVE("l", to, from, count);
}

static uint64_t load_sum(const char *text, uint64_t count) {
  uint64_t total = 0, value = 0;
  __asm__ volatile("1: lodsb\n movzbl %%al, %%eax\n add %%rax, %1\n loop 1b"
                   : "+S"(text), "+r"(total), "+c"(count), "+a"(value)::"cc", "memory");
  return total;
}

uint64_t program(void) {
  static const char line[] = "the quick brown fox jumps over the lazy dog";
  uint64_t fold = 0;
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    uint64_t length = length_of(line), count = length + 1;
    const void *from = line;
    void *to = b;
    MOVE("b", to, from, count);
    show(b);
    move_down(b + 7, b, length);
    b[length + 7] = 0;
    show(b);
    reverse(b, length + 7);
    show(b);
    widths();
    for (int k = 0; k < 120; k++) fold = fold * 131 + (uint8_t)a[k];
    for (uint64_t k = 0; k <= length; k += 6) {
      int order, equal;
      char kept = b[k];
      b[k] ^= (char)(k & 1 ? 0x80 : 1);
      __builtin_memcpy(a, b, length);
      a[k] = kept;
      equal = compare(a, b, length, &order);
      put_number((uint64_t)equal), put(order < 0 ? '<' : order > 0 ? '>' : '='), put(' ');
      fold = fold * 31 + load_sum(a, length - k + 1);
    }
    // Words in turn, by what a compiler makes of a scan for a byte.
    for (const char *word = line; *word; word++) {
      uint64_t n = 0;
      while (word[n] && word[n] != ' ') n++;
      put_number(n);
      word += n;
      if (!*word) break;
    }
    put('\n');
  }
  return fold;
}

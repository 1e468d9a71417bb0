// What a program writes: bytes in memory at a fixed address, behind how many there are. No system call
// stands between the program and whoever runs it, so that the same image runs anywhere.
#ifndef OUTPUT_H
#define OUTPUT_H
#include <stdint.h>
#ifndef ROUNDS
#define ROUNDS 1
#endif

struct output {
  uint64_t length;
  char bytes[65528];
};
#define OUTPUT ((struct output *)0x300000)

static inline void put(char c) {
  if (OUTPUT->length < sizeof OUTPUT->bytes) OUTPUT->bytes[OUTPUT->length++] = c;
}

static inline void put_text(const char *text) {
  while (*text) put(*text++);
}

static inline void put_number(uint64_t number) {
  char digits[20];
  int length = 0;
  do digits[length++] = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  while (length > 0) put(digits[--length]);
}

static inline uint64_t next(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}
#endif

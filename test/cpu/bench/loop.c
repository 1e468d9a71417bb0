// The smallest loop that loads, adds, stores and branches.
#include <stdint.h>
#ifndef ROUNDS
#define ROUNDS 1
#endif

static uint64_t cells[1024];

uint64_t program(void) {
  uint64_t sum = 1;
  for (uint64_t k = 0; k < 100000ull * ROUNDS; k++) {
    uint64_t *cell = &cells[(k * 7) & 1023];
    sum += *cell ^ k;
    *cell = sum;
    __asm__ volatile("" ::: "memory");
  }
  return sum;
}

// The smallest loop that loads, adds, stores and branches.
#include <stdint.h>
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef CELLS
#define CELLS 1024
#define CELLS_PLACE
#endif

CELLS_PLACE static uint64_t cells[CELLS];

uint64_t program(void) {
  uint64_t sum = 1;
  for (uint64_t k = 0; k < 100000ull * ROUNDS; k++) {
    uint64_t *cell = &cells[(k * 7) & (CELLS - 1)];
    sum += *cell ^ k;
    *cell = sum;
    __asm__ volatile("" ::: "memory");
  }
  return sum;
}

// All ways to put queens on boards of four and five fields a side, the first one drawn; then a knight's
// way over a board of five, by the fewest ways on (Warnsdorff 1823).
#include "output.h"

static int places[8];

static int put_queens(int n, int row, uint32_t columns, uint32_t left, uint32_t right, int *drawn) {
  if (row == n) {
    for (int k = 0; !*drawn && k < n; k++) {
      for (int j = 0; j < n; j++) put(places[k] == j ? 'Q' : '.');
      put('\n');
    }
    *drawn = 1;
    return 1;
  }
  int found = 0;
  uint32_t open = ~(columns | left | right) & ((1u << n) - 1);
  while (open != 0) {
    uint32_t bit = open & -open;
    places[row] = __builtin_ctz(bit);
    found += put_queens(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1, drawn);
    open ^= bit;
  }
  return found;
}

#define SIDE 5
static int board[SIDE][SIDE];
static const int8_t jumps[8][2] = {{1, 2}, {2, 1}, {2, -1}, {1, -2}, {-1, -2}, {-2, -1}, {-2, 1}, {-1, 2}};

static int is_open(int x, int y) {
  return x >= 0 && y >= 0 && x < SIDE && y < SIDE && board[y][x] == 0;
}

static int ways_on(int x, int y) {
  int ways = 0;
  for (int k = 0; k < 8; k++) ways += is_open(x + jumps[k][0], y + jumps[k][1]);
  return ways;
}

static int ride(int x, int y, int step) {
  board[y][x] = step;
  if (step == SIDE * SIDE) return 1;
  for (int ways = 0; ways < 8; ways++)
    for (int k = 0; k < 8; k++) {
      int to_x = x + jumps[k][0], to_y = y + jumps[k][1];
      if (!is_open(to_x, to_y) || ways_on(to_x, to_y) != ways) continue;
      if (ride(to_x, to_y, step + 1)) return 1;
    }
  board[y][x] = 0;
  return 0;
}

uint64_t program(void) {
  uint64_t fold = 0;
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    for (int n = 4; n <= 5; n++) {
      int drawn = 0, found = put_queens(n, 0, 0, 0, 0, &drawn);
      fold = fold * 31 + (uint64_t)found;
      put_number((uint64_t)found);
      put('\n');
    }
    __builtin_memset(board, 0, sizeof board);
    fold += (uint64_t)ride(round % 2 * 2, 0, 1);
    for (int k = 0; k < SIDE * SIDE; k++) put_number((uint64_t)board[k / SIDE][k % SIDE]), put(' ');
  }
  return fold;
}

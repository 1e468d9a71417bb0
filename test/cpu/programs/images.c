// Filters on bytes and words: saturation, averages, distances, thresholds, sums, searches. At -O3
// gcc makes packed integers of all of them.
#include <stdint.h>

#define N 160
static uint8_t a[N], b[N], c[N];
static int16_t words[N];
static int32_t sums[N];

static uint32_t distance(void) {
  uint32_t total = 0;
  for (int k = 0; k < N; k++) total += (uint32_t)(a[k] > b[k] ? a[k] - b[k] : b[k] - a[k]);
  return total;
}

static void mix(int weight) {
  for (int k = 0; k < N; k++) {
    int value = a[k] + b[k] * weight / 16 - 40;
    c[k] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
  }
  for (int k = 0; k < N; k++) a[k] = (uint8_t)((b[k] + c[k] + 1) >> 1);
}

static void smooth(void) {
  for (int k = 0; k < N; k++) words[k] = (int16_t)((a[k] << 7) - (c[k] << 6));
  for (int k = 1; k < N - 1; k++) sums[k] = words[k - 1] * 3 + words[k] * 10 + words[k + 1] * 3;
  for (int k = 0; k < N; k++) {
    int32_t value = sums[k] >> 4;
    words[k] = (int16_t)(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
  }
}

static int count(uint8_t what) {
  int found = 0;
  for (int k = 0; k < N; k++) found += c[k] == what;
  return found;
}

uint64_t program(void) {
  uint64_t seed = 88172645463325252ull, fold = 0;
  for (int k = 0; k < N; k++) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    a[k] = (uint8_t)seed;
    b[k] = (uint8_t)(seed >> 11);
  }
  for (int round = 0; round < 4; round++) {
    fold = fold * 31 + distance();
    mix(5 + 3 * round);
    smooth();
    fold = fold * 31 + (uint64_t)count((uint8_t)(round * 60));
    int16_t least = words[0], most = words[0];
    int64_t all = 0;
    for (int k = 0; k < N; k++) {
      least = words[k] < least ? words[k] : least;
      most = words[k] > most ? words[k] : most;
      all += (int64_t)sums[k] * (k + 1);
    }
    fold = (fold << 7 ^ fold >> 3) + (uint64_t)all + (uint16_t)least + ((uint64_t)(uint16_t)most << 32);
  }
  return fold;
}

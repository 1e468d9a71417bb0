// A compressor by hash chains over a window, and its inverse; the result folds the packed bytes and
// says whether they unpack to what they were made from.
#include <stdint.h>
#ifndef ROUNDS
#define ROUNDS 1
#endif
#define SIZE 16384

static uint8_t plain[SIZE], packed[2 * SIZE], unpacked[SIZE];
static int32_t head[4096], chain[SIZE];

static uint32_t hash(const uint8_t *p) {
  return ((p[0] | p[1] << 8 | (uint32_t)p[2] << 16) * 2654435761u) >> 20;
}

__attribute__((noinline)) static int pack(void) {
  int out = 0;
  for (int k = 0; k < 4096; k++) head[k] = -1;
  for (int at = 0; at < SIZE;) {
    int best = 0, distance = 0;
    if (at + 3 <= SIZE) {
      int candidate = head[hash(plain + at)];
      for (int tries = 0; candidate >= 0 && tries < 16; tries++, candidate = chain[candidate]) {
        int length = 0;
        while (length < 255 && at + length < SIZE && plain[candidate + length] == plain[at + length])
          length++;
        if (length > best) {
          best = length;
          distance = at - candidate;
        }
      }
    }
    int step = best > 3 ? best : 1;
    packed[out++] = (uint8_t)(best > 3 ? best : 0);
    packed[out++] = best > 3 ? (uint8_t)distance : plain[at];
    if (best > 3) packed[out++] = (uint8_t)(distance >> 8);
    for (; step > 0; step--, at++) {
      if (at + 3 > SIZE) continue;
      uint32_t slot = hash(plain + at);
      chain[at] = head[slot];
      head[slot] = at;
    }
  }
  return out;
}

__attribute__((noinline)) static int unpack(int length) {
  int out = 0;
  for (int at = 0; at < length;) {
    int count = packed[at++];
    if (count == 0) {
      unpacked[out++] = packed[at++];
      continue;
    }
    int distance = packed[at] | packed[at + 1] << 8;
    at += 2;
    for (; count > 0; count--, out++) unpacked[out] = unpacked[out - distance];
  }
  return out;
}

uint64_t program(void) {
  uint64_t fold = 0, seed = 7;
  for (int round = 0; round < ROUNDS; round++) {
    for (int k = 0; k < SIZE; k++) {
      seed = seed * 6364136223846793005ull + 1442695040888963407ull;
      plain[k] = (uint8_t)(k > 64 && (seed >> 60) ? plain[k - 1 - ((seed >> 50) & 31)] : seed >> 58);
    }
    int length = pack();
    if (unpack(length) != SIZE) return 0;
    for (int k = 0; k < SIZE; k++) if (plain[k] != unpacked[k]) return 0;
    for (int k = 0; k < length; k++) fold = fold * 31 + packed[k];
  }
  return fold;
}

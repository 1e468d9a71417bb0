// SHA-256 (FIPS 180-4) of a generated message; the result is the first eight bytes of the digest
// of the digests of messages of many lengths.
#include <stdint.h>
#ifndef ROUNDS
#define ROUNDS 1
#endif

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

static void compress(uint32_t state[8], const uint8_t *block) {
  uint32_t w[64], v[8];
  for (int t = 0; t < 16; t++) w[t] = __builtin_bswap32(((const uint32_t *)block)[t]);
  for (int t = 16; t < 64; t++) {
    uint32_t a = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ (w[t - 15] >> 3);
    uint32_t b = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ (w[t - 2] >> 10);
    w[t] = w[t - 16] + a + w[t - 7] + b;
  }
  for (int k = 0; k < 8; k++) v[k] = state[k];
  for (int t = 0; t < 64; t++) {
    uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + round_constants[t] + w[t];
    uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    for (int k = 7; k > 0; k--) v[k] = v[k - 1];
    v[4] += t1;
    v[0] = t1 + t2;
  }
  for (int k = 0; k < 8; k++) state[k] += v[k];
}

static void sha256(uint32_t state[8], const uint8_t *message, uint64_t length) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t last[128] __attribute__((aligned(8)));
  for (int k = 0; k < 8; k++) state[k] = initial[k];
  uint64_t whole = length / 64;
  for (uint64_t k = 0; k < whole; k++) compress(state, message + 64 * k);
  uint64_t rest = length % 64;
  int blocks = rest < 56 ? 1 : 2;
  for (int k = 0; k < 128; k++) last[k] = 0;
  for (uint64_t k = 0; k < rest; k++) last[k] = message[64 * whole + k];
  last[rest] = 0x80;
  *(uint64_t *)(last + 64 * blocks - 8) = __builtin_bswap64(8 * length);
  for (int k = 0; k < blocks; k++) compress(state, last + 64 * k);
}

static uint8_t message[4096];

uint64_t program(void) {
  uint64_t seed = 1;
  for (int k = 0; k < 4096; k++) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    message[k] = (uint8_t)(seed >> 56);
  }
  uint32_t digest[8], all[32 * 8];
  for (int k = 0; k < 32 * ROUNDS; k++) {
    sha256(digest, message + k % 32, 61 * (uint64_t)(k % 32));
    for (int j = 0; j < 8; j++) all[8 * (k % 32) + j] = digest[j];
  }
  sha256(digest, (const uint8_t *)all, sizeof all);
  return ((uint64_t)digest[0] << 32) | digest[1];
}

// ChaCha20 and Poly1305 (RFC 8439): rotations in rows that gcc makes vectors of, and products of 128
// bits. Seals the example of the RFC, section 2.8.2, without its additional data; prints the tag.
#include "output.h"

static const char text[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
static uint8_t sealed[sizeof text - 1];

static uint32_t rotated(uint32_t a, int count) {
  return a << count | a >> (32 - count);
}

#define MIX(a, b, d, count)                                                                 \
  for (int k = 0; k < 4; k++) s[a][k] += s[b][k];                                           \
  for (int k = 0; k < 4; k++) s[d][k] = rotated(s[d][k] ^ s[a][k], count);

static void turn(uint32_t *row, int by) {
  uint32_t t[4];
  for (int k = 0; k < 4; k++) t[k] = row[(k + by) & 3];
  for (int k = 0; k < 4; k++) row[k] = t[k];
}

static void quarter_rounds(uint32_t s[4][4]) {
  MIX(0, 1, 3, 16)
  MIX(2, 3, 1, 12)
  MIX(0, 1, 3, 8)
  MIX(2, 3, 1, 7)
}

static void block(const uint32_t start[4][4], uint8_t *stream) {
  uint32_t s[4][4];
  __builtin_memcpy(s, start, sizeof s);
  for (int k = 0; k < 10; k++) {
    quarter_rounds(s);
    for (int row = 1; row < 4; row++) turn(s[row], row);
    quarter_rounds(s);
    for (int row = 1; row < 4; row++) turn(s[row], 4 - row);
  }
  for (int k = 0; k < 16; k++) {
    uint32_t word = s[k / 4][k % 4] + start[k / 4][k % 4];
    __builtin_memcpy(stream + 4 * k, &word, 4);
  }
}

static void encipher(uint32_t start[4][4], int length) {
  uint8_t stream[64];
  for (int k = 0; k < length; k++) {
    if (k % 64 == 0) start[3][0]++, block(start, stream);
    sealed[k] = (uint8_t)text[k] ^ stream[k % 64];
  }
}

// Three limbs of 44, 44 and 42 bits.
static void authenticate(const uint8_t *key, const uint8_t *bytes, int length, uint64_t tag[2]) {
  const uint64_t mask = (1ull << 44) - 1;
  uint64_t low, high, r[3], h[3] = {0, 0, 0};
  __builtin_memcpy(&low, key, 8), __builtin_memcpy(&high, key + 8, 8);
  low &= 0x0ffffffc0fffffffull, high &= 0x0ffffffc0ffffffcull;
  r[0] = low & mask, r[1] = (low >> 44 | high << 20) & mask, r[2] = high >> 24;
  for (int at = 0; at < length; at += 16) {
    uint8_t part[17] = {0};
    int n = length - at < 16 ? length - at : 16;
    __builtin_memcpy(part, bytes + at, (uint64_t)n);
    part[n] = 1;
    __builtin_memcpy(&low, part, 8), __builtin_memcpy(&high, part + 8, 8);
    h[0] += low & mask, h[1] += (low >> 44 | high << 20) & mask;
    h[2] += high >> 24 | (uint64_t)part[16] << 40;
    typedef unsigned __int128 wide;
    wide d0 = (wide)h[0] * r[0] + (wide)h[1] * (r[2] * 20) + (wide)h[2] * (r[1] * 20);
    wide d1 = (wide)h[0] * r[1] + (wide)h[1] * r[0] + (wide)h[2] * (r[2] * 20);
    wide d2 = (wide)h[0] * r[2] + (wide)h[1] * r[1] + (wide)h[2] * r[0];
    h[0] = (uint64_t)d0 & mask, d1 += d0 >> 44;
    h[1] = (uint64_t)d1 & mask, d2 += d1 >> 44;
    h[2] = (uint64_t)d2 & (mask >> 2);
    h[0] += (uint64_t)(d2 >> 42) * 5;
    h[1] += h[0] >> 44, h[0] &= mask;
  }
  h[2] += h[1] >> 44, h[1] &= mask, h[0] += (h[2] >> 42) * 5, h[2] &= mask >> 2;
  h[1] += h[0] >> 44, h[0] &= mask, h[2] += h[1] >> 44, h[1] &= mask;
  uint64_t g0 = h[0] + 5, g1 = h[1] + (g0 >> 44), g2 = h[2] + (g1 >> 44);
  if (g2 >> 42) h[0] = g0 & mask, h[1] = g1 & mask, h[2] = g2 & (mask >> 2);
  uint64_t s[2];
  __builtin_memcpy(s, key + 16, 16);
  tag[0] = (h[0] | h[1] << 44) + s[0];
  tag[1] = (h[1] >> 20 | h[2] << 24) + s[1] + (tag[0] < s[0]);
}

static void put_bytes(const void *at, int count) {
  for (int k = 0; k < count; k++) {
    put("0123456789abcdef"[((const uint8_t *)at)[k] >> 4]);
    put("0123456789abcdef"[((const uint8_t *)at)[k] & 15]);
  }
  put('\n');
}

uint64_t program(void) {
  uint64_t tag[2] = {0, 0};
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    uint32_t start[4][4] = {{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574},
                            {0x83828180, 0x87868584, 0x8b8a8988, 0x8f8e8d8c},
                            {0x93929190, 0x97969594, 0x9b9a9998, 0x9f9e9d9c},
                            {0, 7, 0x43424140, 0x47464544}};
    uint8_t key[64];
    start[1][0] += (uint32_t)round;
    block(start, key);
    encipher(start, (int)sizeof sealed);
    authenticate(key, sealed, (int)sizeof sealed, tag);
    put_bytes(sealed, 16);
    put_bytes(tag, 16);
  }
  return tag[0] ^ tag[1];
}

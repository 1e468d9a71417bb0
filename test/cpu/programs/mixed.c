// Sorting, searching, division, a table of CRCs, strings and 128-bit products: the instructions
// that a digest does not use. The result folds everything into one number.
#include <stdint.h>

#define N 100
static int64_t values[N];
static uint32_t crc_table[256];
static char text[2000];

static uint64_t next(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static void sort(int64_t *a, int n) {
  while (n > 1) {
    int64_t pivot = a[n / 2];
    int i = 0, j = n - 1;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i <= j) {
        int64_t t = a[i];
        a[i++] = a[j];
        a[j--] = t;
      }
    }
    sort(a, j + 1);
    a += i;
    n -= i;
  }
}

static uint32_t crc(const uint8_t *bytes, int n) {
  uint32_t c = ~0u;
  for (int k = 0; k < n; k++) c = crc_table[(c ^ bytes[k]) & 255] ^ (c >> 8);
  return ~c;
}

static uint64_t gcd(uint64_t a, uint64_t b) {
  while (b != 0) {
    uint64_t t = a % b;
    a = b;
    b = t;
  }
  return a;
}

uint64_t program(void) {
  uint64_t seed = 0x9e3779b97f4a7c15ull, fold = 0;
  for (int k = 0; k < 256; k++) {
    uint32_t c = (uint32_t)k;
    for (int j = 0; j < 8; j++) c = (c >> 1) ^ (0xedb88320u & -(c & 1));
    crc_table[k] = c;
  }
  for (int k = 0; k < N; k++) values[k] = (int64_t)next(&seed) >> (k % 60);
  sort(values, N);
  for (int k = 1; k < N; k++) fold = fold * 31 + (uint64_t)(values[k] - values[k - 1]);
  fold ^= crc((const uint8_t *)values, sizeof values);
  for (int k = 0; k < 40; k++) {
    uint64_t a = next(&seed) | 1, b = next(&seed) >> (k % 50);
    unsigned __int128 product = (unsigned __int128)a * b;
    __int128 signed_product = (__int128)(int64_t)a * (int64_t)b;
    fold += (uint64_t)(product >> 64) ^ (uint64_t)(signed_product >> 77) ^ gcd(a, b | 1);
    fold += (uint64_t)((int64_t)a / ((int32_t)b | 1)) ^ ((uint32_t)b % ((uint16_t)a | 1));
    fold += (uint64_t)__builtin_ctzll(a << (k % 40)) + (uint64_t)__builtin_clzll(b | 1);
    fold ^= (uint64_t)(int16_t)a + (uint64_t)(int8_t)b + (a < b) + ((int64_t)a < (int64_t)b);
  }
  int length = 0;
  for (int k = 0; k < 60; k++) {
    uint64_t number = next(&seed) >> (k % 64);
    do {
      text[length++] = (char)('0' + number % 10);
      number /= 10;
    } while (number != 0 && length < 1999);
    if (length > 1970) break;
  }
  __builtin_memmove(text + 3, text, (uint64_t)length);
  return fold ^ ((uint64_t)crc((const uint8_t *)text, length) << 32);
}

// Linear equations in singles and doubles, by elimination with pivots, and products of matrices:
// loops that gcc turns into packed instructions. Overflow, denormals and NaNs come up as well.
#include <stdint.h>

#define N 12
static float singles[N][N + 1];
static double doubles[N][N], product[N][N];

static uint32_t seed = 12345;
static int32_t next(void) {
  seed = seed * 1664525u + 1013904223u;
  return (int32_t)seed >> 8;
}

static void eliminate(void) {
  for (int i = 0; i < N; i++) {
    int pivot = i;
    for (int j = i + 1; j < N; j++)
      if (__builtin_fabsf(singles[j][i]) > __builtin_fabsf(singles[pivot][i])) pivot = j;
    for (int k = 0; k <= N; k++) {
      float t = singles[i][k];
      singles[i][k] = singles[pivot][k];
      singles[pivot][k] = t;
    }
    for (int j = i + 1; j < N; j++) {
      float factor = singles[j][i] / singles[i][i];
      for (int k = i; k <= N; k++) singles[j][k] -= factor * singles[i][k];
    }
  }
}

static void multiply(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) product[i][j] = 0;
  for (int i = 0; i < N; i++)
    for (int k = 0; k < N; k++)
      for (int j = 0; j < N; j++) product[i][j] += doubles[i][k] * doubles[k][j];
}

static uint64_t fold_bytes(const void *at, int n) {
  uint64_t fold = 14695981039346656037ull;
  for (int k = 0; k < n; k++) fold = (fold ^ ((const uint8_t *)at)[k]) * 1099511628211ull;
  return fold;
}

uint64_t program(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j <= N; j++) singles[i][j] = (float)next() / 65536.0f;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) doubles[i][j] = (double)next() * 1e-3;
  eliminate();
  multiply();
  uint64_t fold = fold_bytes(singles, sizeof singles) ^ fold_bytes(product, sizeof product) << 1;
  double great = 1e300, tiny = 1e-300;
  float rest = 1.0f;
  int steps = 0;
  while (great < great * great) great *= great;
  while (tiny > 0) tiny *= 0.0009765625, steps++;
  while (rest != 0) rest *= 0.3f, steps++;
  double nan = great - great;
  if (nan < 1 || nan >= 1 || nan == nan) steps += 1000;
  return fold + (uint64_t)steps + (great > 1e308 ? 7 : 0);
}

// The Mandelbrot set in doubles, in singles and in fixed point, drawn in letters, and where the three
// differ; the mean and the root of the spread of the counts.
#include "output.h"

#define WIDTH 14
#define HEIGHT 5
#define LIMIT 14

static int counts[3][HEIGHT][WIDTH];

static int in_doubles(double x, double y) {
  double a = 0, b = 0;
  int k = 0;
  for (; k < LIMIT && a * a + b * b < 4; k++) {
    double t = a * a - b * b + x;
    b = 2 * a * b + y, a = t;
  }
  return k;
}

static int in_singles(float x, float y) {
  float a = 0, b = 0;
  int k = 0;
  for (; k < LIMIT && a * a + b * b < 4; k++) {
    float t = a * a - b * b + x;
    b = 2 * a * b + y, a = t;
  }
  return k;
}

static int in_fixed_point(int64_t x, int64_t y) {
  int64_t a = 0, b = 0;
  int k = 0;
  for (; k < LIMIT && a * a + b * b < (4ll << 40); k++) {
    int64_t t = ((a * a - b * b) >> 20) + x;
    b = (2 * a * b >> 20) + y, a = t;
  }
  return k;
}

static void spread(const int *all, int n) {
  double sum = 0, squares = 0;
  for (int k = 0; k < n; k++) sum += all[k], squares += (double)all[k] * all[k];
  double mean = sum / n;
  put_number((uint64_t)(mean * 1e6 + 0.5)), put(' ');
  put_number((uint64_t)(__builtin_sqrt(squares / n - mean * mean) * 1e6)), put('\n');
}

uint64_t program(void) {
  uint64_t fold = 0;
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    double size = 1.0 / (1 + round % 7);
    for (int j = 0; j < HEIGHT; j++)
      for (int k = 0; k < WIDTH; k++) {
        double x = -0.6 + size * (k - WIDTH / 2) * 0.2, y = size * (j - HEIGHT / 2) * 0.4;
        counts[0][j][k] = in_doubles(x, y);
        counts[1][j][k] = in_singles((float)x, (float)y);
        counts[2][j][k] = in_fixed_point((int64_t)(x * (1 << 20)), (int64_t)(y * (1 << 20)));
      }
    for (int j = 0; j < HEIGHT; j++) {
      for (int k = 0; k < WIDTH; k++) {
        int first = counts[0][j][k];
        put(counts[1][j][k] != first || counts[2][j][k] != first ? '!' : " .,:;-=+*coO%@#"[first]);
        fold = fold * 31 + (uint64_t)(first + counts[1][j][k] * 64 + counts[2][j][k] * 4096);
      }
      put('\n');
    }
    for (int k = 0; k < 3; k++) spread(&counts[k][0][0], WIDTH * HEIGHT);
  }
  return fold;
}

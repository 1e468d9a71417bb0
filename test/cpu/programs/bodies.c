// Bodies under gravity, in doubles: roots, quotients, and constants in memory. The result folds the
// bits of all positions, so that one wrong last bit shows.
#include <stdint.h>

#ifndef ROUNDS
#define ROUNDS 1
#endif
#define BODIES 5
struct body {
  double x[3], v[3], mass;
};

static struct body bodies[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 39.47841760435743},
    {{4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01},
     {6.06326392995832e-01, 2.81198684491626e+00, -2.52183616598876e-02},
     3.76936749096577e-02},
    {{8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01},
     {-1.01077434617879e+00, 1.82566237123041e+00, 8.41576137658415e-03},
     1.12863261319687e-02},
    {{1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01},
     {1.08279100644154e+00, 8.68713018169608e-01, -1.08326374013636e-02},
     1.72372405705971e-03},
    {{1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01},
     {9.79090732243898e-01, 5.94698998647676e-01, -3.47559555040783e-02},
     2.03368686992463e-03}};

static void attract(struct body *a, struct body *b, double dt) {
  double d[3], square = 0;
  for (int k = 0; k < 3; k++) {
    d[k] = a->x[k] - b->x[k];
    square += d[k] * d[k];
  }
  double magnitude = dt / (square * __builtin_sqrt(square));
  for (int k = 0; k < 3; k++) {
    a->v[k] -= d[k] * b->mass * magnitude;
    b->v[k] += d[k] * a->mass * magnitude;
  }
}

static void advance(double dt) {
  for (int i = 0; i < BODIES; i++)
    for (int j = i + 1; j < BODIES; j++) attract(&bodies[i], &bodies[j], dt);
  for (int i = 0; i < BODIES; i++)
    for (int k = 0; k < 3; k++) bodies[i].x[k] += dt * bodies[i].v[k];
}

uint64_t program(void) {
  uint64_t fold = 0;
  for (int step = 0; step < 12 * ROUNDS; step++) advance(0.01);
  for (int i = 0; i < BODIES; i++)
    for (int k = 0; k < 3; k++) {
      uint64_t bits;
      __builtin_memcpy(&bits, &bodies[i].x[k], sizeof bits);
      fold = fold * 0x9e3779b97f4a7c15ull + bits;
    }
  return fold;
}

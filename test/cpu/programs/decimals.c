// Doubles to decimal text and back, and between doubles, singles and integers of every width:
// conversions with truncation and rounding, comparisons, negative and unsigned numbers.
#include <stdint.h>

static char text[64];

static int print(double value, char *to) {
  char *start = to;
  if (value < 0) *to++ = '-', value = -value;
  int exponent = 0;
  while (value >= 10) value /= 10, exponent++;
  while (value != 0 && value < 1) value *= 10, exponent--;
  for (int k = 0; k < 17; k++) {
    int digit = (int)value;
    *to++ = (char)('0' + digit);
    if (k == 0) *to++ = '.';
    value = (value - digit) * 10;
  }
  *to++ = 'e';
  if (exponent < 0) *to++ = '-', exponent = -exponent;
  *to++ = (char)('0' + exponent / 100);
  *to++ = (char)('0' + exponent / 10 % 10);
  *to++ = (char)('0' + exponent % 10);
  *to = 0;
  return (int)(to - start);
}

static double parse(const char *from) {
  double value = 0, scale = 1;
  int negative = *from == '-', exponent = 0;
  if (negative) from++;
  for (; *from != 'e'; from++) {
    if (*from == '.') continue;
    value += (*from - '0') * scale;
    scale /= 10;
  }
  int down = *++from == '-';
  if (down) from++;
  while (*from) exponent = exponent * 10 + (*from++ - '0');
  while (exponent-- > 0) value = down ? value / 10 : value * 10;
  return negative ? -value : value;
}

static uint64_t bits_of(double value) {
  uint64_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}

uint64_t program(void) {
  uint64_t seed = 42, fold = 0;
  for (int k = 0; k < 30; k++) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    int64_t whole = (int64_t)seed >> (k * 2);
    double value = (double)whole / (1.0 + (double)(seed & 0xffff)) * (k & 1 ? 1e-9 : 1e5);
    int length = print(value, text);
    for (int j = 0; j < length; j++) fold = fold * 131 + (uint8_t)text[j];
    double back = parse(text);
    fold += bits_of(back) ^ bits_of((double)(float)value);
    fold = fold * 7 + (uint64_t)(int64_t)back + (uint64_t)(uint32_t)(int64_t)(back / 3);
    fold ^= (uint64_t)(int64_t)((float)whole * 0.7f) + (uint64_t)((double)(seed >> 1) * 0.5);
    fold += (uint64_t)(int32_t)(float)(int32_t)seed ^ bits_of((float)(uint32_t)seed);
    fold += (back > value) + 2 * (back == value) + 4 * (back < value);
  }
  return fold;
}

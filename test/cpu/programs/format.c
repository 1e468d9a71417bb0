// Formatted output through a list of arguments of any length: integers of every width, in three bases,
// with signs, padding and precision, characters, texts, and doubles rounded to decimals.
#include "output.h"
#include <stdarg.h>

struct field {
  int left, zero, plus, width, precision, wide;
};

static void pad(char c, int count) {
  while (count-- > 0) put(c);
}

static void put_field(const char *sign, const char *digits, int length, struct field field) {
  int signs = 0;
  while (sign[signs]) signs++;
  int zeros = field.precision > length ? field.precision - length : 0;
  int rest = field.width - signs - zeros - length;
  if (!field.left && !(field.zero && field.precision < 0)) pad(' ', rest), rest = 0;
  put_text(sign);
  if (!field.left) pad('0', rest);
  pad('0', zeros);
  for (int k = 0; k < length; k++) put(digits[k]);
  if (field.left) pad(' ', rest);
}

static void put_integer(uint64_t value, unsigned base, const char *sign, struct field field) {
  char digits[64];
  int at = 64;
  while (value != 0 || (at == 64 && field.precision != 0)) {
    digits[--at] = "0123456789abcdef"[value % base];
    value /= base;
  }
  put_field(sign, digits + at, 64 - at, field);
}

static void put_double(double value, struct field field) {
  char text[48];
  int length = 0, places = field.precision < 0 ? 6 : field.precision;
  const char *sign = __builtin_signbit(value) ? "-" : field.plus ? "+" : "";
  if (value != value) return put_field("", "nan", 3, (struct field){.width = field.width, .precision = -1});
  if (value < 0) value = -value;
  double scale = 1;
  for (int k = 0; k < places; k++) scale *= 10;
  if (value * scale >= 1e18) return put_field(sign, "huge", 4, field);
  uint64_t scaled = (uint64_t)(value * scale + 0.5), divisor = 1;
  for (int k = 0; k < places; k++) divisor *= 10;
  uint64_t whole = scaled / divisor, part = scaled % divisor;
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + whole % 10);
  while ((whole /= 10) != 0);
  while (count > 0) text[length++] = digits[--count];
  if (places > 0) text[length++] = '.';
  while (places-- > 0) divisor /= 10, text[length++] = (char)('0' + part / divisor % 10);
  field.precision = -1;
  put_field(sign, text, length, field);
}

static int number(const char **at) {
  int value = 0;
  while (**at >= '0' && **at <= '9') value = value * 10 + (*(*at)++ - '0');
  return value;
}

__attribute__((noinline)) static void print(const char *at, ...) {
  va_list list;
  va_start(list, at);
  for (; *at; at++) {
    if (*at != '%') {
      put(*at);
      continue;
    }
    struct field field = {.precision = -1};
    for (at++;; at++) {
      if (*at == '-') field.left = 1;
      else if (*at == '0') field.zero = 1;
      else if (*at == '+') field.plus = 1;
      else break;
    }
    if (*at == '*') field.width = va_arg(list, int), at++;
    else field.width = number(&at);
    if (*at == '.') at++, field.precision = number(&at);
    while (*at == 'l') field.wide = 1, at++;
    int64_t value;
    const char *text;
    char c;
    int length = 0;
    switch (*at) {
      case 'd':
        value = field.wide ? va_arg(list, int64_t) : va_arg(list, int);
        put_integer(value < 0 ? -(uint64_t)value : (uint64_t)value, 10,
                    value < 0 ? "-" : field.plus ? "+" : "", field);
        break;
      case 'u': put_integer(field.wide ? va_arg(list, uint64_t) : va_arg(list, unsigned), 10, "", field); break;
      case 'x': put_integer(field.wide ? va_arg(list, uint64_t) : va_arg(list, unsigned), 16, "", field); break;
      case 'o': put_integer(field.wide ? va_arg(list, uint64_t) : va_arg(list, unsigned), 8, "", field); break;
      case 'f': put_double(va_arg(list, double), field); break;
      case 'c': c = (char)va_arg(list, int), put_field("", &c, 1, field); break;
      case 's':
        text = va_arg(list, const char *);
        while (text[length] && (field.precision < 0 || length < field.precision)) length++;
        field.precision = -1;
        put_field("", text, length, field);
        break;
      default: put(*at);
    }
  }
  va_end(list);
}

uint64_t program(void) {
  uint64_t seed = 99, fold = 0;
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    print("%d|%5d|%-5d|%05d|%+d|%.3d|%8.3d\n", 42, -42, 42, -42, 42, 7, -7);
    print("%u %lu %x %lx %o %%\n", ~0u, ~0ul, 0xbeefu, 0x123456789abcdefull, 8u);
    print("[%s] [%10s] [%-10s] [%.3s] [%c] [%*d]\n", "lock", "step", "left", "shortened", 'c', 7, 1);
    print("%f %.2f %+.0f %9.3f %-9.1f| %f %.1f\n", 3.141592653589793, -2.005, 0.5, 1e-3, 99.95,
          0.0 / (double)(round - round), 1e300);
    for (int k = 0; k < 4; k++) {
      int64_t value = (int64_t)next(&seed) >> (k * 13);
      print("%ld %lx %.3f\n", value, value, (double)value / 1e9);
    }
    for (uint64_t k = 0; k < OUTPUT->length; k++) fold = fold * 131 + (uint8_t)OUTPUT->bytes[k];
  }
  return fold;
}

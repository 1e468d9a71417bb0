// Integer work of the kinds that CoreMark mixes: a linked list that is searched and reversed, small
// matrices, a state machine over text, and a CRC over the results. All of it is our own.
#include <stdint.h>
#ifndef ROUNDS
#define ROUNDS 1
#endif

typedef struct node {
  struct node *next;
  int16_t key, value;
} node;

static node nodes[64];
static int16_t left[12 * 12], right[12 * 12];
static int32_t product[12 * 12];
static const char text[] = "12,-7,0x1f,3.25,+4e5,word,19,-0.5,77e-2,0x,8,none,-,42,1.5e+3,6";

__attribute__((noinline)) static uint16_t crc8(uint8_t byte, uint16_t crc) {
  for (int k = 0; k < 8; k++) {
    uint16_t bit = (crc ^ byte) & 1;
    byte >>= 1;
    crc >>= 1;
    if (bit) crc ^= 0xa001;
  }
  return crc;
}

__attribute__((noinline)) static uint16_t crc32(uint32_t word, uint16_t crc) {
  for (int k = 0; k < 4; k++) crc = crc8((uint8_t)(word >> (8 * k)), crc);
  return crc;
}

__attribute__((noinline)) static node *find(node *list, int16_t key) {
  while (list && list->key != key) list = list->next;
  return list;
}

__attribute__((noinline)) static node *reverse(node *list) {
  node *done = 0;
  while (list) {
    node *next = list->next;
    list->next = done;
    done = list;
    list = next;
  }
  return done;
}

__attribute__((noinline)) static void multiply(int n, int16_t scale) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      int32_t sum = 0;
      for (int k = 0; k < n; k++) sum += left[i * n + k] * right[k * n + j];
      product[i * n + j] = sum * scale;
    }
}

enum state { START, SIGN, INTEGER, FRACTION, EXPONENT, EXPONENT_SIGN, HEXADECIMAL, INVALID, STATES };

static int is_digit(char c) { return c >= '0' && c <= '9'; }

__attribute__((noinline)) static enum state scan(const char **at, uint32_t *seen) {
  enum state state = START;
  for (; **at && **at != ','; (*at)++) {
    char c = **at;
    switch (state) {
      case START:
        state = is_digit(c) ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : INVALID;
        break;
      case SIGN:
        state = is_digit(c) ? INTEGER : c == '.' ? FRACTION : INVALID;
        break;
      case INTEGER:
        if (c == '.') state = FRACTION;
        else if (c == 'e') state = EXPONENT;
        else if (c == 'x') state = HEXADECIMAL;
        else if (!is_digit(c)) state = INVALID;
        break;
      case FRACTION:
        if (c == 'e') state = EXPONENT;
        else if (!is_digit(c)) state = INVALID;
        break;
      case EXPONENT:
        state = c == '+' || c == '-' ? EXPONENT_SIGN : is_digit(c) ? EXPONENT_SIGN : INVALID;
        break;
      case EXPONENT_SIGN:
        if (!is_digit(c)) state = INVALID;
        break;
      case HEXADECIMAL:
        if (!is_digit(c) && !(c >= 'a' && c <= 'f')) state = INVALID;
        break;
      default:
        break;
    }
    seen[state]++;
  }
  if (**at) (*at)++;
  return state;
}

uint64_t program(void) {
  uint16_t crc = 0xffff;
  for (int k = 0; k < 64; k++) {
    nodes[k].next = k < 63 ? &nodes[k + 1] : 0;
    nodes[k].key = (int16_t)((k * 37) & 63);
    nodes[k].value = (int16_t)(k * 1021);
  }
  for (int k = 0; k < 144; k++) {
    left[k] = (int16_t)(k * 7 - 300);
    right[k] = (int16_t)(k * k - 5000);
  }
  node *list = nodes;
  for (int round = 0; round < 20 * ROUNDS; round++) {
    uint32_t seen[STATES] = {0};
    for (int k = 0; k < 16; k++) {
      node *found = find(list, (int16_t)((k * 5 + round) & 63));
      if (found) crc = crc32((uint16_t)found->value, crc);
      list = reverse(list);
    }
    multiply(12, (int16_t)(round & 15));
    for (int k = 0; k < 144; k += 9) crc = crc32((uint32_t)product[k], crc);
    const char *at = text;
    while (*at) crc = crc8((uint8_t)scan(&at, seen), crc);
    for (int k = 0; k < STATES; k++) crc = crc32(seen[k], crc);
  }
  return crc;
}

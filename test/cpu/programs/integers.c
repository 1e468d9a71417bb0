// Integers of any length: factorials, Fibonacci numbers, powers modulo another number by long division
// (Knuth 4.3.1, algorithm D), printed in decimals.
#include "output.h"

#define WORDS 24
struct number {
  int length;
  uint32_t words[WORDS];
};

static struct number from(uint32_t value) {
  return (struct number){value != 0, {value}};
}

static void trim(struct number *a) {
  while (a->length > 0 && a->words[a->length - 1] == 0) a->length--;
}

static void add(struct number *a, const struct number *b) {
  uint64_t carry = 0;
  int length = a->length > b->length ? a->length : b->length;
  for (int k = 0; k < length || carry; k++) {
    carry += (uint64_t)(k < a->length ? a->words[k] : 0) + (k < b->length ? b->words[k] : 0);
    a->words[k] = (uint32_t)carry;
    carry >>= 32;
    if (k >= a->length) a->length = k + 1;
  }
}

static void multiply(struct number *a, const struct number *b) {
  struct number product = {a->length + b->length, {0}};
  for (int i = 0; i < a->length; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < b->length; j++) {
      carry += product.words[i + j] + (uint64_t)a->words[i] * b->words[j];
      product.words[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    product.words[i + b->length] = (uint32_t)carry;
  }
  trim(&product);
  *a = product;
}

static uint32_t divide_by_word(struct number *a, uint32_t divisor) {
  uint64_t rest = 0;
  for (int k = a->length - 1; k >= 0; k--) {
    rest = rest << 32 | a->words[k];
    a->words[k] = (uint32_t)(rest / divisor);
    rest %= divisor;
  }
  trim(a);
  return (uint32_t)rest;
}

static void shift(struct number *a, int bits) {
  a->words[a->length++] = 0;
  for (int k = a->length - 1; k > 0; k--)
    a->words[k] = (uint32_t)((((uint64_t)a->words[k] << 32) | a->words[k - 1]) << bits >> 32);
  a->words[0] <<= bits;
}

static void reduce(struct number *a, struct number b) {
  int bits = __builtin_clz(b.words[b.length - 1]), n = b.length;
  if (a->length < n) return;
  shift(a, bits);
  shift(&b, bits);
  for (int j = a->length - n - 1; j >= 0; j--) {
    uint64_t high = (uint64_t)a->words[j + n] << 32 | a->words[j + n - 1];
    uint64_t digit = high / b.words[n - 1], rest = high % b.words[n - 1];
    while (n > 1 && (digit >> 32 || digit * b.words[n - 2] > (rest << 32 | a->words[j + n - 2]))) {
      digit--;
      if ((rest += b.words[n - 1]) >> 32) break;
    }
    int64_t borrow = 0;
    for (int k = 0; k <= n; k++) {
      uint64_t product = digit * (k < n ? b.words[k] : 0);
      int64_t t = (int64_t)a->words[j + k] - borrow - (int64_t)(product & 0xffffffff);
      a->words[j + k] = (uint32_t)t;
      borrow = (int64_t)(product >> 32) - (t >> 32);
    }
    if (borrow == 0) continue;
    uint64_t carry = 0;
    for (int k = 0; k <= n; k++) {
      carry += (uint64_t)a->words[j + k] + (k < n ? b.words[k] : 0);
      a->words[j + k] = (uint32_t)carry;
      carry >>= 32;
    }
  }
  for (int k = 0; k < n; k++)
    a->words[k] = (uint32_t)((((uint64_t)a->words[k + 1] << 32) | a->words[k]) >> bits);
  a->length = n;
  trim(a);
}

static void print(struct number a) {
  char text[240];
  int length = 0;
  do {
    uint32_t part = divide_by_word(&a, 1000000000);
    for (int k = 0; k < 9 && (a.length > 0 || part > 0 || k == 0); k++, part /= 10)
      text[length++] = (char)('0' + part % 10);
  } while (a.length > 0);
  while (length > 0) put(text[--length]);
  put('\n');
}

uint64_t program(void) {
  struct number product = from(1), a = from(0), b = from(1), power = from(3), modulus = from(1);
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    product = from(1);
    for (uint32_t k = 2; k <= 30; k++) {
      struct number factor = from(k);
      multiply(&product, &factor);
    }
    print(product);
    a = from(0), b = from(1);
    for (int k = 0; k < 60; k++) {
      struct number sum = a;
      add(&sum, &b);
      a = b, b = sum;
    }
    print(a);
    // 3^(2^12) modulo 2^89 - 1, a prime of three words.
    modulus = (struct number){3, {0xffffffff, 0xffffffff, 0x01ffffff}};
    power = from(3);
    for (int k = 0; k < 12; k++) {
      struct number same = power;
      multiply(&power, &same);
      reduce(&power, modulus);
    }
    print(power);
  }
  return power.words[0] ^ (uint64_t)a.words[0] << 32;
}

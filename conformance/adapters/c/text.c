// What the protocol writes as text: counters, base64, the lines that this adapter prints; and the digest that an output's
// check is cut from. Spec: conventions.md, "Notations"; replay.md, "Payloads".
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

bool counter_parse(const char *text, uint64_t *value) {
  *value = 0;
  if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0')) return false;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') return false;
    const uint64_t digit = (uint64_t)(*text - '0');
    if (*value > (UINT64_MAX - digit) / 10) return false;
    *value = *value * 10 + digit;
  }
  return true;
}

static int base64_value(char c) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *place = c == '\0' ? NULL : strchr(letters, c);
  return place == NULL ? -1 : (int)(place - letters);
}

bool base64_is_valid(const char *text) {
  const size_t size = strlen(text);
  if (size % 4 != 0) return false;
  size_t body = size;
  while (body > 0 && size - body < 2 && text[body - 1] == '=') body--;
  for (size_t i = 0; i < body; i++) {
    if (base64_value(text[i]) < 0) return false;
  }
  return true;
}

long base64_decode(const char *text, uint8_t *out) {
  if (!base64_is_valid(text)) return -1;
  long size = 0;
  for (uint32_t bits = 0, count = 0; *text != '\0' && *text != '='; text++) {
    bits = bits << 6 | (uint32_t)base64_value(*text);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out[size++] = (uint8_t)(bits >> count);
  }
  return size;
}

void text_clear(struct text *text) {
  text->size = 0;
}

void text_free(struct text *text) {
  free(text->data);
  *text = (struct text){0};
}

static void add_bytes(struct text *text, const char *data, size_t size) {
  if (text->room - text->size < size) {
    const size_t room = (text->size + size) * 2;
    char *grown = realloc(text->data, room);
    if (grown == NULL) {
      fputs("adapter: no memory for its reply\n", stderr);
      exit(1);
    }
    text->data = grown;
    text->room = room;
  }
  memcpy(text->data + text->size, data, size);
  text->size += size;
}

static void add_quoted(struct text *text, const char *plain) {
  add_bytes(text, "\"", 1);
  for (; *plain != '\0'; plain++) {
    char escaped[8];
    const uint8_t byte = (uint8_t)*plain;
    if (byte == '"' || byte == '\\') {
      add_bytes(text, "\\", 1);
      add_bytes(text, plain, 1);
    } else if (byte < 0x20) {
      add_bytes(text, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", byte));
    } else {
      add_bytes(text, plain, 1);
    }
  }
  add_bytes(text, "\"", 1);
}

static void add_argument(struct text *text, char form, va_list *arguments) {
  char digits[32];
  if (form == 's') {
    const char *plain = va_arg(*arguments, const char *);
    add_bytes(text, plain, strlen(plain));
  } else if (form == 'q') {
    add_quoted(text, va_arg(*arguments, const char *));
  } else if (form == 'c') {
    const uint64_t counter = va_arg(*arguments, uint64_t);
    add_bytes(text, digits, (size_t)snprintf(digits, sizeof digits, "\"%" PRIu64 "\"", counter));
  } else {
    const int number = va_arg(*arguments, int);
    add_bytes(text, digits, (size_t)snprintf(digits, sizeof digits, "%d", number));
  }
}

void text_add(struct text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  for (; *format != '\0'; format++) {
    if (*format == '%') add_argument(text, *++format, &arguments);
    else add_bytes(text, format, 1);
  }
  va_end(arguments);
}

// SHA-256, by FIPS 180-4.
static const uint32_t sha_k[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, int by) {
  return word >> by | word << (32 - by);
}

static void sha_block(uint32_t state[8], const uint8_t *block) {
  uint32_t w[64];
  uint32_t h[8];
  memcpy(h, state, sizeof h);
  for (int i = 0; i < 64; i++) {
    if (i < 16) {
      w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
             (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    } else {
      const uint32_t a = w[i - 15];
      const uint32_t b = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
             (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    const uint32_t one = h[7] + (rotate(h[4], 6) ^ rotate(h[4], 11) ^ rotate(h[4], 25)) +
                         ((h[4] & h[5]) ^ (~h[4] & h[6])) + sha_k[i] + w[i];
    const uint32_t two = (rotate(h[0], 2) ^ rotate(h[0], 13) ^ rotate(h[0], 22)) +
                         ((h[0] & h[1]) ^ (h[0] & h[2]) ^ (h[1] & h[2]));
    memmove(h + 1, h, 7 * sizeof h[0]);
    h[4] += one;
    h[0] = one + two;
  }
  for (int i = 0; i < 8; i++) state[i] += h[i];
}

void sha256(const uint8_t *data, size_t size, uint8_t digest[32]) {
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t last[128] = {0};
  const size_t rest = size % 64;
  const size_t last_size = rest < 56 ? 64 : 128;
  for (size_t at = 0; at + 64 <= size; at += 64) sha_block(state, data + at);
  if (rest > 0) memcpy(last, data + size - rest, rest);
  last[rest] = 0x80;
  for (int i = 0; i < 8; i++) last[last_size - 1 - (size_t)i] = (uint8_t)((uint64_t)size * 8 >> 8 * i);
  for (size_t at = 0; at < last_size; at += 64) sha_block(state, last + at);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}

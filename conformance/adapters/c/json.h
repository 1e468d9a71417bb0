// A strict JSON reader and a writer of text, both with bounds: no length that came from outside is allocated by.
// Spec: conformance.md, "The adapter protocol"; conventions.md, "Notations".
#ifndef LOCKSTEP_JSON_H
#define LOCKSTEP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Memory that is given back at once: of one request, or of one case. Beyond its bound it gives NULL.
struct block;
struct arena {
  struct block *first;
  size_t used;
  size_t bound;
};

void *arena_take(struct arena *arena, size_t size);
char *arena_text(struct arena *arena, const char *text);
void arena_clear(struct arena *arena);

enum json_type {
  JSON_NULL,
  JSON_FALSE,
  JSON_TRUE,
  JSON_NUMBER,
  JSON_STRING,
  JSON_ARRAY,
  JSON_OBJECT,
};

struct json {
  enum json_type type;
  const char *key;    // Of a member, else NULL.
  const char *text;   // Of a string what it says, of a number how it was written.
  struct json *child; // Of an array or an object its first member.
  struct json *next;
};

// The value that the text is, whole and alone; NULL where it is no JSON or where the arena's bound is reached.
struct json *json_parse(struct arena *arena, const char *text, size_t size);
const struct json *json_member(const struct json *object, const char *key);

// Whether the text is a 64-bit unsigned integer as the protocol writes one.
bool counter_parse(const char *text, uint64_t *value);

// Bytes of padded base64, or -1; `out` has room for three quarters of the text.
long base64_decode(const char *text, uint8_t *out);
bool base64_is_valid(const char *text);

// Text that grows. Only what this program says itself goes in here, so its size follows that of what it was given.
struct text {
  char *data;
  size_t size;
  size_t room;
};

void text_clear(struct text *text);
void text_free(struct text *text);
// In the format %s stands for a string as it is, %q for one as JSON, %c for a counter in quotes, %d for an int.
void text_add(struct text *text, const char *format, ...);

void sha256(const uint8_t *data, size_t size, uint8_t digest[32]);

#endif

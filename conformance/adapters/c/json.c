// The reader: recursive descent to a bounded depth, into an arena. What is not JSON by RFC 8259 is refused, and with it
// what this adapter never needs: a string that holds NUL, half a surrogate pair, bytes that are not UTF-8.
// Spec: conformance.md, "The adapter protocol".
#include "json.h"

#include <stdlib.h>
#include <string.h>

// Deeper than any message of the protocol, and shallow enough for every stack.
enum { depth_max = 32 };

struct block {
  struct block *next;
  size_t size;
  size_t used;
  max_align_t data[];
};

enum { block_size = 64 * 1024 };

void *arena_take(struct arena *arena, size_t size) {
  size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
  if (size > arena->bound) return NULL;
  struct block *block = arena->first;
  if (block == NULL || block->size - block->used < size) {
    const size_t room = size > block_size ? size : block_size;
    if (arena->bound - arena->used < room) return NULL;
    block = malloc(sizeof *block + room);
    if (block == NULL) return NULL;
    *block = (struct block){.next = arena->first, .size = room};
    arena->first = block;
    arena->used += room;
  }
  void *taken = (char *)block->data + block->used;
  block->used += size;
  return memset(taken, 0, size);
}

char *arena_text(struct arena *arena, const char *text) {
  const size_t size = strlen(text) + 1;
  char *copy = arena_take(arena, size);
  return copy == NULL ? NULL : memcpy(copy, text, size);
}

void arena_clear(struct arena *arena) {
  while (arena->first != NULL) {
    struct block *block = arena->first;
    arena->first = block->next;
    free(block);
  }
  arena->used = 0;
}

struct reader {
  struct arena *arena;
  const char *at;
  const char *end;
  int depth;
};

static struct json *read_value(struct reader *reader);

static void skip_blanks(struct reader *reader) {
  while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL && *reader->at != '\0')
    reader->at++;
}

static bool take(struct reader *reader, char wanted) {
  if (reader->at >= reader->end || *reader->at != wanted) return false;
  reader->at++;
  return true;
}

static bool take_word(struct reader *reader, const char *word) {
  const size_t size = strlen(word);
  if ((size_t)(reader->end - reader->at) < size || memcmp(reader->at, word, size) != 0) return false;
  reader->at += size;
  return true;
}

static bool read_hex(struct reader *reader, uint32_t *value) {
  *value = 0;
  if (reader->end - reader->at < 4) return false;
  for (int i = 0; i < 4; i++) {
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *digit = *reader->at == '\0' ? NULL : strchr(digits, *reader->at);
    if (digit == NULL) return false;
    *value = *value * 16 + (uint32_t)((digit - digits) % 16);
    reader->at++;
  }
  return true;
}

static char *put_utf8(char *out, uint32_t code) {
  if (code < 0x80) {
    *out++ = (char)code;
  } else if (code < 0x800) {
    *out++ = (char)(0xc0 | code >> 6);
    *out++ = (char)(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    *out++ = (char)(0xe0 | code >> 12);
    *out++ = (char)(0x80 | (code >> 6 & 0x3f));
    *out++ = (char)(0x80 | (code & 0x3f));
  } else {
    *out++ = (char)(0xf0 | code >> 18);
    *out++ = (char)(0x80 | (code >> 12 & 0x3f));
    *out++ = (char)(0x80 | (code >> 6 & 0x3f));
    *out++ = (char)(0x80 | (code & 0x3f));
  }
  return out;
}

static bool read_unicode(struct reader *reader, uint32_t *code) {
  uint32_t low;
  if (!read_hex(reader, code) || *code == 0) return false;
  if (*code < 0xd800 || *code > 0xdfff) return true;
  if (*code > 0xdbff || !take_word(reader, "\\u") || !read_hex(reader, &low)) return false;
  if (low < 0xdc00 || low > 0xdfff) return false;
  *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
  return true;
}

static bool read_escape(struct reader *reader, char **out) {
  static const char names[] = "\"\\/bfnrt";
  static const char meant[] = "\"\\/\b\f\n\r\t";
  uint32_t code;
  if (reader->at >= reader->end || *reader->at == '\0') return false;
  const char *name = strchr(names, *reader->at);
  if (name != NULL) {
    reader->at++;
    *(*out)++ = meant[name - names];
    return true;
  }
  if (!take(reader, 'u') || !read_unicode(reader, &code)) return false;
  *out = put_utf8(*out, code);
  return true;
}

// A whole character of two to four bytes, in its shortest form and no surrogate.
static bool read_utf8(struct reader *reader, char **out) {
  const uint8_t first = (uint8_t)*reader->at;
  const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  if (first < 0xc2 || first > 0xf4 || reader->end - reader->at <= more) return false;
  uint32_t code = first & (0x3fu >> more);
  for (int i = 1; i <= more; i++) {
    const uint8_t byte = (uint8_t)reader->at[i];
    if ((byte & 0xc0) != 0x80) return false;
    code = code << 6 | (byte & 0x3f);
  }
  if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  memcpy(*out, reader->at, (size_t)more + 1);
  reader->at += more + 1;
  *out += more + 1;
  return true;
}

static const char *read_string(struct reader *reader) {
  if (!take(reader, '"')) return NULL;
  const char *end = reader->at;
  while (end < reader->end && *end != '"') end += *end == '\\' ? 2 : 1;
  if (end >= reader->end) return NULL;
  // No escape is shorter than what it means, so the room of the source is enough.
  char *text = arena_take(reader->arena, (size_t)(end - reader->at) + 1);
  char *out = text;
  if (text == NULL) return NULL;
  while (reader->at < end) {
    const uint8_t byte = (uint8_t)*reader->at;
    if (byte < 0x20) return NULL;
    if (take(reader, '\\')) {
      if (!read_escape(reader, &out)) return NULL;
    } else if (byte < 0x80) {
      *out++ = *reader->at++;
    } else if (!read_utf8(reader, &out)) {
      return NULL;
    }
  }
  return take(reader, '"') ? text : NULL;
}

static bool skip_digits(struct reader *reader) {
  const char *from = reader->at;
  while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') reader->at++;
  return reader->at > from;
}

static const char *read_number(struct reader *reader) {
  const char *from = reader->at;
  take(reader, '-');
  if (!take(reader, '0') && !skip_digits(reader)) return NULL;
  if (take(reader, '.') && !skip_digits(reader)) return NULL;
  if (take(reader, 'e') || take(reader, 'E')) {
    if (!take(reader, '+')) take(reader, '-');
    if (!skip_digits(reader)) return NULL;
  }
  char *text = arena_take(reader->arena, (size_t)(reader->at - from) + 1);
  return text == NULL ? NULL : memcpy(text, from, (size_t)(reader->at - from));
}

static bool read_members(struct reader *reader, struct json *whole, char end) {
  struct json **last = &whole->child;
  reader->at++;
  skip_blanks(reader);
  if (take(reader, end)) return true;
  for (;;) {
    const char *key = NULL;
    skip_blanks(reader);
    if (whole->type == JSON_OBJECT) {
      key = read_string(reader);
      skip_blanks(reader);
      if (key == NULL || !take(reader, ':')) return false;
    }
    struct json *member = read_value(reader);
    if (member == NULL) return false;
    member->key = key;
    *last = member;
    last = &member->next;
    skip_blanks(reader);
    if (take(reader, end)) return true;
    if (!take(reader, ',')) return false;
  }
}

static bool read_into(struct reader *reader, struct json *value) {
  switch (*reader->at) {
    case '{':
      value->type = JSON_OBJECT;
      return read_members(reader, value, '}');
    case '[':
      value->type = JSON_ARRAY;
      return read_members(reader, value, ']');
    case '"':
      value->type = JSON_STRING;
      value->text = read_string(reader);
      return value->text != NULL;
    case 't':
      value->type = JSON_TRUE;
      return take_word(reader, "true");
    case 'f':
      value->type = JSON_FALSE;
      return take_word(reader, "false");
    case 'n':
      value->type = JSON_NULL;
      return take_word(reader, "null");
    default:
      value->type = JSON_NUMBER;
      value->text = read_number(reader);
      return value->text != NULL;
  }
}

static struct json *read_value(struct reader *reader) {
  skip_blanks(reader);
  if (reader->at >= reader->end || reader->depth >= depth_max) return NULL;
  struct json *value = arena_take(reader->arena, sizeof *value);
  if (value == NULL) return NULL;
  reader->depth++;
  const bool is_good = read_into(reader, value);
  reader->depth--;
  return is_good ? value : NULL;
}

struct json *json_parse(struct arena *arena, const char *text, size_t size) {
  struct reader reader = {.arena = arena, .at = text, .end = text + size};
  struct json *value = read_value(&reader);
  skip_blanks(&reader);
  return reader.at == reader.end ? value : NULL;
}

const struct json *json_member(const struct json *object, const char *key) {
  if (object == NULL || object->type != JSON_OBJECT) return NULL;
  for (const struct json *member = object->child; member != NULL; member = member->next) {
    if (strcmp(member->key, key) == 0) return member;
  }
  return NULL;
}

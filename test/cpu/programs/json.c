// A parser of JSON by recursive descent, into a tree, and a printer of that tree without blanks; texts
// that are no JSON are refused with the place. Then a deeper text, made by the printer itself.
#include "output.h"

enum kind { NIL, TRUE, FALSE, NUMBER, STRING, ARRAY, OBJECT };
struct node {
  enum kind kind;
  int64_t number;
  const char *from;
  int length;
  struct node *first, *next;
};

static struct node pool[1024];
static int used;
static const char *at, *end;
static int failed;

static struct node *parse(int depth);

static struct node *create(enum kind kind) {
  struct node *node = &pool[used++ % 1024];
  *node = (struct node){.kind = kind};
  return node;
}

static struct node *refuse(void) {
  failed = 1;
  return &pool[0];
}

static void skip(void) {
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) at++;
}

static int take(char c) {
  skip();
  if (at == end || *at != c) return 0;
  at++;
  return 1;
}

static struct node *word(const char *text, enum kind kind) {
  for (; *text; text++, at++)
    if (at == end || *at != *text) return refuse();
  return create(kind);
}

static struct node *number(void) {
  int negative = *at == '-';
  int64_t value = 0;
  at += negative;
  if (at == end || *at < '0' || *at > '9') return refuse();
  while (at < end && *at >= '0' && *at <= '9') value = value * 10 + (*at++ - '0');
  struct node *node = create(NUMBER);
  node->number = negative ? -value : value;
  return node;
}

static struct node *string(void) {
  struct node *node = create(STRING);
  node->from = at;
  while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
  if (at >= end) return refuse();
  node->length = (int)(at++ - node->from);
  return node;
}

// The value of a member hangs behind its name.
static struct node *members(enum kind kind, char closing, int depth) {
  struct node *node = create(kind), **tail = &node->first;
  if (take(closing)) return node;
  do {
    if (kind == OBJECT) {
      if (!take('"')) return refuse();
      struct node *name = string();
      *tail = name;
      tail = &name->next;
      if (failed || !take(':')) return refuse();
    }
    *tail = parse(depth + 1);
    tail = &(*tail)->next;
  } while (!failed && take(','));
  return failed || !take(closing) ? refuse() : node;
}

static struct node *parse(int depth) {
  skip();
  if (at == end || depth > 40) return refuse();
  switch (*at) {
    case 'n': return word("null", NIL);
    case 't': return word("true", TRUE);
    case 'f': return word("false", FALSE);
    case '"': at++; return string();
    case '[': at++; return members(ARRAY, ']', depth);
    case '{': at++; return members(OBJECT, '}', depth);
    default: return number();
  }
}

static void print(const struct node *node) {
  static const char *const words[] = {"null", "true", "false"};
  int isName = 1;
  switch (node->kind) {
    case NIL:
    case TRUE:
    case FALSE: put_text(words[node->kind]); break;
    case NUMBER:
      if (node->number < 0) put('-');
      put_number((uint64_t)(node->number < 0 ? -node->number : node->number));
      break;
    case STRING:
      put('"');
      for (int k = 0; k < node->length; k++) put(node->from[k]);
      put('"');
      break;
    case ARRAY:
    case OBJECT:
      put(node->kind == ARRAY ? '[' : '{');
      for (const struct node *one = node->first; one != 0; one = one->next, isName = !isName) {
        print(one);
        if (one->next != 0) put(node->kind == OBJECT && isName ? ':' : ',');
      }
      put(node->kind == ARRAY ? ']' : '}');
  }
}

static int64_t sum(const struct node *node) {
  int64_t total = node->kind == NUMBER ? node->number : node->length;
  for (const struct node *one = node->first; one != 0; one = one->next) total += sum(one);
  return total;
}

static int64_t read(const char *from, const char *to) {
  at = from, end = to, used = 1, failed = 0;
  struct node *root = parse(0);
  skip();
  if (failed || at != end) {
    put_text("refused at ");
    put_number((uint64_t)(at - from));
    put('\n');
    return -1;
  }
  print(root);
  put('\n');
  return sum(root);
}

static const char *const texts[] = {
    " { \"name\" : \"lock\\\"step\", \"hosts\" : [ 1, -22, 333 ], \"deep\":{\"a\":{\"b\":[[],{}]}} }",
    "[true,false,null,9007199254740993, -0]", "[1,2", "{\"a\" 1}", "[1,]", "nul", "\"open",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "7 8"};

uint64_t program(void) {
  uint64_t fold = 0;
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    for (unsigned k = 0; k < sizeof texts / sizeof *texts; k++) {
      const char *to = texts[k];
      while (*to) to++;
      fold = fold * 31 + (uint64_t)read(texts[k], to);
    }
    // What was printed for the first text is read again.
    const char *line = OUTPUT->bytes;
    while (*line != '\n') line++;
    fold = fold * 31 + (uint64_t)read(OUTPUT->bytes, line);
  }
  return fold;
}

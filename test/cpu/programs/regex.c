// Regular expressions by an automaton that is in all its states at once (Thompson 1968): letters, dots,
// classes, alternatives, groups, and the repetitions * + ?. Prints where each first matches.
#include "output.h"

enum code { CHARACTER, ANY, CLASS, SPLIT, JUMP, MATCH };
struct instruction {
  uint8_t code, character;
  uint16_t first, second;
  uint32_t class[8];
};

static struct instruction code[256];
static int codes;
static const char *at;

static void alternatives(void);

static int emit(enum code kind) {
  code[codes] = (struct instruction){.code = (uint8_t)kind};
  return codes++;
}

// Moves what stands from `from` on one place up, jumps within it too.
static void make_room(int from) {
  for (int k = codes++; k > from; k--) code[k] = code[k - 1];
  for (int k = from + 1; k < codes; k++) {
    if (code[k].code != SPLIT && code[k].code != JUMP) continue;
    if (code[k].first >= from) code[k].first++;
    if (code[k].second >= from) code[k].second++;
  }
}

static void class(void) {
  int k = emit(CLASS), negated = *at == '^';
  if (negated) at++;
  for (; *at != ']'; at++) {
    unsigned char low = (unsigned char)*at, high = low;
    if (at[1] == '-') high = (unsigned char)at[2], at += 2;
    for (unsigned c = low; c <= high; c++) code[k].class[c >> 5] |= 1u << (c & 31);
  }
  at++;
  for (int j = 0; negated && j < 8; j++) code[k].class[j] = ~code[k].class[j];
}

static void atom(void) {
  char c = *at++;
  if (c == '(') {
    alternatives();
    at++;
  } else if (c == '[') {
    class();
  } else if (c == '.') {
    emit(ANY);
  } else {
    if (c == '\\') c = *at++;
    int k = emit(CHARACTER);
    code[k].character = (uint8_t)c;
  }
}

static void repeated(void) {
  int from = codes;
  atom();
  char c = *at;
  if (c != '*' && c != '+' && c != '?') return;
  at++;
  if (c == '+') {
    int k = emit(SPLIT);
    code[k].first = (uint16_t)from;
    code[k].second = (uint16_t)codes;
    return;
  }
  make_room(from);
  if (c == '*') code[emit(JUMP)].first = (uint16_t)from;
  code[from] = (struct instruction){SPLIT, 0, (uint16_t)(from + 1), (uint16_t)codes, {0}};
}

static void alternatives(void) {
  int from = codes;
  while (*at && *at != '|' && *at != ')') repeated();
  if (*at != '|') return;
  at++;
  make_room(from);
  int over = emit(JUMP);
  code[from] = (struct instruction){SPLIT, 0, (uint16_t)(from + 1), (uint16_t)codes, {0}};
  alternatives();
  code[over].first = (uint16_t)codes;
}

static uint16_t lists[2][256];
static int marks[256], mark;

static int add(uint16_t *list, int length, int k) {
  if (marks[k] == mark) return length;
  marks[k] = mark;
  if (code[k].code == JUMP) return add(list, length, code[k].first);
  if (code[k].code == SPLIT) return add(list, add(list, length, code[k].first), code[k].second);
  list[length] = (uint16_t)k;
  return length + 1;
}

static int accepts(const struct instruction *one, unsigned char c) {
  switch (one->code) {
    case CHARACTER: return one->character == c;
    case ANY: return c != 0;
    case CLASS: return c != 0 && (one->class[c >> 5] >> (c & 31) & 1);
    default: return 0;
  }
}

// The length of the longest match at the start of the text, or -1.
static int match(const char *text) {
  int longest = -1, which = 0;
  mark++;
  int length = add(lists[0], 0, 0);
  for (int k = 0;; k++) {
    int added = 0;
    mark++;
    for (int j = 0; j < length; j++) {
      const struct instruction *one = &code[lists[which][j]];
      if (one->code == MATCH) longest = k;
      else if (accepts(one, (unsigned char)text[k]))
        added = add(lists[!which], added, lists[which][j] + 1);
    }
    if (added == 0) return longest;
    length = added, which = !which;
  }
}

static const char *const cases[][2] = {
    {"abc", "xxabcx"},          {"a*b", "caaaab"},          {"(ab|cd)+e", "zababcdex"},
    {"[a-f0-9]+", "--beef42g"}, {"x?y?z", "xz yz z"},       {"(a|b)*abb", "abababbabb"},
    {"[^ ]+@[a-z]+\\.org", "mail me@example.org now"},      {"q(w(e|r)*t)+y", "qwerretwtyy"},
    {"none", "nothing here"},   {"(a*)*b", "aaaaaaaaaaaac"}, {".*stop", "run run stop run stop it"},
};

uint64_t program(void) {
  uint64_t fold = 0;
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    for (unsigned k = 0; k < sizeof cases / sizeof *cases; k++) {
      codes = 0, at = cases[k][0];
      alternatives();
      emit(MATCH);
      int from = 0, length = match(cases[k][1]);
      while (length < 0 && cases[k][1][from] != 0) length = match(cases[k][1] + ++from);
      put_text(cases[k][0]);
      put_text(length < 0 ? " fails" : " at ");
      if (length >= 0) put_number((uint64_t)from), put('+'), put_number((uint64_t)length);
      put('\n');
      fold = fold * 131 + (uint64_t)(from * 64 + length);
    }
  }
  return fold;
}

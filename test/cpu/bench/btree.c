// A B-tree of some ten thousand keys, filled in an order that jumps about and then searched: most of
// the time goes to following pointers.
#include <stdint.h>
#ifndef ROUNDS
#define ROUNDS 1
#endif
#define KEYS 15
#define NODES 4096

typedef struct tree {
  int count, is_leaf;
  uint32_t keys[KEYS];
  struct tree *children[KEYS + 1];
} tree;

static tree pool[NODES];
static int used;

static tree *create(int is_leaf) {
  tree *t = &pool[used++];
  t->count = 0;
  t->is_leaf = is_leaf;
  return t;
}

__attribute__((noinline)) static void split(tree *parent, int k) {
  tree *full = parent->children[k], *half = create(full->is_leaf);
  half->count = KEYS / 2;
  for (int j = 0; j < KEYS / 2; j++) half->keys[j] = full->keys[j + KEYS / 2 + 1];
  if (!full->is_leaf)
    for (int j = 0; j <= KEYS / 2; j++) half->children[j] = full->children[j + KEYS / 2 + 1];
  full->count = KEYS / 2;
  for (int j = parent->count; j > k; j--) {
    parent->children[j + 1] = parent->children[j];
    parent->keys[j] = parent->keys[j - 1];
  }
  parent->children[k + 1] = half;
  parent->keys[k] = full->keys[KEYS / 2];
  parent->count++;
}

__attribute__((noinline)) static tree *insert(tree *root, uint32_t key) {
  if (root->count == KEYS) {
    tree *top = create(0);
    top->children[0] = root;
    split(top, 0);
    root = top;
  }
  for (tree *at = root;;) {
    int k = at->count;
    while (k > 0 && key < at->keys[k - 1]) k--;
    if (at->is_leaf) {
      for (int j = at->count; j > k; j--) at->keys[j] = at->keys[j - 1];
      at->keys[k] = key;
      at->count++;
      return root;
    }
    if (at->children[k]->count == KEYS) {
      split(at, k);
      if (key > at->keys[k]) k++;
    }
    at = at->children[k];
  }
}

__attribute__((noinline)) static int search(const tree *at, uint32_t key) {
  for (int depth = 1;; depth++) {
    int k = 0;
    while (k < at->count && key > at->keys[k]) k++;
    if (k < at->count && at->keys[k] == key) return depth;
    if (at->is_leaf) return -depth;
    at = at->children[k];
  }
}

uint64_t program(void) {
  uint64_t fold = 0;
  tree *root = create(1);
  for (uint32_t k = 0; k < 10000; k++) root = insert(root, k * 2654435761u);
  for (uint32_t k = 0; k < 5000u * ROUNDS; k++)
    fold = fold * 3 + (uint64_t)search(root, (k * 7 % 20000) * 2654435761u);
  return fold;
}

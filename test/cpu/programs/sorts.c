// Four ways to sort the same records, through a pointer to the comparison, and a search in the result;
// all four must agree, and those that keep equal ones in order must keep them.
#include "output.h"

#define N 20
struct record {
  int32_t key;
  uint16_t place;
  char name[6];
};
typedef int comparison(const struct record *, const struct record *);

static struct record given[N], sorted[4][N], spare[N];

static int by_key(const struct record *a, const struct record *b) {
  return (a->key > b->key) - (a->key < b->key);
}

static int by_name(const struct record *a, const struct record *b) {
  for (int k = 0; k < 6; k++)
    if (a->name[k] != b->name[k]) return (unsigned char)a->name[k] < (unsigned char)b->name[k] ? -1 : 1;
  return by_key(a, b);
}

static void swap(struct record *a, struct record *b) {
  struct record t = *a;
  *a = *b, *b = t;
}

static void quick(struct record *a, int n, comparison *compare) {
  while (n > 1) {
    struct record pivot = a[n / 2];
    int i = 0, j = n - 1;
    while (i <= j) {
      while (compare(&a[i], &pivot) < 0) i++;
      while (compare(&a[j], &pivot) > 0) j--;
      if (i <= j) swap(&a[i++], &a[j--]);
    }
    quick(a, j + 1, compare);
    a += i, n -= i;
  }
}

static void merge(struct record *a, int n, comparison *compare) {
  if (n < 2) return;
  int half = n / 2, i = 0, j = half;
  merge(a, half, compare);
  merge(a + half, n - half, compare);
  for (int k = 0; k < n; k++) {
    int first = j == n || (i < half && compare(&a[i], &a[j]) <= 0);
    spare[k] = first ? a[i++] : a[j++];
  }
  __builtin_memcpy(a, spare, (uint64_t)n * sizeof *a);
}

static void sink(struct record *a, int from, int n, comparison *compare) {
  for (int child; (child = 2 * from + 1) < n; from = child) {
    if (child + 1 < n && compare(&a[child], &a[child + 1]) < 0) child++;
    if (compare(&a[from], &a[child]) >= 0) return;
    swap(&a[from], &a[child]);
  }
}

static void heap(struct record *a, int n, comparison *compare) {
  for (int k = n / 2 - 1; k >= 0; k--) sink(a, k, n, compare);
  for (int k = n - 1; k > 0; k--) {
    swap(&a[0], &a[k]);
    sink(a, 0, k, compare);
  }
}

static void insertion(struct record *a, int n, comparison *compare) {
  for (int k = 1; k < n; k++) {
    struct record one = a[k];
    int j = k;
    for (; j > 0 && compare(&a[j - 1], &one) > 0; j--) a[j] = a[j - 1];
    a[j] = one;
  }
}

static int search(const struct record *a, int32_t key) {
  int low = 0, high = N;
  while (low < high) {
    int middle = (low + high) / 2;
    if (a[middle].key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

static void (*const ways[4])(struct record *, int, comparison *) = {quick, merge, heap, insertion};

uint64_t program(void) {
  uint64_t seed = 2463534242u, fold = 0;
  for (int round = 0; round < ROUNDS; round++) {
    OUTPUT->length = 0;
    for (int k = 0; k < N; k++) {
      given[k].key = (int32_t)(next(&seed) % 64) - 32;
      given[k].place = (uint16_t)k;
      for (int j = 0; j < 6; j++) given[k].name[j] = (char)('a' + next(&seed) % 3);
    }
    comparison *compare = round & 1 ? by_name : by_key;
    for (int way = 0; way < 4; way++) {
      __builtin_memcpy(sorted[way], given, sizeof given);
      ways[way](sorted[way], N, compare);
      int same = 1, stable = 1;
      for (int k = 0; k < N; k++) {
        same &= compare(&sorted[way][k], &sorted[0][k]) == 0;
        if (k > 0 && compare(&sorted[way][k - 1], &sorted[way][k]) == 0)
          stable &= sorted[way][k - 1].place < sorted[way][k].place;
        fold = fold * 1099511628211u ^ (uint64_t)sorted[way][k].place;
      }
      put_text(same ? "same" : "other"), put_text(stable ? " stable\n" : "\n");
    }
    quick(sorted[0], N, by_key);
    for (int key = -33; key <= 33; key += 11) put_number((uint64_t)search(sorted[0], key)), put(' ');
    put('\n');
  }
  return fold;
}

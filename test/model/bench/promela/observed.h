/*
 * What a run of the verifier of core.pml says on its standard output: what it used, which claims a
 * step broke, and, when PROJECTED, each state that a step led to, one line each, in the words of
 * projection.ts. It changes no state.
 */

#include <stdlib.h>
#include <sys/resource.h>

static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

/* The processor's time and the most memory that the run held, in kibibytes. */
static void show_usage(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double all = seconds(used.ru_utime) + seconds(used.ru_stime);
  printf("used %.6f seconds %ld KiB\n", all, used.ru_maxrss);
}

__attribute__((constructor)) static void show_usage_at_exit(void) { atexit(show_usage); }

static int complaints;

/* CLAIM_JUDGED in the environment leaves every other claim unjudged. */
static void complain(const char *claim) {
  const char *judged = getenv("CLAIM_JUDGED");
  if (judged != 0 && strcmp(judged, claim) != 0) return;
  printf("violates %s\n", claim);
  complaints++;
}

#ifdef PROJECTED

/* Of the verifier. */
extern void printm(int, char *);

/* A word of the mtype, or the hyphen that stands for none. */
static void word(int w) {
  if (w == 0) printf("-");
  else printm(w, "_unnamed_");
}

static void show_record(const struct Record *r) {
  if (r->version == 0) {
    printf("none");
    return;
  }
  printf("v%d.e%d.", r->version, r->epoch);
  word(r->phase);
  printf(".%d.%d.t%d.", r->owner, r->backup, r->token);
  word(r->reason);
}

static void show_history(int history, int length) {
  printf("[");
  for (int i = 0; i < length; i++) printf(i ? ",%d" : "%d", (history >> (4 * i)) & 15);
  printf("]");
}

/* Only a request under way has an intent; what the last one was for is nothing. */
static void show_node(int h) {
  if (!now.alive[h]) {
    printf("dead");
    return;
  }
  word(now.stage[h]), printf(" ");
  word(now.reported[h]), printf(" ");
  word(now.gate[h]), printf(" ");
  word(now.watch[h]), printf(" ");
  word(now.duty[h]), printf(" ");
  word(now.request[h].intent || now.answer[h].comes ? now.intent[h] : 0), printf(" ");
  word(now.wanted[h]);
  printf(" s%d l%d", now.suspected[h], now.lost[h]);
  printf(" e%d<%d c%d<%d", now.epoch[h], now.epochMax[h], now.connection[h], now.connectionMax[h]);
  printf(" log e%d t%d", now.logEpoch[h], now.token[h]);
  printf(" %d/%d/%d/%d", now.sent[h], now.acknowledged[h], now.closedAt[h], now.issued[h]);
  printf(" %d/%d ", now.received[h], now.watermark[h]);
  printf("waiting");
  for (int seq = now.issued[h] + 1; seq <= now.sent[h]; seq++) {
    int position = now.made[h] - (now.sent[h] - seq);
    printf(" %d@%d:%d", seq, position, (now.history[h] >> (4 * (position - 1))) & 15);
  }
  printf(" kept");
  for (int seq = now.watermark[h] + 1; seq <= now.received[h]; seq++) {
    int position = now.made[h] - (now.received[h] - seq);
    printf(" %d@%d:%d", seq, position, (now.history[h] >> (4 * (position - 1))) & 15);
  }
  printf(" knows ");
  show_record(&now.known[h]);
  printf(" ");
  word(now.guest[h]);
  show_history(now.history[h], now.made[h]);
}

static void show_way(int q) {
  printf("[");
  for (int i = 0; i < q_len(q); i++) {
    if (i) printf(", ");
    word(qrecv(q, i, 0, 0));
    printf(" e%d %d", qrecv(q, i, 1, 0), qrecv(q, i, 2, 0));
    printf(" w%d %x", qrecv(q, i, 3, 0), qrecv(q, i, 4, 0));
  }
  printf("]");
}

static void show_link(int slot) {
  const struct Link *one = &now.link[slot];
  printf("link ");
  if (one->number == 0) {
    printf("none; ");
    return;
  }
  printf("%d stands%d open%d%d ", one->number, one->stands, one->isOpen[0], one->isOpen[1]);
  show_way(now.toward[2 * slot]);
  show_way(now.toward[2 * slot + 1]);
  printf("; ");
}

static void show_arbiter(int h) {
  const struct Request *asked = &now.request[h];
  if (asked->intent != 0) {
    printf("%d asked ", h);
    word(asked->intent);
    printf(" v%d ", asked->version);
    show_record(&asked->put);
    printf("; ");
  }
  if (now.answer[h].comes) {
    printf("%d answered ", h);
    show_record(&now.answer[h].says);
    printf("; ");
  }
}

static void project(void) {
  for (int h = 0; h < 2; h++) {
    show_node(h);
    printf("; ");
  }
  for (int slot = 0; slot < JOINS; slot++) show_link(slot);
  printf("record ");
  show_record(&now.record);
  printf("; ");
  for (int h = 0; h < 2; h++) show_arbiter(h);
  printf("fence %d", now.fence);
  for (int h = 0; h < 2; h++) printf(" %d%d", now.fencing[h], now.fenceHolds[h]);
  printf("; emitted");
  for (int position = 1; position <= POSITIONS_MAX; position++)
    for (int life = 0; life < 16; life++)
      if (now.emitted[position] >> life & 1) printf(" %d:%d", position, life);
  printf("; left %d%d%d%d\n", now.starts, now.joins, now.crashes, now.breaks);
}

#endif

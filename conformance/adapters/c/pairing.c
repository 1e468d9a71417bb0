// Hellos, the copy, and channels that come and go, at a node that is idle or is a backup.
// Spec: protocol.md, "Pairing", "Reconnecting" and "Migration".
#include <string.h>

#include "node.h"

static bool is_same_host(const char *one, const char *other) {
  const size_t size = strcspn(one, "#");
  return size == strcspn(other, "#") && memcmp(one, other, size) == 0;
}

// Up to the configuration, every hello is checked alike. spec: pairing.hello-checks
static const char *hello_problem(const struct node *node, uint64_t connection, const struct message *hello) {
  if (!same(hello->vm, node->vm)) return "wrong-vm";
  if (!same(hello->to, node->incarnation)) return "wrong-incarnation";
  if (is_same_host(hello->from, node->incarnation)) return "same-host";
  if (hello->connection != connection) return "wrong-connection";
  if (!same(hello->configuration, node->parameters.configuration)) return "configuration";
  return NULL;
}

// A hello of another time. A record that names this node in `joining` is the pairing to come, and counts one less; every
// attempt to replace a backup has the epoch of its owner. spec: pairing.lower-epoch-superseded, pairing.hello-next-sequence
static bool is_superseded(const struct node *node, const struct message *hello) {
  const struct record *record = &node->record;
  uint64_t known = record->epoch;
  const bool is_to_come =
    record->phase == PHASE_JOINING && record->backup != NULL && same(record->backup, node->incarnation);
  if (is_to_come && known > 0) known--;
  if (node->taken_epoch > known) known = node->taken_epoch;
  if (hello->next != 1) return true;
  return hello->replaces > 0 ? hello->epoch < known : hello->epoch <= known;
}

static void welcome(struct node *node) {
  struct pairing *pairing = &node->pairing;
  pairing->is_greeted = true;
  send_message(node, pairing->connection, "welcome", pairing->epoch, "next", pairing->held + 1, 0);
  if (pairing->replaces > 0) return;
  if (pairing->beat_at == never) {
    send_beat(node);
    pairing->beat_at = instant_after(node->now, node->parameters.beat_interval);
  }
  pairing->alive_at = instant_after(node->now, node->parameters.alive_interval);
}

static void begin_pairing(struct node *node, uint64_t connection, const struct message *hello) {
  // A T12 that a halted node still repeats is over: the record has gone on without it.
  forget_request(node);
  node->life = LIFE_BACKUP;
  node->guest = "none";
  node->taken_epoch = hello->epoch;
  node->operations = NULL;
  node->offsets = (struct offsets){0};
  node->pairing = (struct pairing){
    .owner = keep_text(node, hello->from),
    .epoch = hello->epoch,
    .connection = connection,
    .is_open = true,
    .replaces = hello->replaces,
    .beat_at = never,
    .alive_at = never,
    .join_at = never,
  };
  welcome(node);
}

// Suspicion ends by what is heard, and stays for a channel that was lost or a swap under way.
static bool is_arbitrating(const struct node *node) {
  return has_swap(node) || node->pairing.is_lost;
}

// spec: pairing.sealed-refuses, pairing.arbitrating-answer, logging.resume-not-kept
static const char *resume_problem(const struct node *node, uint64_t connection, const struct message *hello) {
  const struct pairing *pairing = &node->pairing;
  const char *problem = hello_problem(node, connection, hello);
  if (problem != NULL) return problem;
  if (pairing->is_diverged || !pairing->is_ready) return "busy";
  if (is_arbitrating(node)) return "arbitrating";
  return hello->next > pairing->held + 1 ? "superseded" : NULL;
}

// spec: pairing.newer-connection-replaces, logging.reconnect-keeps-held
static void resume(struct node *node, uint64_t connection) {
  struct pairing *pairing = &node->pairing;
  if (pairing->is_open) close_channel(node, pairing->connection);
  pairing->connection = connection;
  pairing->is_open = true;
  pairing->was_closed_at_read = false;
  welcome(node);
  hear(node, &pairing->heard_channel);
}

static bool is_of_pairing(const struct node *node, const struct message *message) {
  const struct pairing *pairing = &node->pairing;
  return same(message->vm, node->vm) && message->epoch == pairing->epoch && same(message->from, pairing->owner);
}

// The hello of the epoch that a replacement comes into: kept until the record says so, then answered.
static bool take_next_hello(struct node *node, uint64_t connection, const struct message *hello) {
  struct pairing *pairing = &node->pairing;
  const uint64_t epoch = pairing->replaces > 0 ? pairing->epoch + 1 : pairing->epoch;
  const bool is_due = pairing->is_ready && (pairing->replaces > 0 || !pairing->is_greeted);
  if (!is_due || connection != pairing->connection || hello->epoch != epoch || hello->replaces > 0) return false;
  if (!same(hello->from, pairing->owner) || hello_problem(node, connection, hello) != NULL || hello->next != 1)
    return false;
  if (pairing->replaces > 0) {
    pairing->has_next_hello = true;
    read_record(node);
  } else {
    welcome(node);
    hear(node, &pairing->heard_channel);
  }
  return true;
}

static bool has_epoch(const struct node *node) {
  return node->life == LIFE_OWNER || node->life == LIFE_BACKUP;
}

// spec: arbitration.higher-epoch-reads-record
static void notice_epoch(struct node *node, const struct message *message) {
  if (!has_epoch(node) || !same(message->vm, node->vm)) return;
  const uint64_t epoch = node->life == LIFE_BACKUP ? node->pairing.epoch : node->record.epoch;
  if (message->epoch > epoch) read_record(node);
}

// spec: pairing.busy-refuses, pairing.hello-checks
static void take_hello(struct node *node, uint64_t connection, const struct message *hello) {
  const char *problem = "busy";
  if (node->life == LIFE_IDLE || node->life == LIFE_HALTED) {
    problem = hello_problem(node, connection, hello);
    if (problem == NULL && is_superseded(node, hello)) problem = "superseded";
    if (problem == NULL) begin_pairing(node, connection, hello);
  } else if (node->life == LIFE_BACKUP) {
    if (take_next_hello(node, connection, hello)) return;
    const bool resumes = node->parameters.reconnect && node->pairing.replaces == 0 && node->pairing.is_greeted &&
                         hello->epoch == node->pairing.epoch && same(hello->from, node->pairing.owner) &&
                         connection > node->pairing.connection;
    if (resumes) problem = resume_problem(node, connection, hello);
    if (problem == NULL) resume(node, connection);
  }
  if (problem == NULL) return;
  send_refusal(node, connection, hello->epoch, problem);
  notice_epoch(node, hello);
}

// spec: pairing.exact-copy, pairing.ready-when-complete
static void take_copy(struct node *node, const struct message *copy) {
  struct pairing *pairing = &node->pairing;
  if (pairing->is_ready) return;
  node->offsets = copy->offsets;
  for (const struct operation *one = copy->open; one != NULL; one = one->next)
    open_operation(node, one->number, keep_text(node, one->data));
  restore_guest(node, copy->position, copy->state);
  node->guest = "replaying";
  pairing->is_ready = true;
  send_message(node, pairing->connection, "ready", pairing->epoch, NULL, 0, 0);
  if (pairing->replaces > 0) pairing->join_at = instant_after(node->now, node->parameters.join_timeout);
  else watch(node);
}

// The record names this node: it is the backup of the next epoch. spec: pairing.eligible-when-recorded
void welcome_next_epoch(struct node *node) {
  struct pairing *pairing = &node->pairing;
  const bool was_greeted = pairing->has_next_hello;
  pairing->epoch++;
  pairing->replaces = 0;
  pairing->has_next_hello = false;
  pairing->is_greeted = false;
  pairing->join_at = never;
  pairing->is_lost = !pairing->is_open;
  node->taken_epoch = pairing->epoch;
  pairing->beat_at = instant_after(node->now, node->parameters.beat_interval);
  send_beat(node);
  watch(node);
  if (was_greeted && pairing->is_open) welcome(node);
}

// An entry of the epoch that a replacement has not read yet is a fault of the peer, like any other that comes too early.
static bool is_too_early(const struct node *node, const struct message *message) {
  const struct pairing *pairing = &node->pairing;
  return pairing->replaces > 0 && pairing->is_ready && same(message->kind, "entry") && same(message->vm, node->vm) &&
         same(message->from, pairing->owner) && message->epoch == pairing->epoch + 1;
}

// What is of another time counts for nothing, but for its epoch. spec: logging.ignore-old-epoch
void take_message(struct node *node, uint64_t connection, const struct message *message) {
  if (same(message->kind, "hello")) {
    take_hello(node, connection, message);
    return;
  }
  const struct pairing *pairing = &node->pairing;
  const bool is_here = node->life == LIFE_BACKUP && pairing->is_open && connection == pairing->connection;
  if (is_here && is_too_early(node, message)) {
    close_for_fault(node);
    return;
  }
  if (!is_here || !is_of_pairing(node, message)) {
    notice_epoch(node, message);
    return;
  }
  hear(node, &node->pairing.heard_channel);
  if (same(message->kind, "copy")) take_copy(node, message);
  else if (same(message->kind, "entry")) take_entry(node, message);
  else if (same(message->kind, "alive")) take_alive(node, message);
}

void take_beat(struct node *node, const struct message *message) {
  if (node->life == LIFE_BACKUP && is_of_pairing(node, message)) hear(node, &node->pairing.heard_datagram);
  else notice_epoch(node, message);
}

// What becomes of a backup that can no longer become eligible. spec: failover.discard-when-not-named
void discard(struct node *node, const char *state, const char *reason) {
  forget_request(node);
  if (node->pairing.is_open) close_channel(node, node->pairing.connection);
  halt_guest(node, reason);
  node->life = LIFE_IDLE;
  node->guest = "none";
  node->operations = NULL;
  node->pairing.is_open = false;
  report(node, state, reason);
}

static bool runs(const struct node *node) {
  const struct pairing *pairing = &node->pairing;
  return pairing->is_ready && pairing->is_greeted && !is_suspected(node) && !pairing->is_diverged &&
         !node->request.is_outstanding && !pairing->has_power_off && !pairing->has_yielded;
}

// A channel that is lost is a cause of its own: a read asked before it may be older than the T4 that its owner died with.
// spec: failover.read-before-discard, pairing.discard-when-not-ready
void lose_channel(struct node *node) {
  struct pairing *pairing = &node->pairing;
  pairing->is_open = false;
  pairing->alive_at = never;
  if (!pairing->is_ready) {
    discard(node, "notConfigured", "lost-connection");
    return;
  }
  // A replacement is not eligible by a joining, so no read that it has asked is too old for it.
  if (pairing->replaces > 0) {
    read_record(node);
    return;
  }
  pairing->is_lost = true;
  if (!has_swap(node)) ask(node, ASK_READ);
}

// spec: pairing.closed-channel-is-silence
void channel_closed(struct node *node, uint64_t connection) {
  struct pairing *pairing = &node->pairing;
  if (node->life != LIFE_BACKUP || !pairing->is_open || connection != pairing->connection) return;
  if (node->parameters.reconnect && pairing->replaces == 0 && runs(node)) {
    pairing->is_open = false;
    pairing->alive_at = never;
  } else {
    lose_channel(node);
  }
}

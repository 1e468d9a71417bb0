// Power-on, and an owner alone: its outputs leave at once and its operations are numbered on. It asks for a backup and
// goes no further: this adapter implements the backup's node. Spec: protocol.md, "Record", "Devices" and "Lifecycle".
#include <string.h>

#include "node.h"

// spec: storage.new-owner-fences
void ask_fence(struct node *node) {
  node->is_fenced = false;
  node->fence_at = never;
  ask_disk(node, NULL);
}

void go_live(struct node *node, const char *reason) {
  node->life = LIFE_OWNER;
  node->guest = "running";
  node->wanted_peer = NULL;
  node->is_off_wanted = false;
  tell_guest(node, "guest.run");
  report(node, "needSecondary", reason);
}

// spec: failover.loser-halts, output.nothing-after-loss
void halt_owner(struct node *node, const char *state, const char *reason) {
  const bool is_off = same(state, "enabled");
  halt_guest(node, reason);
  node->life = is_off ? LIFE_IDLE : LIFE_HALTED;
  node->guest = is_off ? "none" : "halted";
  node->operations = NULL;
  report(node, state, reason);
}

struct operation *open_operation(struct node *node, uint64_t number, const char *data) {
  struct operation **last = &node->operations;
  while (*last != NULL) last = &(*last)->next;
  *last = keep(node, sizeof **last);
  if (*last != NULL) **last = (struct operation){.number = number, .data = data};
  return *last;
}

// The data of a completion begin with its operation as decimal text. spec: device.completion-exactly-once
void close_operation(struct node *node, const uint8_t *data, size_t size) {
  uint64_t number = 0;
  for (size_t i = 0; i < size && data[i] >= '0' && data[i] <= '9'; i++) number = number * 10 + (uint64_t)(data[i] - '0');
  for (struct operation **one = &node->operations; *one != NULL; one = &(*one)->next) {
    if ((*one)->number != number) continue;
    *one = (*one)->next;
    return;
  }
}

static void fence_answered(struct node *node, const char *result) {
  const bool is_fencing = node->life == LIFE_FENCING || node->life == LIFE_TAKEOVER;
  if (!is_fencing || node->is_fenced || node->fence_at != never) return;
  if (same(result, "error")) {
    node->fence_at = instant_after(node->now, node->parameters.arbiter_retry);
  } else if (same(result, "done")) {
    node->is_fenced = true;
    if (node->life == LIFE_FENCING) go_live(node, "start");
    else go_on_with_takeover(node);
  }
}

// spec: storage.fenced-reads-record, device.completion-exactly-once
void disk_answered(struct node *node, const struct input *input) {
  if (input->operation == 0) {
    fence_answered(node, input->result);
    return;
  }
  if (node->life != LIFE_OWNER) return;
  for (struct operation *one = node->operations; one != NULL; one = one->next) {
    if (one->number != input->operation || one->is_answered) continue;
    if (same(input->result, "fenced")) {
      read_record(node);
    } else {
      one->is_answered = true;
      complete_operation(node, one->number, input->result);
    }
    return;
  }
}

static bool is_running(struct node *node) {
  if (node->life == LIFE_OWNER && same(node->guest, "running")) return true;
  refuse_input(node, "not-running");
  return false;
}

void guest_input(struct node *node, const struct input *input) {
  if (!is_running(node) || !same(input->kind, "completion")) return;
  uint8_t head[24] = {0};
  char text[33] = {0};
  // Twenty digits and what ends them: no more of the data is looked at.
  const size_t all = strlen(input->data);
  memcpy(text, input->data, all < 32 ? all : 32);
  const long size = base64_decode(text, head);
  close_operation(node, head, size < 0 ? 0 : (size_t)size);
}

// Behind an open gate an output leaves at once. spec: storage.write-carries-token, output.byte-stream-offset
void guest_output(struct node *node, const struct input *input) {
  if (!is_running(node)) return;
  if (same(input->channel, "disk")) {
    const struct operation *made = open_operation(node, ++node->offsets.disk, keep_text(node, input->data));
    if (made != NULL) ask_disk(node, made);
    return;
  }
  uint64_t *offset = same(input->channel, "network") ? &node->offsets.network : &node->offsets.console;
  const size_t size = strlen(input->data);
  const size_t padding = size - strcspn(input->data, "=");
  emit_output(node, input->channel, *offset, input->data);
  *offset += size / 4 * 3 - padding;
}

static bool is_same_host(const char *one, const char *other) {
  const size_t size = strcspn(one, "#");
  return size == strcspn(other, "#") && memcmp(one, other, size) == 0;
}

static bool joins(const struct node *node) {
  return node->wanted_peer != NULL || node->record.phase == PHASE_JOINING;
}

// spec: pairing.distinct-hosts, pairing.second-backup-refused, lifecycle.operations-on-owner
static void protect(struct node *node, const char *peer) {
  if (node->is_off_wanted) {
    refuse_input(node, "operation-pending");
  } else if (joins(node)) {
    refuse_input(node, "not-alone");
  } else if (is_same_host(peer, node->incarnation)) {
    refuse_input(node, "same-host");
  } else {
    node->wanted_peer = keep_text(node, peer);
    if (!node->request.is_outstanding) ask(node, ASK_JOIN);
  }
}

// spec: pairing.epoch-before-first-entry
void begin_joining(struct node *node) {
  uint64_t highest = 0;
  for (const struct connection *one = node->connections; one != NULL; one = one->next) {
    if (one->number > highest) highest = one->number;
  }
  open_channel(node, node->record.backup, highest + 1);
  report(node, "starting", "protect");
}

static void start(struct node *node) {
  if (node->life != LIFE_IDLE) {
    refuse_input(node, "already-started");
    return;
  }
  node->life = LIFE_STARTING;
  node->offsets = (struct offsets){0};
  ask(node, node->record.phase == PHASE_OFF ? ASK_START : ASK_READ);
}

// spec: lifecycle.power-off-stops-first, lifecycle.power-off-never-refused
static void power_off(struct node *node) {
  node->is_off_wanted = true;
  node->wanted_peer = NULL;
  tell_guest(node, "guest.hold");
  node->guest = "held";
  if (!node->request.is_outstanding) ask(node, ASK_OFF);
}

// Operations on an owner that has no backup. spec: lifecycle.turn-off-refused-while-joining
static void operate(struct node *node, const char *type) {
  if (node->is_off_wanted) refuse_input(node, "operation-pending");
  else if (same(type, "manager.power-off")) power_off(node);
  else if (same(type, "manager.test-failover")) refuse_input(node, "not-protected");
  else if (same(type, "manager.replace-backup")) refuse_input(node, "not-protected");
  else if (joins(node)) refuse_input(node, "joining");
  else if (same(type, "manager.turn-off")) report(node, "notConfigured", "turn-off");
  else refuse_input(node, "not-protected");
}

void manager_input(struct node *node, const struct input *input) {
  const bool is_owner = node->life == LIFE_FENCING || node->life == LIFE_TAKEOVER || node->life == LIFE_ENDING;
  if (same(input->type, "manager.start")) start(node);
  else if (is_owner) refuse_input(node, "not-alone");
  else if (node->life != LIFE_OWNER) refuse_input(node, "not-owner");
  else if (same(input->type, "manager.protect")) protect(node, input->peer);
  else operate(node, input->type);
}
